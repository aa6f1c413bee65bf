"""Incidents that may be the same as one that the desk looks at: near in place and time, told in similar words."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.reports.domain.incident import Incident
from services.reports.domain.office import Office
from services.reports.domain.place import cells_around, metres_between
from services.reports.domain.records import Story
from services.reports.views.incidents import category_name
from shared.contracts.fields import Text
from shared.contracts.reports.incidents import State
from shared.messaging.mongo_store import MongoStore

LOOKED_AT_MOST = 60
SHOWN_MOST = 5
WITHIN = timedelta(hours=24)
NEAR_METRES = 1_000
ENOUGH = 1.0
"""Points from which an incident is shown: a place that is very near, or half of the words, or some of both."""
_UNFIT: tuple[State, ...] = ("duplicate", "quarantined")


@dataclass(frozen=True, slots=True)
class SimilarView:
    """One that may be the same."""

    id: str
    number: str
    category_name: Text
    state: State
    filed_at: datetime
    metres: int | None
    """How far away; None where either place is known by words only."""
    words: int
    """How many word stems they have in common."""
    points: float


class Similar:
    """Looks for them. May raise `Transient`."""

    def __init__(self, store: MongoStore) -> None:
        self._store = store

    async def to(self, office: Office, incident: Incident, story: Story | None) -> list[SimilarView]:
        """The likeliest first."""
        where = {"office": office.id} | ({"cell": list(cells_around(incident.cell))} if incident.cell else {})
        found = await self._store.latest(Incident, where, by="filed_at", limit=LOOKED_AT_MOST)
        others = [other for other in found if _may_be(incident, other)]
        stories = {s.id: s for s in await self._store.load(Story, "id", [other.id for other in others])}
        terms = frozenset(story.terms if story else ()) - _said_by_all(office, incident)
        views = [_view(office, incident, other, terms, stories.get(other.id)) for other in others]
        return sorted((v for v in views if v.points >= ENOUGH), key=lambda v: -v.points)[:SHOWN_MOST]


def _may_be(incident: Incident, other: Incident) -> bool:
    apart = abs(other.filed_at - incident.filed_at)
    return other.id != incident.id and other.state not in _UNFIT and not other.removed and apart <= WITHIN


def _said_by_all(office: Office, incident: Incident) -> frozenset[str]:
    """What every report says: the parts of its number."""
    return frozenset(incident.number.split("-"))


def _view(
    office: Office, incident: Incident, other: Incident, terms: frozenset[str], story: Story | None
) -> SimilarView:
    metres = None
    here, there = (incident.latitude, incident.longitude), (other.latitude, other.longitude)
    if here[0] is not None and here[1] is not None and there[0] is not None and there[1] is not None:
        metres = round(metres_between(here[0], here[1], there[0], there[1]))
    theirs = frozenset(story.terms if story else ()) - _said_by_all(office, other)
    common = terms & theirs
    points = 2 * len(common) / max(3, min(len(terms), len(theirs)))
    points += 0.5 * (other.category == incident.category)
    if metres is not None:
        points += 1.0 - metres / NEAR_METRES
    return SimilarView(
        id=other.id,
        number=other.number,
        category_name=category_name(office, other.category),
        state=other.state,
        filed_at=office.local(other.filed_at),
        metres=metres,
        words=len(common),
        points=points,
    )
