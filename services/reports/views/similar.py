"""Incidents that may be the same as one that the desk looks at: near in place and time, told in similar words."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from services.reports.domain.incident import Incident
from services.reports.domain.office import Office
from services.reports.domain.place import cell_of, cells_around, metres_between
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


class Told(NamedTuple):
    """What is compared: an incident, or what a caller tells just now."""

    id: str
    number: str
    category: str
    at: datetime
    latitude: float | None
    longitude: float | None
    terms: frozenset[str]

    @classmethod
    def of(cls, incident: Incident, story: Story | None) -> "Told":
        """What an incident tells. The parts of its number are no words that mean anything."""
        terms = frozenset(story.terms if story else ()) - frozenset(incident.number.split("-"))
        place = incident.latitude, incident.longitude
        return cls(incident.id, incident.number, incident.category, incident.filed_at, *place, terms)


class Similar:
    """Looks for them. May raise `Transient`."""

    def __init__(self, store: MongoStore) -> None:
        self._store = store

    async def to(self, office: Office, told: Told) -> list[SimilarView]:
        """The likeliest first."""
        where: dict[str, str | list[str]] = {"office": office.id}
        if told.latitude is not None and told.longitude is not None:
            where["cell"] = list(cells_around(cell_of(told.latitude, told.longitude)))
        found = await self._store.latest(Incident, where, by="filed_at", limit=LOOKED_AT_MOST)
        others = [other for other in found if _may_be(told, other)]
        stories = {s.id: s for s in await self._store.load(Story, "id", [other.id for other in others])}
        views = [_view(office, told, other, stories.get(other.id)) for other in others]
        return sorted((v for v in views if v.points >= ENOUGH), key=lambda v: -v.points)[:SHOWN_MOST]


def _may_be(told: Told, other: Incident) -> bool:
    apart = abs(other.filed_at - told.at)
    return other.id != told.id and other.state not in _UNFIT and not other.removed and apart <= WITHIN


def _view(office: Office, told: Told, other: Incident, story: Story | None) -> SimilarView:
    theirs = Told.of(other, story)
    metres = _metres(told, theirs)
    common = told.terms & theirs.terms
    points = 2 * len(common) / max(3, min(len(told.terms), len(theirs.terms)))
    points += 0.5 * (theirs.category == told.category)
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


def _metres(one: Told, other: Told) -> int | None:
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return None
    return round(metres_between(one.latitude, one.longitude, other.latitude, other.longitude))
