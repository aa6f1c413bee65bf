"""What only a database with transactions of several clients can show."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import date, time

import pytest
from pymongo import IndexModel
from pymongo.errors import OperationFailure

from shared.messaging.errors import Fenced, Transient
from shared.messaging.mongo_store import Mapper, MongoStore
from shared.messaging.store import DuplicateEntry, Entry, Position
from shared.messaging.work import Changes
from shared.mongo import connected, is_passing, passing_errors
from shared.settings import Settings
from tests.messaging.test_store import PLACE, box, entry
from tests.support.held import held
from tests.support.installation import drop_databases, fresh_settings
from tests.support.proxy import mongo_proxy
from tests.support.stored import commit
from tests.support.toy.domain import Box
from tests.support.toy.routes import ROUTES


@pytest.fixture
async def database(mongo_address: str) -> AsyncIterator[Settings]:
    settings = fresh_settings("nowhere:1", mongo_address)
    yield settings
    drop_databases(settings, ["toy"])


@pytest.fixture
async def stores(database: Settings) -> AsyncIterator[tuple[MongoStore, MongoStore]]:
    """Two workers' views of one database."""
    async with connected(database) as first, connected(database) as second:
        one, two = (MongoStore(client, client[database.database("toy")], ROUTES.kinds) for client in (first, second))
        await one.prepare()
        yield one, two


Stores = tuple[MongoStore, MongoStore]


async def claimed(store: MongoStore, owner: str) -> int:
    """The claim as the worker makes it: again and again while something stands in its way."""
    while True:
        try:
            return await store.claim(PLACE, owner)
        except Transient:
            continue


async def test_claim_ends_what_the_former_owner_has_open(stores: Stores) -> None:
    """So nothing stands still for the minute that a server keeps an abandoned transaction."""
    one, two = stores
    await one.claim(PLACE, "one")
    with held(one) as hold:
        committing = asyncio.create_task(commit(one, Changes([box("a")]), [entry("x")], [Position(PLACE, "one", 5)]))
        await hold.reached.wait()
        async with asyncio.timeout(10):
            assert await claimed(two, "two") == 0
        hold.release()
        with pytest.raises(Transient):
            await committing
    with pytest.raises(Fenced):
        await commit(one, Changes([box("a")]), [entry("x")], [Position(PLACE, "one", 5)])
    assert await two.load(Box, "id", ["a"]) == []
    assert await two.entries(["x"]) == {}


async def test_claim_spares_what_the_claimer_itself_has_open(stores: Stores) -> None:
    """A worker that gets one more partition while a batch of another one is being written."""
    one, _ = stores
    await one.claim(PLACE, "one")
    await one.claim("toy.commands.v1/1", "one")
    with held(one) as hold:
        committing = asyncio.create_task(commit(one, Changes([box("a")]), [entry("x")], [Position(PLACE, "one", 5)]))
        await hold.reached.wait()
        await one.claim("toy.commands.v1/1", "again")
        hold.release()
        await committing
    assert await one.load(Box, "id", ["a"]) == [box("a", version=1)]


async def test_writers_of_one_aggregate_at_one_time_conflict_instead_of_overwriting(stores: Stores) -> None:
    one, two = stores
    await one.claim(PLACE, "us")
    await one.claim("toy.commands.v1/1", "us")
    await commit(one, Changes([box("a")]), [entry("zero")], [Position(PLACE, "us", 1)])

    async def write(store: MongoStore, id: str, partition: str, inside: int) -> None:
        changed = box("a", version=1, inside=inside)
        await commit(store, Changes([], [changed]), [entry(id)], [Position(partition, "us", 2)])

    outcomes = await asyncio.gather(
        write(one, "x", PLACE, 1), write(two, "y", "toy.commands.v1/1", 2), return_exceptions=True
    )
    assert sorted(map(type, outcomes), key=str) == sorted([type(None), Transient], key=str)
    (stored,) = await one.load(Box, "id", ["a"])
    assert stored.version == 2
    assert (await one.entries(["x", "y"])).keys() == ({"x"} if stored.inside == 1 else {"y"})


