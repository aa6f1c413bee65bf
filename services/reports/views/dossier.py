"""Reads one incident for desk and field: where it is, what was told, what has happened, what can be done."""

from collections.abc import Mapping, Sequence

from services.reports.domain import errors
from services.reports.domain.incident import Incident
from services.reports.domain.office import Office
from services.reports.domain.records import Entry, Story
from services.reports.domain.unit import Unit, unit_id
from services.reports.views.dossier_shown import (
    ClockView,
    DossierView,
    EntryView,
    FreeView,
    LinkedView,
    SentView,
    steps_of,
)
from services.reports.views.incidents import category_name
from services.reports.views.offices import Offices
from services.reports.views.similar import Similar, Told
from shared.contracts.fields import Text
from shared.contracts.reports.office import Category, UnitPlan
from shared.messaging.mongo_store import MongoStore

ENTRIES_MOST = 2_000
LINKED_MOST = 100


class Dossiers:
    """Questions about single incidents of an office. Each may raise `Transient` or `OfficeUnknown`."""

    def __init__(self, offices: Offices, store: MongoStore) -> None:
        self._offices = offices
        self._store = store
        self.similar = Similar(store)

    async def of(self, office: str, id: str) -> DossierView:
        """An incident. Raises `IncidentUnknown`, also for another office's."""
        known = await self._offices.office(office)
        incident = await self.incident(office, id)
        story = next(iter(await self._store.load(Story, "id", [id])), None)
        entries = await self._store.select(Entry, {"incident": id}, order=("place",), limit=ENTRIES_MOST)
        units = await self.units(known)
        original = await self._linked(known, {"id": incident.original}) if incident.original else []
        duplicates = await self._linked(known, {"original": id}) if incident.duplicates else []
        category = next((c for c in known.plan.categories if c.id == incident.category), None)
        free = free_of(known, units, category)
        steps = steps_of(incident, free=bool(free))
        return DossierView(
            id=incident.id,
            office=known.id,
            office_name=known.plan.name,
            time_zone=known.plan.time_zone,
            number=incident.number,
            category=incident.category,
            category_name=category_name(known, incident.category),
            categories=known.plan.categories,
            privacy=incident.privacy,
            way=incident.way,
            state=incident.state,
            severity=incident.severity,
            priority=incident.priority,
            certainty=incident.certainty,
            exercise=incident.exercise,
            filed_at=known.local(incident.filed_at),
            happened_at=known.local(incident.happened_at) if incident.happened_at else None,
            latitude=incident.latitude,
            longitude=incident.longitude,
            words=story.words if story else "",
            place=story.place if story else "",
            answers=_answers(story, category),
            in_charge=incident.in_charge,
            sent=_sent(incident, known, units),
            free=free,
            clocks=_clocks(incident, known),
            late=incident.is_late,
            escalated=incident.is_escalated,
            missed=incident.late,
            original=next(iter(original), None),
            duplicates=duplicates,
            similar=await self.similar.to(known, Told.of(incident, story)) if "link" in steps else (),
            followers=incident.followers,
            disposition=incident.disposition,
            resolved_at=known.local(incident.resolved_at) if incident.resolved_at else None,
            closes_at=known.local(incident.due) if incident.state == "resolved" and incident.due else None,
            reopened=incident.reopened,
            timeline=[_entry(entry, known) for entry in entries],
            steps=steps,
            revision=incident.revision,
        )

    async def incident(self, office: str, id: str) -> Incident:
        """The incident itself. Raises `IncidentUnknown`."""
        found = next(iter(await self._store.load(Incident, "id", [id])), None)
        if found is None or found.office != office or found.removed:
            raise errors.IncidentUnknown
        return found

    async def units(self, office: Office) -> dict[str, Unit]:
        """How far each of the office's units is."""
        ids = {unit_id(office.id, plan.id): plan.id for plan in office.plan.units}
        found = {unit.id: unit for unit in await self._store.load(Unit, "id", list(ids))}
        return {name: found.get(id, Unit(id)) for id, name in ids.items()}

    async def in_charge_of(self, office: str, username: str) -> list[Incident]:
        """What somebody looks after and is not over, the most urgent first."""
        return await self._store.select(
            Incident, {"at_work": office, "in_charge": username}, order=("priority", "filed_at"), limit=LINKED_MOST
        )

    async def _linked(self, office: Office, where: Mapping[str, str]) -> list[LinkedView]:
        found = await self._store.select(Incident, where, order=("filed_at",), limit=LINKED_MOST)
        return [LinkedView(i.id, i.number, i.state, office.local(i.filed_at), i.privacy) for i in found]


def _answers(story: Story | None, category: Category | None) -> Sequence[tuple[Text, str]]:
    """Question and answer; a choice by its name. What the office does not ask any more keeps its short name."""
    questions = {question.id: question for question in category.questions} if category else {}
    told = []
    for answer in story.answers if story else ():
        question = questions.get(answer.question)
        asked = question.ask if question else Text(answer.question, answer.question)
        named = next((c.name.id for c in question.choices if c.id == answer.value), answer.value) if question else None
        told.append((asked, named or answer.value))
    return told


def _sent(incident: Incident, office: Office, units: Mapping[str, Unit]) -> Sequence[SentView]:
    plans = {plan.id: plan for plan in office.plan.units}
    return [
        SentView(
            id=sent.unit,
            name=_unit_name(plans, sent.unit),
            kind=plans[sent.unit].kind if sent.unit in plans else None,
            status=units[sent.unit].status if sent.unit in units else "assigned",
            sent_at=office.local(sent.sent_at),
            accepted_at=office.local(sent.accepted_at) if sent.accepted_at else None,
            arrived_at=office.local(sent.arrived_at) if sent.arrived_at else None,
        )
        for sent in incident.units
    ]


def _clocks(incident: Incident, office: Office) -> Sequence[ClockView]:
    plans = {plan.id: plan for plan in office.plan.units}
    return [
        ClockView(
            clock=running.clock,
            unit=_unit_name(plans, running.unit) if running.unit else None,
            since=office.local(running.since),
            due_at=office.local(running.due_at),
            missed=running.missed,
        )
        for running in sorted(incident.clocks, key=lambda running: running.due_at)
    ]


def free_of(office: Office, units: Mapping[str, Unit], category: Category | None) -> Sequence[FreeView]:
    """The units that can be sent: those of the category's kinds first, in its order, then the others."""
    kinds = category.sends if category else ()
    free = [plan for plan in office.plan.units if units[plan.id].status == "available"]
    free.sort(key=lambda plan: kinds.index(plan.kind) if plan.kind in kinds else len(kinds))
    return [FreeView(plan.id, plan.name, plan.kind, plan.kind in kinds) for plan in free]


def _unit_name(plans: Mapping[str, UnitPlan], unit: str) -> Text:
    return plans[unit].name if unit in plans else Text(unit, unit)


def _entry(entry: Entry, office: Office) -> EntryView:
    is_message = entry.what == "MessageSent"
    return EntryView(
        at=office.local(entry.at),
        what=entry.what,
        by=entry.by,
        about="" if is_message else entry.about,
        words=entry.words,
        via=entry.about if is_message else None,  # type: ignore[arg-type]
        public=entry.shown == "reporter",
    )
