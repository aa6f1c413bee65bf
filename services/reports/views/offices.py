"""Offices as pages and API show them: what can be reported there, and whom to call."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from services.reports.domain import errors
from services.reports.domain.office import Office
from shared.clock import Clock
from shared.contracts.fields import Text
from shared.contracts.reports.office import OfficeConfigured
from shared.messaging.envelope import Incoming
from shared.messaging.mongo_store import MongoStore

OFFICES_MOST = 1_000
"""More than the districts of Indonesia."""
KEPT = timedelta(seconds=5)


class Offices:
    """Questions about offices. Each may raise `Transient`.

    An office is asked for with almost every request and changes once a month: it is kept until it is configured anew,
    which the process's own tail tells, and for `KEPT` at most, should the tail have missed it.
    """

    def __init__(self, store: MongoStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._kept: dict[str, tuple[Office, datetime]] = {}
        self._changes = 0

    def on_event(self, event: Incoming) -> None:
        """Take an event from the tail."""
        if isinstance(event.message, OfficeConfigured):
            self._kept.pop(event.message.office, None)
            self._changes += 1

    async def all(self) -> list[Office]:
        """Every office, by short name."""
        return await self._store.select(Office, {}, order=("id",), limit=OFFICES_MOST)

    async def office(self, id: str) -> Office:
        """One office, to be looked at only. Raises `OfficeUnknown`."""
        now = self._clock()
        kept = self._kept.get(id)
        if kept is not None and kept[1] > now:
            return kept[0]
        changes = self._changes
        found = await self._store.load(Office, "id", [id])
        if not found:
            raise errors.OfficeUnknown
        if self._changes == changes:  # else it may have been read before it changed
            self._kept[id] = found[0], now + KEPT
        return found[0]

    async def office_names(self) -> Sequence[tuple[str, Text]]:
        """Short name and name of every office."""
        return [(office.id, office.plan.name) for office in await self.all()]

    async def time_zone(self, office: str) -> ZoneInfo:
        """Where an office is. Raises `OfficeUnknown`."""
        return ZoneInfo((await self.office(office)).plan.time_zone)
