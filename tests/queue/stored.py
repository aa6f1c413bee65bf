"""A queue's own database without its processes, for what is asked of the database alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import groupby
from typing import Any
from uuid import uuid4

from services.queue.retention import retention_of
from services.queue.routes import ROUTES
from shared.messaging.attempt import ACCEPTED
from shared.messaging.mongo_store import MongoStore
from shared.messaging.store import Entry, Position, Published
from shared.messaging.work import Changes
from shared.mongo import Client, Database, connected
from shared.settings import Settings
from tests.queue.scene import OFFICE
from tests.support.installation import drop_databases, fresh_settings
from tests.support.stored import commit

NOW = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)
STAFF = "staff/sari/loket-1"


class Place:
    """A queue's database, and what forgets in it."""

    def __init__(self, client: Client, settings: Settings) -> None:
        self.client = client
        self.settings = settings
        self.database: Database = client[settings.database("queue")]
        self.store = MongoStore(client, self.database, ROUTES.kinds, told=ROUTES.told)
        self.retention = retention_of(self.database, self.store, settings)

    async def keep(self, *new: Any, handled: tuple[datetime, ...] = (NOW,)) -> list[str]:
        """Have the database hold something; returns the ids of as many journal entries."""
        place, owner = str(uuid4()), str(uuid4())
        position = Position(place, owner, await self.store.claim(place, owner))
        events = (Published("queue.events.v1", b"k", b"{}", ()),)
        ids, changes = [], Changes(new=list(new))
        for at, some in groupby(handled):
            entries = [
                Entry(f"c-{uuid4()}", "TakeTicket", "f", ACCEPTED, events, STAFF, OFFICE, at, at, "r") for _ in some
            ]
            await commit(self.store, changes, entries, [position])
            ids += [entry.id for entry in entries]
            changes = Changes()
        return ids

    async def one(self, kind: type, id: str) -> Any:
        return (await self.store.load(kind, "id", [id]))[0]


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
            drop_databases(settings, ["queue"])
