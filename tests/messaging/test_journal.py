"""What stands beside the journal instead of indexes: when commands were handled, and what views ask for again."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import NamedTuple

import pytest
from pymongo import IndexModel

from shared.messaging.journal import ENTRY, JOURNAL, TOLD
from shared.messaging.mongo_store import MongoStore
from shared.messaging.store import DuplicateEntry, Entry, Position
from shared.messaging.work import Changes
from shared.mongo import Client, Database, connected
from tests.messaging.test_store import AT, PLACE, entry
from tests.support.installation import drop_databases, fresh_settings
from tests.support.toy import messages as m
from tests.support.toy.routes import ROUTES

PAGES = {"_id": {"$regex": "^page/"}}
EARLY = datetime.min.replace(tzinfo=AT.tzinfo)
HOUR = timedelta(hours=1)


class Kept(NamedTuple):
    client: Client
    database: Database
    store: MongoStore

    async def enter(self, hours: int, *entries: Entry) -> None:
        """Have some commands been handled so many hours after the first."""
        at = AT + hours * HOUR
        await self.store.commit(Changes(), [e._replace(handled_at=at) for e in entries], [Position(PLACE, "us", 0)])

    async def told(self, about: str, *, type_: str = m.PutItem.type(), hours: int = 0, limit: int = 99) -> list[str]:
        found = await self.store.told(about, type_, since=AT + hours * HOUR, limit=limit)
        return [dict(event.headers)["ce_id"].decode() for event in found]

    async def sizes(self) -> list[int]:
        """Of entries, pages and what is told."""
        journal, told = self.database[JOURNAL], self.database[TOLD]
        return [
            await journal.count_documents(ENTRY),
            await journal.count_documents(PAGES),
            await told.count_documents({}),
        ]


@pytest.fixture
async def kept(mongo_address: str) -> AsyncIterator[Kept]:
    settings = fresh_settings("nowhere:1", mongo_address)
    async with connected(settings) as client:
        database = client[settings.database("toy")]
        store = MongoStore(client, database, ROUTES.kinds, told=[m.PutItem])
        await store.prepare()
        await store.claim(PLACE, "us")
        yield Kept(client, database, store)
    drop_databases(settings, ["toy"])


def other(id: str) -> Entry:
    """Of a type that no view asks for."""
    return entry(id)._replace(type=m.OpenBox.type())


async def test_an_entry_is_found_by_its_id_alone(kept: Kept) -> None:
    assert (await kept.database[JOURNAL].index_information()).keys() == {"_id_"}


async def test_what_views_ask_for_is_told_latest_first(kept: Kept) -> None:
    await kept.enter(0, entry("a"), other("b"))
    await kept.enter(2, entry("c"), entry("d")._replace(about="another"))
    assert await kept.told("a") == ["c:1", "c:1", "a:1", "a:1"]  # each has two events
    assert await kept.told("another") == ["d:1", "d:1"]
    assert await kept.told("a", hours=1) == await kept.told("a", limit=1) == ["c:1", "c:1"]
    assert await kept.told("a", type_=m.OpenBox.type()) == []


async def test_what_was_refused_is_not_told(kept: Kept) -> None:
    await kept.enter(0, entry("a")._replace(outcome="box-full"))
    assert await kept.told("a") == []


async def test_many_are_told_in_order_however_they_are_read(kept: Kept) -> None:
    for hour in range(3):
        await kept.enter(hour, *(entry(f"{hour}-{n}") for n in range(300)))
    told = await kept.told("a", limit=700)
    assert len(told) == 1_400
    assert [id[0] for id in told] == ["2"] * 600 + ["1"] * 600 + ["0"] * 200


async def test_a_page_is_forgotten_as_a_whole_and_no_more_pages_than_asked_for(kept: Kept) -> None:
    for hour in range(4):
        await kept.enter(hour, entry(f"a{hour}"), entry(f"b{hour}"), other(f"c{hour}"))
    assert await kept.sizes() == [12, 4, 8]
    before = AT + 3 * HOUR
    assert await kept.store.count_entries(before) == 9
    assert await kept.store.forget_entries(before, 4) == 6
    assert await kept.sizes() == [6, 2, 4]
    assert await kept.store.forget_entries(before, 4) == 3
    assert await kept.store.forget_entries(before, 4) == 0
    assert (await kept.store.entries([f"{x}{hour}" for x in "abc" for hour in range(4)])).keys() == {"a3", "b3", "c3"}
    assert await kept.told("a") == ["a3:1", "a3:1", "b3:1", "b3:1"]
    assert await kept.sizes() == [3, 1, 2]


async def test_what_a_killed_process_has_half_forgotten_is_forgotten(kept: Kept) -> None:
    await kept.enter(0, entry("a"), other("b"))
    await kept.database[JOURNAL].delete_one({"_id": "a"})
    assert await kept.told("a") == []
    assert await kept.store.forget_entries(AT + HOUR, 9) == 2
    assert await kept.sizes() == [0, 0, 0]


async def test_entries_of_an_earlier_release_get_their_pages_once(kept: Kept) -> None:
    for hour in range(3):
        await kept.enter(hour, *(entry(f"{hour}-{n}") for n in range(250)), other(f"{hour}-x"))
    await kept.database[JOURNAL].delete_many(PAGES)
    await kept.database[TOLD].delete_many({})
    former = IndexModel([("about", 1), ("type", 1), ("handled_at", 1)])
    await kept.database[JOURNAL].create_indexes([IndexModel("handled_at"), former])

    for _ in range(2):
        await kept.store.prepare()
        assert await kept.sizes() == [753, 2, 750]
    assert (await kept.database[JOURNAL].index_information()).keys() == {"_id_"}
    assert len(await kept.told("a", limit=300)) == 600
    assert await kept.store.count_entries(EARLY) == 0
    assert await kept.store.forget_entries(AT + 9 * HOUR, 999) == 753
    assert await kept.sizes() == [0, 0, 0]


async def test_pages_of_an_earlier_release_come_among_the_entries_once(kept: Kept) -> None:
    for hour in range(3):
        await kept.enter(hour, entry(f"a{hour}"), other(f"b{hour}"))
    await kept.database[JOURNAL].delete_many(PAGES)
    pages = [{"handled_at": AT + hour * HOUR, "entries": [f"a{hour}", f"b{hour}"]} for hour in range(3)]
    await kept.database["journal_pages"].insert_many(pages)
    await asyncio.gather(*(kept.store.prepare() for _ in range(3)))
    assert "journal_pages" not in await kept.database.list_collection_names()
    assert await kept.sizes() == [6, 3, 3]
    assert await kept.store.forget_entries(AT + 2 * HOUR, 99) == 4
    assert await kept.sizes() == [2, 1, 1]


async def test_a_command_that_comes_twice_in_a_moment_leaves_no_second_page(kept: Kept) -> None:
    await kept.enter(0, entry("a"))
    with pytest.raises(DuplicateEntry):
        await kept.enter(0, entry("a"))
    assert await kept.sizes() == [1, 1, 1]
