"""The register of an office's incidents, read in parts for exports: constant memory however many there are.

Each part is a question of its own about a stretch of time, as long as a part needs: an index answers it at once
wherever in the years it lies and however many lie behind it, and no cursor of the database has to outlive a slow
reader.

Nothing in it says who somebody is, and no word of a report; where an incident of a sensitive category was is told by
its square kilometre only.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from services.reports.domain.office import Office
from services.reports.domain.place import CELL_DEGREES
from services.reports.views.incidents import category_name
from services.reports.views.offices import Offices
from services.reports.views.search import span_of
from shared.clock import Clock
from shared.contracts.fields import Text
from shared.mongo import Database, passing_errors

BATCH = 500
EARLIEST = date(2000, 1, 1)
"""Nothing was reported before."""
SHORTEST_STRETCH, FIRST_STRETCH, LONGEST_STRETCH = timedelta(seconds=1), timedelta(hours=6), timedelta(days=32)
_SHOWN = dict.fromkeys((
    "number", "category", "privacy", "way", "filed_at", "happened_at", "latitude", "longitude", "cell", "state",
    "severity", "priority", "certainty", "exercise", "late", "original", "duplicates", "followers", "disposition",
    "resolved_at", "closed_at", "reopened", "removed",
), 1)  # fmt: skip

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which incidents are exported."""

    first: date
    last: date
    category: str = ""
    state: str = ""
    exercises: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One incident of the register."""

    number: str
    category: str
    category_name: Text
    state: str
    priority: int
    severity: str
    certainty: str
    privacy: str
    way: str
    filed_at: datetime
    happened_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    disposition: str
    latitude: float | None
    longitude: float | None
    coarse: bool
    """Whether the position is only that of its square kilometre."""
    late: int
    duplicate: bool
    duplicates: int
    followers: int
    reopened: int
    exercise: bool


class Register:
    """Questions of exports. May raise `Transient` or `OfficeUnknown`."""

    def __init__(self, offices: Offices, database: Database, clock: Clock) -> None:
        self._offices = offices
        self._incidents = database["incidents"]
        self._clock = clock

    async def lines(self, office: str, chosen: Chosen) -> AsyncIterator[list[Line]]:
        """The incidents in the order in which they were reported, some at a time."""
        known = await self._offices.office(office)
        zone = ZoneInfo(known.plan.time_zone)
        last = min(chosen.last, known.local(self._clock()).date())
        span = span_of(known, max(chosen.first, EARLIEST), last)
        async for documents in self._parts(office, span["$gte"], span["$lt"]):
            yield [_line(document, known, zone) for document in documents if _is_chosen(document, chosen)]

    async def _parts(self, office: str, begins: datetime, ends: datetime) -> AsyncIterator[list[Document]]:
        """All of an office's incidents, since what else is chosen stands in no index."""
        stretch = FIRST_STRETCH
        told: set[str] = set()
        """Those of the moment at which the stretch begins that came with the part before."""
        while begins < ends:
            until = min(begins + stretch, ends)
            limit = BATCH + len(told)
            with passing_errors():
                where = {"office": office, "filed_at": {"$gte": begins, "$lt": until}}
                part = await self._incidents.find(where, _SHOWN).sort("filed_at").limit(limit).to_list(limit)
            yield [document for document in part if document["_id"] not in told]
            if len(part) == limit:
                begins, stretch = part[-1]["filed_at"], max(stretch / 2, SHORTEST_STRETCH)
                told = {document["_id"] for document in part if document["filed_at"] == begins}
            else:
                begins, told = until, set()
                if len(part) < BATCH / 2:
                    stretch = min(stretch * 2, LONGEST_STRETCH)


def _is_chosen(document: Document, chosen: Chosen) -> bool:
    return (
        not document.get("removed")
        and (chosen.exercises or not document["exercise"])
        and chosen.category in ("", document["category"])
        and chosen.state in ("", document["state"])
    )


def _line(document: Document, office: Office, zone: ZoneInfo) -> Line:
    coarse = office.is_sensitive(document["category"])
    latitude, longitude = document.get("latitude"), document.get("longitude")
    if coarse and document.get("cell"):
        latitude, longitude = (round(float(part) + CELL_DEGREES / 2, 3) for part in document["cell"].split(","))

    def moment(name: str) -> datetime | None:
        at = document.get(name)
        return at.astimezone(zone) if at else None

    return Line(
        number=document["number"],
        category=document["category"],
        category_name=category_name(office, document["category"]),
        state=document["state"],
        priority=document["priority"],
        severity=document["severity"],
        certainty=document.get("certainty") or "",
        privacy=document["privacy"],
        way=document["way"],
        filed_at=document["filed_at"].astimezone(zone),
        happened_at=moment("happened_at"),
        resolved_at=moment("resolved_at"),
        closed_at=moment("closed_at"),
        disposition=document.get("disposition") or "",
        latitude=latitude,
        longitude=longitude,
        coarse=coarse,
        late=document["late"],
        duplicate=document.get("original") is not None,
        duplicates=document["duplicates"],
        followers=document["followers"],
        reopened=document["reopened"],
        exercise=document["exercise"],
    )
