"""An incident as its reporter sees it: nothing of what only the desk may know."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.reports.domain import errors
from services.reports.domain.incident import Incident
from services.reports.domain.office import Office
from services.reports.domain.records import Entry, Follower, Reporter, Story
from services.reports.views.nearby import coarse
from services.reports.views.offices import Offices
from shared.clock import Clock
from shared.contracts.fields import Text
from shared.contracts.reports.base import Via
from shared.contracts.reports.incidents import Answer, Disposition, Privacy, State
from shared.messaging.mongo_store import MongoStore

ENTRIES_MOST = 1_000
_FOR_THE_REPORTER = ("MessageSent", "IncidentResolved", "IncidentReopened")
"""Whose words are written for the reporter to read. Any others are reasons, which stay with the desk."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the timeline that the reporter may see."""

    at: datetime
    what: str
    """The event's name, such as `UnitArrived`."""
    words: str
    via: Via | None
    """From which side a message came."""


@dataclass(frozen=True, slots=True)
class ReportView:
    """What a reporter sees of the own report."""

    id: str
    office: str
    office_name: Text
    number: str
    category: str
    category_name: Text
    privacy: Privacy
    state: State
    """Of a report that is set aside: `received`, as of any that the desk has not looked at yet."""
    words: str
    place: str
    answers: Sequence[Answer]
    latitude: float | None
    longitude: float | None
    filed_at: datetime
    """In the office's local time."""
    happened_at: datetime | None
    disposition: Disposition | None
    timeline: Sequence[Line]
    known: bool
    """Whether something is kept by which the reporter is known."""
    can_confirm: bool
    can_reopen: bool
    followers: int
    """How many others want to be told of it."""
    exercise: bool
    revision: int
    """Counts what has happened to it."""

    @property
    def is_over(self) -> bool:
        """Whether nothing is expected to happen by itself."""
        return self.state in ("closed", "duplicate")


@dataclass(frozen=True, slots=True)
class FollowView:
    """What somebody sees who follows another's report: no word of it, and when and where only coarsely."""

    id: str
    """The follower's."""
    office: str
    office_name: Text
    category: str
    category_name: Text
    state: State
    disposition: Disposition | None
    filed_at: datetime
    """In steps, in the office's local time."""
    incident: str = field(repr=False)
    """Not for the follower's eyes."""


class Incidents:
    """Questions of reporters' pages. Each may raise `Transient`."""

    def __init__(self, offices: Offices, store: MongoStore, clock: Clock) -> None:
        self._offices = offices
        self._store = store
        self._clock = clock

    async def known(self, id: str) -> Incident:
        """An incident itself. Raises `IncidentUnknown`."""
        found = await self._store.load(Incident, "id", [id])
        if not found:
            raise errors.IncidentUnknown
        return found[0]

    async def reported(self, id: str) -> ReportView:
        """An incident for its reporter. Raises `IncidentUnknown`."""
        incident = await self.known(id)
        office = await self._offices.office(incident.office)
        story = next(iter(await self._store.load(Story, "id", [id])), None)
        reporters = await self._store.load(Reporter, "id", [id])
        entries = await self._store.select(
            Entry, {"incident": id, "shown": "reporter"}, order=("place",), limit=ENTRIES_MOST
        )
        local = office.local
        return ReportView(
            id=incident.id,
            office=office.id,
            office_name=office.plan.name,
            number=incident.number,
            category=incident.category,
            category_name=category_name(office, incident.category),
            privacy=incident.privacy,
            state=_shown(incident.state),
            words=story.words if story else "",
            place=story.place if story else "",
            answers=story.answers if story else (),
            latitude=incident.latitude,
            longitude=incident.longitude,
            filed_at=local(incident.filed_at),
            happened_at=local(incident.happened_at) if incident.happened_at else None,
            disposition=incident.disposition,
            timeline=[_line(entry, office) for entry in entries],
            known=any(reporter.sealed or reporter.contact for reporter in reporters),
            can_confirm=incident.state == "resolved",
            can_reopen=incident.can_be_reopened_by_reporter(office, self._clock()),
            followers=incident.followers,
            exercise=incident.exercise,
            revision=incident.revision,
        )

    async def followed(self, id: str) -> FollowView:
        """An incident for one of its followers. Raises `FollowerUnknown`, also once they have left."""
        follower = next(iter(await self._store.load(Follower, "id", [id])), None)
        if follower is None or follower.gone:
            raise errors.FollowerUnknown
        incident = await self.known(follower.incident)
        office = await self._offices.office(incident.office)
        return FollowView(
            id=follower.id,
            office=office.id,
            office_name=office.plan.name,
            category=incident.category,
            category_name=category_name(office, incident.category),
            state=_shown(incident.state),
            disposition=incident.disposition,
            filed_at=coarse(office.local(incident.filed_at)),
            incident=incident.id,
        )

    async def numbered(self, number: str) -> list[Incident]:
        """The incidents of a number: each office counts for itself."""
        offices = [office.id for office in await self._offices.all()]
        return await self._store.latest(
            Incident, {"office": offices, "number": number}, by="filed_at", limit=len(offices) or 1
        )


def category_name(office: Office, id: str) -> Text:
    """What a category is called, also one that the office has given up."""
    return next((category.name for category in office.plan.categories if category.id == id), Text(id, id))


def _shown(state: State) -> State:
    """Nobody is told that a report is set aside: the desk looks at it all the same."""
    return "received" if state == "quarantined" else state


def _line(entry: Entry, office: Office) -> Line:
    via: Via | None = entry.about if entry.what == "MessageSent" else None  # type: ignore[assignment]
    words = entry.words if entry.what in _FOR_THE_REPORTER else ""
    return Line(office.local(entry.at), entry.what, words, via)
