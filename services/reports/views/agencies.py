"""What was agreed with other agencies, as both sides see it: who they are, rules, and who has which incident."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from services.reports.domain.agency import Agency, agency_id
from services.reports.domain.agency_errors import AgencyUnknown, NotShared, RuleUnknown
from services.reports.domain.office import Office
from services.reports.domain.records import Entry
from services.reports.domain.rule import Rule, State
from services.reports.domain.share import Share, share_id
from services.reports.views.offices import Offices
from shared.clock import Clock
from shared.contracts.fields import Text
from shared.contracts.reports.agencies import ACTOR, AgencyKind, Side, Terms
from shared.messaging.mongo_store import MongoStore
from shared.messaging.store import Span

AGENCIES_MOST = 500
RULES_MOST = 5_000
ENTRIES_MOST = 2_000
_TALK = ("IncidentShared", "IncidentAcknowledged", "AgencyUnitReported", "AgencyMessageSent")


@dataclass(frozen=True, slots=True)
class AgencyView:
    """An agency that an office has something to do with."""

    office: str
    slug: str
    name: Text
    kind: AgencyKind
    gone: bool
    in_force: int
    """Rules that share something now."""
    to_answer: int
    """Proposals of the agency's, which the office has yet to answer."""


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule as both sides see it."""

    id: str
    agency: str
    terms: Terms
    proposed_by: Side
    proposed_at: datetime
    state: State
    decided_at: datetime | None
    incident: str | None
    """The one that it is for, where it was shared by hand."""
    expired: bool


@dataclass(frozen=True, slots=True)
class SharedWithView:
    """An agency that has, or had, an incident."""

    agency: str
    name: Text
    has_it: bool
    rule: RuleView | None
    """By which it was shared last."""
    acknowledged: bool
    times: int
    """How often it was told something."""


@dataclass(frozen=True, slots=True)
class TalkView:
    """A line between desk and agency about an incident."""

    at: datetime
    what: str
    agency: str
    words: str
    side: Side


class Agencies:
    """Questions about them. Each may raise `Transient`."""

    def __init__(self, offices: Offices, store: MongoStore, clock: Clock) -> None:
        self._offices = offices
        self._store = store
        self._clock = clock

    async def all(self, office: str) -> list[AgencyView]:
        """Those of an office, by short name, gone ones last."""
        span = Span(f"{office}:", f"{office};")
        agencies = await self._store.select(Agency, {"id": span}, order=("id",), limit=AGENCIES_MOST)
        rules = await self._store.select(Rule, {"office": office}, order=("agency",), limit=RULES_MOST)
        known = await self._offices.office(office)
        views = [_agency(agency, [self._rule(rule, known) for rule in rules]) for agency in agencies]
        return sorted(views, key=attrgetter("gone", "slug"))

    async def agency(self, office: str, slug: str) -> AgencyView:
        """One. Raises `AgencyUnknown`."""
        found = await self._store.load(Agency, "id", [agency_id(office, slug)])
        if not found:
            raise AgencyUnknown
        return _agency(found[0], await self.rules(office, slug))

    async def is_known(self, office: str, slug: str) -> bool:
        """Whether the office shares anything with an agency of that name."""
        found = await self._store.load(Agency, "id", [agency_id(office, slug)])
        return bool(found) and not found[0].gone

    async def rules(self, office: str, slug: str) -> list[RuleView]:
        """All that was proposed, the latest first, but for incidents shared by hand."""
        known = await self._offices.office(office)
        where = {"office": office, "agency": slug, "incident": None}
        found = await self._store.select(Rule, where, order=("proposed_at",), limit=RULES_MOST)
        return [self._rule(rule, known) for rule in reversed(found)]

    async def rule(self, office: str, slug: str, id: str) -> RuleView:
        """One of an agency's. Raises `RuleUnknown`."""
        found = await self._store.load(Rule, "id", [id])
        if not found or (found[0].office, found[0].agency) != (office, slug):
            raise RuleUnknown
        return self._rule(found[0], await self._offices.office(office))

    async def shared_with(self, office: str, incident: str) -> list[SharedWithView]:
        """Which agencies have an incident, or had it, and by which rule."""
        known = await self._offices.office(office)
        where = {"incident": incident}
        shares = await self._store.select(Share, where, order=("agency",), limit=AGENCIES_MOST)
        shares = [share for share in shares if share.office == office and share.sequence]
        rules = {rule.id: rule for rule in await self._store.load(Rule, "id", [s.rule for s in shares])}
        taken = {line.agency for line in await self.talk(office, incident) if line.what == "IncidentAcknowledged"}
        names = {view.slug: view.name for view in await self.all(office)}
        return [
            SharedWithView(
                agency=share.agency,
                name=names.get(share.agency, Text(share.agency, share.agency)),
                has_it=share.shared_by is not None,
                rule=self._rule(rules[share.rule], known) if share.rule in rules else None,
                acknowledged=share.agency in taken,
                times=share.sequence,
            )
            for share in shares
        ]

    async def talk(self, office: str, incident: str, agency: str | None = None) -> list[TalkView]:
        """What desk and agencies, or one of them, said to each other about an incident."""
        known = await self._offices.office(office)
        found = await self._store.select(Entry, {"incident": incident}, order=("place",), limit=ENTRIES_MOST)
        lines = [_line(entry, known) for entry in found if entry.what in _TALK]
        return [line for line in lines if agency in (None, line.agency)]

    async def acknowledged_last(self, office: str, agency: str, incidents: Sequence[str]) -> datetime | None:
        """When an agency last took note of one of these incidents."""
        where = {"incident": incidents, "what": "IncidentAcknowledged", "by": f"{ACTOR}/{agency}"}
        found = await self._store.latest(Entry, where, by="at", limit=1)
        return (await self._offices.office(office)).local(found[0].at) if found else None

    async def told(self, office: str, agency: str, incident: str) -> Share:
        """What an agency was told of an incident. Raises `NotShared`, also of what does not exist."""
        found = await self._store.load(Share, "id", [share_id(incident, agency)])
        if not found or found[0].office != office or not found[0].sequence:
            raise NotShared
        return found[0]

    def _rule(self, rule: Rule, office: Office) -> RuleView:
        return RuleView(
            id=rule.id,
            agency=rule.agency,
            terms=rule.terms,
            proposed_by=rule.proposed_by,
            proposed_at=office.local(rule.proposed_at),
            state=rule.state,
            decided_at=office.local(rule.decided_at) if rule.decided_at else None,
            incident=rule.incident,
            expired=rule.is_expired(self._clock()),
        )


def _agency(agency: Agency, rules: Sequence[RuleView]) -> AgencyView:
    office, _, slug = agency.id.partition(":")
    own = [rule for rule in rules if rule.agency == slug]
    return AgencyView(
        office=office,
        slug=slug,
        name=agency.name,
        kind=agency.kind,
        gone=agency.gone,
        in_force=sum(rule.state == "accepted" and not rule.expired for rule in own if rule.incident is None),
        to_answer=sum(rule.state == "proposed" and rule.proposed_by == "agency" for rule in own),
    )


def _line(entry: Entry, office: Office) -> TalkView:
    side: Side = "agency" if entry.by.startswith("agency/") else "office"
    return TalkView(office.local(entry.at), entry.what, entry.about.partition(":")[0], entry.words, side)
