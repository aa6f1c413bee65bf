"""A reports database without its processes, for what is asked of the database alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from services.reports.retention import retention_of
from services.reports.routes import ROUTES
from shared.messaging.attempt import ACCEPTED
from shared.messaging.mongo_store import MongoStore
from shared.messaging.store import Entry, Position, Published
from shared.messaging.work import Changes
from shared.mongo import Client, Database, connected
from shared.settings import Settings
from tests.reports.scene import OFFICE
from tests.support.installation import drop_databases, fresh_settings
from tests.support.stored import commit

NOW = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)


class Place:
    """A reports database, and what forgets in it."""

    def __init__(self, client: Client, settings: Settings) -> None:
        self.client = client
        self.settings = settings
        self.database: Database = client[settings.database("reports")]
        self.store = MongoStore(client, self.database, ROUTES.kinds)
        self.retention = retention_of(self.database, self.store, settings)

    async def keep(self, *new: Any, handled: tuple[datetime, ...] = (NOW,)) -> list[str]:
        """Have the database hold something; returns the ids of as many journal entries."""
        return await self._commit(Changes(new=list(new)), handled)

    async def change(self, *changed: Any) -> None:
        """Have the database hold something anew."""
        await self._commit(Changes(changed=list(changed)), (NOW,))

    async def empty(self) -> None:
        """Have nothing in it: a new database takes longer, for all its indexes."""
        for name in await self.database.list_collection_names():
            await self.database[name].delete_many({})

    async def one(self, kind: type, id: str) -> Any:
        return (await self.store.load(kind, "id", [id]))[0]

    async def all(self, kind: type) -> list[Any]:
        return await self.store.select(kind, {}, order=("id",), limit=100_000)

    async def _commit(self, changes: Changes, handled: tuple[datetime, ...]) -> list[str]:
        place, owner = str(uuid4()), str(uuid4())
        position = Position(place, owner, await self.store.claim(place, owner))
        events = (Published("reports.events.v1", b"k", b"{}", ()),)
        entries = [
            Entry(f"c-{uuid4()}", "FileReport", "f", ACCEPTED, events, "citizen", OFFICE, at, at, "r") for at in handled
        ]
        await commit(self.store, changes, entries, [position])
        return [entry.id for entry in entries]


@asynccontextmanager
async def stored(mongo: str) -> AsyncIterator[Place]:
    """A database of one's own, gone afterwards."""
    settings = fresh_settings("nowhere:1", mongo)
    async with connected(settings) as client:
        place = Place(client, settings)
        await place.store.prepare()
        try:
            yield place
        finally:
            drop_databases(settings, ["reports"])