async def test_same_command_on_two_partitions_at_one_time_is_entered_once(stores: Stores) -> None:
    one, two = stores
    places = ["t/0", "t/1"]
    for place in places:
        await one.claim(place, "us")
    outcomes = await asyncio.gather(
        *(
            commit(store, Changes([box(id)]), [entry("x")], [Position(place, "us", 1)])
            for store, place, id in zip(stores, places, "ab", strict=True)
        ),
        return_exceptions=True,
    )
    (failed,) = [outcome for outcome in outcomes if outcome is not None]
    assert isinstance(failed, DuplicateEntry | Transient)
    assert len(await two.load(Box, "id", ["a", "b"])) == 1


async def test_database_that_is_away_is_transient_everywhere(database: Settings) -> None:
    async with mongo_proxy(database.mongo) as (proxy, url):
        away = database.model_copy(update={"mongo": url, "mongo_timeout_seconds": 0.2})
        async with connected(away) as client:
            store = MongoStore(client, client[away.database("toy")], ROUTES.kinds)
            await store.prepare()
            await store.claim(PLACE, "one")
            wanted = Changes([box("a")]), [entry("x")], [Position(PLACE, "one", 1)]
            with held(store) as hold:
                committing = asyncio.create_task(commit(store, *wanted))
                await hold.reached.wait()
                await proxy.cut()
                hold.release()
                with pytest.raises(Transient):
                    await committing
            failed = await asyncio.gather(
                store.load(Box, "id", ["a"]),
                store.select(Box, {}, order=("id",), limit=1),
                store.entries(["x"]),
                store.claim(PLACE, "two"),
                commit(store, *wanted),
                store.prepare(),
                return_exceptions=True,
            )
            assert [type(error) for error in failed] == [Transient] * 6
            await proxy.open()
            await _until_committed(store, wanted)
            assert await store.load(Box, "id", ["a"]) == [box("a", version=1)]


async def _until_committed(store: MongoStore, wanted: tuple[Changes, list[Entry], list[Position]]) -> None:
    async with asyncio.timeout(10):
        while True:
            try:
                return await commit(store, *wanted)
            except Transient:
                continue


async def test_indexes_of_earlier_releases_are_dropped_also_by_two_at_once(database: Settings) -> None:
    kinds = [replace(kind, former_indexes=("former", "never-there")) for kind in ROUTES.kinds]
    async with connected(database) as client:
        boxes = client[database.database("toy")]["boxes"]
        await boxes.create_indexes([IndexModel("former", name="former"), IndexModel("theirs", name="an operator's")])
        stores = [MongoStore(client, client[database.database("toy")], kinds) for _ in range(2)]
        await asyncio.gather(*(store.prepare() for store in stores))
        assert (await boxes.index_information()).keys() == {"_id_", "an operator's"}


async def test_indexes_can_be_prepared_again_and_by_two_at_once(stores: Stores) -> None:
    await asyncio.gather(*(store.prepare() for store in stores))


@pytest.mark.parametrize("code", [11600, 189, 112, 251, 13, 18, 20, 14031])
def test_what_is_nobodys_fault_is_transient(code: int) -> None:
    with pytest.raises(Transient), passing_errors():
        raise OperationFailure("no", code)


@pytest.mark.parametrize("code", [2, 9, 121, 11000, 10334])
def test_what_a_message_has_brought_about_is_not_transient(code: int) -> None:
    assert not is_passing(OperationFailure("no", code))


@dataclass(slots=True)
class Shift:
    id: str
    day: date
    begins: time
    notes: tuple[str, ...] = ()
    relieved: time | None = None
    version: int = 0


def test_dates_and_times_of_day_survive() -> None:
    mapper = Mapper(Shift)
    shift = Shift("s", date(2026, 3, 2), time(8, 30), ("early", "late"))
    document = mapper.write(shift)
    assert document["_id"] == "s"
    assert mapper.read(document) == shift


def test_what_is_null_is_no_field_and_may_have_been_one() -> None:
    mapper = Mapper(Shift)
    shift = Shift("s", date(2026, 3, 2), time(8, 30))
    document = mapper.write(shift)
    assert "relieved" not in document
    assert mapper.read(document) == shift
    assert mapper.read({**document, "relieved": None}) == shift, "as earlier releases wrote it"
    assert mapper.write(replace(shift, relieved=time(12)))["relieved"] == "12:00:00"
