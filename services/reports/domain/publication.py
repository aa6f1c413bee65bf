"""What the public may see of incidents that are over: coarse in place and time, and only in a crowd.

Invariants: an area that is shown holds incidents of one kind by at least `CROWD` people, not counting those that are
shown in a smaller area inside of it; a time is shown as a quarter of a day; what is shown on a day follows from what
was over by its beginning, so that who asks again and again learns nothing until the next day begins.

Why so: docs/decisions/0040-what-the-public-sees.md.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from services.reports.domain.incident import OVER, Incident
from services.reports.domain.office import Office
from shared.contracts.reports.incidents import Disposition
from shared.contracts.reports.office import Category

CROWD = 3
"""So many different people at least have reported what one area shows of a kind."""
WIDTHS = (1, 4, 16)
"""Of areas, in hundredths of a degree: about 1, 4 and 18 km. Each is made of whole ones of the width before."""
SHOWN_DAYS = 90
REAL: frozenset[Disposition] = frozenset({"settled", "report-taken", "arrest", "referred", "gone-on-arrival"})
"""Outcomes of what has happened indeed."""
DayPart = Literal["night", "morning", "afternoon", "evening"]
_PARTS: Sequence[DayPart] = ("night", "morning", "afternoon", "evening")
"""Six hours each, the first from midnight on."""


class Area(NamedTuple):
    """A square of the map, in hundredths of a degree from the equator and the zero meridian."""

    south: int
    west: int
    width: int

    @classmethod
    def around(cls, cell: str, width: int) -> "Area":
        """The area of that width in which a cell lies."""
        row, column = (round(float(part) * 100) for part in cell.split(","))
        return cls(row // width * width, column // width * width, width)

    @property
    def middle(self) -> tuple[float, float]:
        """Its latitude and longitude."""
        return (self.south + self.width / 2) / 100, (self.west + self.width / 2) / 100

    @property
    def corners(self) -> tuple[float, float, float, float]:
        """South, west, north, east."""
        return self.south / 100, self.west / 100, (self.south + self.width) / 100, (self.west + self.width) / 100


@dataclass(frozen=True, slots=True)
class Told:
    """An incident as it can be told to everybody, but for its area."""

    id: str
    """Says nothing of the incident's own."""
    category: str
    cell: str | None
    day: date
    part: DayPart
    shown_from: date
    """The first day on which it may be shown."""
    person: str | None
    """By whom it was reported, to count people; None where nobody knows."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An incident as everybody sees it."""

    id: str
    category: str
    area: Area | None
    """None: somewhere in the office's district."""
    day: date
    part: DayPart
    shown_from: date


def may_ever_be_shown(category: Category) -> bool:
    """Whether a kind was opted in."""
    return category.public and not category.sensitive


def told(incident: Incident, office: Office, id: str, person: str | None) -> Told | None:
    """What can be told of an incident, once its time has come; None where nothing can be."""
    over = incident.resolved_at
    if incident.state not in OVER or over is None or incident.disposition not in REAL or incident.exercise:
        return None
    category = next((c for c in office.plan.categories if c.id == incident.category), None)
    if category is None or not may_ever_be_shown(category):
        return None
    happened = office.local(incident.happened_at or incident.filed_at)
    rests = office.local(over + timedelta(hours=category.public_after_hours))
    return Told(
        id,
        category.id,
        incident.cell,
        happened.date(),
        _PARTS[happened.hour // 6],
        rests.date() if rests.time() == time(0) else rests.date() + timedelta(days=1),
        person,
    )


def shown_on(day: date, incidents: Iterable[Told]) -> list[Shown]:
    """What everybody sees on a day, the latest first; within one quarter of a day in no order that tells anything."""
    first = day - timedelta(days=SHOWN_DAYS)
    kinds: defaultdict[str, list[Told]] = defaultdict(list)
    for told in incidents:
        if told.shown_from <= day and first <= told.day <= day:
            kinds[told.category].append(told)
    shown = [one for kind in kinds.values() for one in _in_crowds(kind)]
    shown.sort(key=lambda one: one.id)
    shown.sort(key=lambda one: (one.day, _PARTS.index(one.part)), reverse=True)
    return shown


def begins(day: date, office: Office) -> datetime:
    """The moment from which a day's incidents are shown."""
    return datetime.combine(day, time(0), ZoneInfo(office.plan.time_zone))


def _in_crowds(kind: Sequence[Told]) -> list[Shown]:
    """Incidents of one kind, each in the smallest area where there are enough; what is alone is not shown."""
    shown: list[Shown] = []
    left = list(kind)
    for width in WIDTHS:
        areas: defaultdict[Area, list[Told]] = defaultdict(list)
        for told in left:
            if told.cell is not None:
                areas[Area.around(told.cell, width)].append(told)
        crowded = {area: there for area, there in areas.items() if _people(there) >= CROWD}
        shown += [_shown(told, area) for area, there in crowded.items() for told in there]
        placed = {told.id for there in crowded.values() for told in there}
        left = [told for told in left if told.id not in placed]
    if _people(left) >= CROWD:
        shown += [_shown(told, None) for told in left]
    return shown


def _people(incidents: Iterable[Told]) -> int:
    """How many people have reported these at least: all of whom nobody knows may be one."""
    return len({told.person for told in incidents})


def _shown(told: Told, area: Area | None) -> Shown:
    return Shown(told.id, told.category, area, told.day, told.part, told.shown_from)
