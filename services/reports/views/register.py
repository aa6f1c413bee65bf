"""The register of an office's incidents, read in parts for exports: constant memory however many there are.

Each part is a question of its own, from the moment on at which the last one ended: an index answers it at once wherever
in the years it lies, and no cursor of the database has to outlive a slow reader.

Nothing in it says who somebody is, and no word of a report; where an incident of a sensitive category was is told by
its square kilometre only.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from services.reports.domain.office import Office
from services.reports.domain.place import CELL_DEGREES
from services.reports.views.incidents import category_name
from services.reports.views.offices import Offices
from services.reports.views.search import span_of
from shared.contracts.fields import Text
from shared.messaging.mongo_store import MongoStore
from shared.mongo import Database, passing_errors

BATCH = 500
_FIELDS = (
    "number", "category", "privacy", "way", "filed_at", "happened_at", "latitude", "longitude", "cell", "state",
    "severity", "priority", "certainty", "exercise", "late", "original", "duplicates", "followers", "disposition",
    "resolved_at", "closed_at", "reopened", "removed",
)  # fmt: skip


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

    def __init__(self, offices: Offices, database: Database, store: MongoStore) -> None:
        self._offices = offices
        self._incidents = database["incidents"]
        self._store = store

    async def lines(self, office: str, chosen: Chosen) -> AsyncIterator[list[Line]]:
        """The incidents in the order in which they were reported, some at a time."""
        known = await self._offices.office(office)
        zone = ZoneInfo(known.plan.time_zone)
        where: dict[str, Any] = {"office": office, "filed_at": span_of(known, chosen.first, chosen.last)}
        where |= {name: value for name, value in (("category", chosen.category), ("state", chosen.state)) if value}
        if not chosen.exercises:
            where["exercise"] = False
        async for documents in self._parts(where):
            yield [_line(document, known, zone) for document in documents if not document.get("removed")]

    async def _parts(self, where: dict[str, Any]) -> AsyncIterator[list[dict[str, Any]]]:
        told: set[str] = set()
        """Those of the last moment, which the next part begins with."""
        while True:
            limit = BATCH + len(told)
            with passing_errors():
                found = self._incidents.find(where, dict.fromkeys(_FIELDS, 1)).sort("filed_at").limit(limit)
                part = await found.to_list(limit)
            yield [document for document in part if document["_id"] not in told]
            if len(part) < limit:
                return
            moment = part[-1]["filed_at"]
            told = {document["_id"] for document in part if document["filed_at"] == moment}
            where = where | {"filed_at": where["filed_at"] | {"$gte": moment}}


def _line(document: dict[str, Any], office: Office, zone: ZoneInfo) -> Line:
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
