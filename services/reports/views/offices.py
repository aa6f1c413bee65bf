"""Offices as pages and API show them: what can be reported there, and whom to call."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from services.reports.domain import errors
from services.reports.domain.office import Office
from shared.contracts.fields import Text
from shared.messaging.mongo_store import MongoStore

OFFICES_MOST = 1_000
"""More than the districts of Indonesia."""


class Offices:
    """Questions about offices. Each may raise `Transient`."""

    def __init__(self, store: MongoStore) -> None:
        self._store = store

    async def all(self) -> list[Office]:
        """Every office, by short name."""
        return await self._store.select(Office, {}, order=("id",), limit=OFFICES_MOST)

    async def office(self, id: str) -> Office:
        """One office. Raises `OfficeUnknown`."""
        found = await self._store.load(Office, "id", [id])
        if not found:
            raise errors.OfficeUnknown
        return found[0]

    async def office_names(self) -> Sequence[tuple[str, Text]]:
        """Short name and name of every office."""
        return [(office.id, office.plan.name) for office in await self.all()]

    async def time_zone(self, office: str) -> ZoneInfo:
        """Where an office is. Raises `OfficeUnknown`."""
        return ZoneInfo((await self.office(office)).plan.time_zone)
