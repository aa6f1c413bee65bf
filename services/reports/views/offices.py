"""Offices as pages and API show them: what can be reported there, and whom to call."""

from services.reports.domain import errors
from services.reports.domain.office import Office
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
