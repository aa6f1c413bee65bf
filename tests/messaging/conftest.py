"""The toy service on both kinds of bus and store: every test that asks for `rig` or `store` runs on both."""

from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import cycle
from typing import Any

import pytest

from shared.messaging.memory import MemoryStore
from shared.messaging.mongo_store import MongoStore
from shared.messaging.store import Store
from shared.mongo import connected
from shared.settings import Settings
from tests.support.buses import InMemory, OnKafka, on_kafka
from tests.support.installation import drop_databases, fresh_settings, installed
from tests.support.rig import NOON, Rig
from tests.support.toy.messages import DEPOT, SERVICE
from tests.support.toy.routes import ROUTES

KINDS = ("memory", "real")


@pytest.fixture
async def toy(kafka_address: str, mongo_address: str) -> AsyncIterator[Settings]:
    """The toy's own installation for one test."""
    async with installed(fresh_settings(kafka_address, mongo_address), [SERVICE, DEPOT]) as settings:
        yield settings


@pytest.fixture(scope="package")
async def toy_bus(kafka_address: str, mongo_address: str) -> AsyncIterator[OnKafka]:
    """The toy's topics, for tests that run one after the other and look at nothing older than themselves."""
    async with installed(fresh_settings(kafka_address, mongo_address), [SERVICE, DEPOT]) as settings:
        topics = [f"{SERVICE}.commands.v1", f"{SERVICE}.events.v1", f"{SERVICE}.dead.v1", f"{DEPOT}.events.v1"]
        async with on_kafka(settings, topics) as bus:
            yield bus


@pytest.fixture
def memory_store() -> MemoryStore:
    return MemoryStore(ROUTES.kinds)


@pytest.fixture(scope="package")
async def new_store(mongo_address: str) -> AsyncIterator[Callable[[], Awaitable[MongoStore]]]:
    """Hands out stores with nothing in them. Each is good until two more were handed out: making one anew is slow."""
    settings = fresh_settings("nowhere:1", mongo_address)
    turns = cycle(range(3))

    async def make() -> MongoStore:
        database = client[f"{settings.namespace}-{next(turns)}"]
        for name in await database.list_collection_names():
            await database[name].delete_many({})
        store = MongoStore(client, database, ROUTES.kinds)
        await store.prepare()
        return store

    async with connected(settings) as client:
        yield make
    drop_databases(settings, map(str, range(3)))


@pytest.fixture
async def real_store(new_store: Callable[[], Awaitable[MongoStore]]) -> MongoStore:
    return await new_store()


@pytest.fixture
def memory_rig(memory_store: MemoryStore) -> Rig:
    return Rig(InMemory(lambda: int(NOON.timestamp() * 1000)), memory_store)


@pytest.fixture
async def real_rig(toy_bus: OnKafka, real_store: MongoStore) -> Rig:
    await toy_bus.begin()
    return Rig(toy_bus, real_store)


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest) -> Store:
    """A store with nothing in it."""
    found: Any = request.getfixturevalue(f"{request.param}_store")
    return found  # type: ignore[no-any-return]


@pytest.fixture(params=KINDS)
def rig(request: pytest.FixtureRequest) -> Rig:
    """The toy's loop, driven by hand."""
    found: Any = request.getfixturevalue(f"{request.param}_rig")
    return found  # type: ignore[no-any-return]
