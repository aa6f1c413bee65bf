"""What everybody may see of an office's incidents: one edition a day, the same for everybody.

Invariant: an edition is made once, by whichever process is asked first on its day, and never changes: who asks every
minute sees nothing happen. The one exception is a kind that the office shows no more, which goes at once.
"""

import asyncio
import hashlib
import hmac
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from pymongo.errors import DuplicateKeyError

from services.reports.domain.incident import OVER, Incident
from services.reports.domain.office import Office
from services.reports.domain.publication import SHOWN_DAYS, Area, Shown, Told, begins, may_ever_be_shown, shown_on, told
from services.reports.domain.records import Reporter
from shared.clock import Clock
from shared.messaging.mongo_store import MongoStore
from shared.mongo import Database, passing_errors

EDITIONS = "public_editions"
INCIDENTS_MOST = 20_000
"""Of one office's last `SHOWN_DAYS`."""
_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Edition:
    """What everybody sees of one office on one day."""

    office: str
    day: date
    begins: datetime
    """In the office's own time."""
    ends: datetime
    """When the next one takes its place."""
    shown: Sequence[Shown]

    def of(self, category: str | None) -> list[Shown]:
        """Those of one kind, or all."""
        return [one for one in self.shown if category in (None, one.category)]


class Public:
    """The editions of all offices. May raise `Transient`."""

    def __init__(self, database: Database, store: MongoStore, clock: Clock, *, key: bytes) -> None:
        """`key` makes the ids under which incidents are shown."""
        self._editions = database[EDITIONS]
        self._store = store
        self._clock = clock
        self._key = key
        self._known: dict[str, Edition] = {}
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def edition(self, office: Office) -> Edition:
        """Today's, without what the office does not show any more."""
        day = office.local(self._clock()).date()
        known = self._known.get(office.id)
        if known is None or known.day != day:
            async with self._turns[office.id]:  # at midnight everybody asks at once
                known = self._known.get(office.id)
                if known is None or known.day != day:
                    known = self._known[office.id] = await self._of_day(office, day)
        kinds = {category.id for category in office.plan.categories if may_ever_be_shown(category)}
        return Edition(
            known.office, known.day, known.begins, known.ends, [one for one in known.shown if one.category in kinds]
        )

    async def _of_day(self, office: Office, day: date) -> Edition:
        id = f"{office.id}:{day}"
        with passing_errors():
            document = await self._editions.find_one({"_id": id})
            if document is None:
                shown = shown_on(day, await self._told(office, day))
                document = {"_id": id, "office": office.id, "day": str(day), "shown": [_kept(one) for one in shown]}
                try:
                    await self._editions.insert_one(document)
                except DuplicateKeyError:  # another process was quicker
                    document = await self._editions.find_one({"_id": id})
                await self._editions.delete_many({"office": office.id, "day": {"$lt": str(day)}})
        assert document
        after = begins(day + timedelta(days=1), office)
        return Edition(office.id, day, begins(day, office), after, [_read(one) for one in document["shown"]])

    async def _told(self, office: Office, day: date) -> list[Told]:
        kinds = [category.id for category in office.plan.categories if may_ever_be_shown(category)]
        if not kinds:
            return []
        since = begins(day - timedelta(days=SHOWN_DAYS), office)
        wanted = {"office": office.id, "state": list(OVER), "category": kinds}
        found = await self._store.latest(Incident, wanted, by="filed_at", limit=INCIDENTS_MOST)
        recent = [incident for incident in found if incident.filed_at >= since]
        people = await self._people([incident.id for incident in recent])
        all = (told(incident, office, self._id(incident.id), people.get(incident.id)) for incident in recent)
        return [one for one in all if one is not None]

    async def _people(self, ids: Sequence[str]) -> dict[str, str | None]:
        people: dict[str, str | None] = {}
        for start in range(0, len(ids), _AT_ONCE):
            for reporter in await self._store.load(Reporter, "id", ids[start : start + _AT_ONCE]):
                people[reporter.id] = reporter.contact
        return people

    def _id(self, incident: str) -> str:
        return hmac.new(self._key, incident.encode(), hashlib.sha256).hexdigest()[:20]


def _kept(one: Shown) -> dict[str, Any]:
    return {
        "id": one.id,
        "category": one.category,
        "area": list(one.area) if one.area else None,
        "day": str(one.day),
        "part": one.part,
        "from": str(one.shown_from),
    }


def _read(kept: dict[str, Any]) -> Shown:
    area = Area(*kept["area"]) if kept["area"] else None
    shown_from = date.fromisoformat(kept["from"])
    return Shown(kept["id"], kept["category"], area, date.fromisoformat(kept["day"]), kept["part"], shown_from)
