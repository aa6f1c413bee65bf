"""The journal's pages, what is told beside them, and how both come of what earlier releases have left."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import NamedTuple

import pytest
from pymongo import IndexModel

from shared.messaging.errors import Transient
from shared.messaging.journal import JOURNAL, PAGE, TOLD
from shared.messaging.mongo_store import MongoStore
from shared.messaging.store import DuplicateEntry, Entry, Position, Published
from shared.messaging.work import Changes
from shared.mongo import Client, Database, connected
from tests.messaging.test_store import AT, PLACE, entry
from tests.support.earlier import as_documents
from tests.support.installation import drop_databases, fresh_settings
from tests.support.stored import commit
from tests.support.toy import messages as m
from tests.support.toy.routes import ROUTES

EARLY = datetime.min.replace(tzinfo=AT.tzinfo)
HOUR = timedelta(hours=1)


class Kept(NamedTuple):
    client: Client
    database: Database
    store: MongoStore

    async def enter(self, hours: int, *entries: Entry) -> None:
        """Have some commands been handled so many hours after the first."""
        at = AT + hours * HOUR
        await commit(self.store, Changes(), [e._replace(handled_at=at) for e in entries], [Position(PLACE, "us", 0)])

    async def told(self, about: str, *, type_: str = m.PutItem.type(), hours: int = 0, limit: int = 99) -> list[str]:
        found = await self.store.told(about, type_, since=AT + hours * HOUR, limit=limit)
        return [dict(event.headers)["ce_id"].decode() for event in found]

    async def sizes(self) -> list[int]:
        """Of entries, pages and what is told."""
        pages = [len(page["entries"]) async for page in self.database[JOURNAL].find()]
        return [sum(pages), len(pages), await self.database[TOLD].count_documents({})]


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


async def denied(*_: object) -> None:
    raise Transient("not allowed")


def other(id: str) -> Entry:
    """Of a type that no view asks for."""
    return entry(id)._replace(type=m.OpenBox.type())


async def test_what_is_found_by_an_index_is_an_entry_by_its_id_alone(kept: Kept) -> None:
    assert (await kept.database[JOURNAL].index_information()).keys() == {"_id_", "entries.id_1"}


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
    await kept.database[TOLD].delete_many({})
    assert await kept.told("a") == []
    assert await kept.store.forget_entries(AT + HOUR, 9) == 2
    assert await kept.sizes() == [0, 0, 0]


async def test_a_page_has_no_more_entries_than_whoever_looks_one_up_should_be_handed(kept: Kept) -> None:
    await kept.enter(0, *(entry(f"{n}") for n in range(2 * PAGE + 1)))
    assert await kept.sizes() == [2 * PAGE + 1, 3, 2 * PAGE + 1]
    assert (await kept.store.entries(["0", f"{PAGE}", f"{2 * PAGE}", "?"])).keys() == {"0", f"{PAGE}", f"{2 * PAGE}"}


async def test_entries_with_long_events_have_room_on_more_pages(kept: Kept) -> None:
    long = tuple(Published("toy.events.v1", b"a", b"x" * 60_000, ()) for _ in range(12))
    entries = [entry(f"{n}")._replace(events=long) for n in range(40)]  # 28 MB: more than two documents can hold
    await kept.enter(0, *entries)
    assert await kept.sizes() == [40, 20, 40]
    assert (await kept.store.entries(["39"]))["39"].events == long
    await as_documents(kept.database)
    await kept.store.prepare()
    assert await kept.sizes() == [40, 20, 40]


async def test_entries_that_were_documents_come_onto_pages_once(kept: Kept) -> None:
    for hour in range(3):
        await kept.enter(hour, *(entry(f"{hour}-{n}") for n in range(250)), other(f"{hour}-x"))
    await as_documents(kept.database)
    await kept.database[TOLD].delete_many({})
    former = IndexModel([("about", 1), ("type", 1), ("handled_at", 1)])
    await kept.database[JOURNAL].create_indexes([IndexModel("handled_at"), former])

    for _ in range(2):
        await kept.store.prepare()
        assert await kept.sizes() == [753, 16, 750]
    assert (await kept.database[JOURNAL].index_information()).keys() == {"_id_", "entries.id_1"}
    assert len(await kept.told("a", limit=300)) == 600
    assert await kept.store.entries(["1-7"]) == {"1-7": entry("1-7")._replace(handled_at=AT + HOUR)}
    with pytest.raises(DuplicateEntry):
        await kept.enter(4, entry("1-7"))
    assert await kept.store.count_entries(EARLY) == 0
    assert await kept.store.forget_entries(AT + 9 * HOUR, 999) == 753
    assert await kept.sizes() == [0, 0, 0]


@pytest.mark.parametrize("among_entries", [True, False])
async def test_pages_of_ids_go_whatever_collection_an_earlier_release_kept_them_in(
    kept: Kept, *, among_entries: bool
) -> None:
    for hour in range(3):
        await kept.enter(hour, entry(f"a{hour}"), other(f"b{hour}"))
    await as_documents(kept.database)
    pages = [{"_id": f"page/{hour}", "entries": [f"a{hour}", f"b{hour}"]} for hour in range(3)]
    await kept.database[JOURNAL if among_entries else "journal_pages"].insert_many(pages)
    await kept.store.prepare()
    assert "journal_pages" not in await kept.database.list_collection_names()
    assert await kept.sizes() == [6, 1, 3]
    assert await kept.store.count_entries(AT + 2 * HOUR) == 0  # all on one page, of the last one's moment
    assert await kept.store.forget_entries(AT + 3 * HOUR, 99) == 6
    assert await kept.sizes() == [0, 0, 0]


async def test_several_processes_can_put_them_there_at_once(kept: Kept) -> None:
    await kept.enter(0, *(entry(f"{n}") for n in range(1_000)))
    await as_documents(kept.database)
    await asyncio.gather(*(kept.store.prepare() for _ in range(3)))
    ids = [entry["id"] async for page in kept.database[JOURNAL].find() for entry in page["entries"]]
    assert sorted(ids) == sorted(f"{n}" for n in range(1_000))
    assert (await kept.sizes())[2] == 1_000


async def test_where_they_cannot_be_put_there_nothing_is_lost(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    await kept.enter(0, entry("a"))
    await as_documents(kept.database)
    with monkeypatch.context() as patched:
        patched.setattr("shared.messaging.journal.ADOPTION_PAUSE_SECONDS", 0.0)
        patched.setattr("shared.messaging.journal.transaction", denied)
        with pytest.raises(Transient):
            await kept.store.prepare()
    await kept.store.prepare()
    assert (await kept.store.entries(["a"])).keys() == {"a"}


async def test_what_a_killed_process_has_begun_to_move_is_moved(kept: Kept) -> None:
    await kept.enter(0, *(entry(f"{n}") for n in range(3)))
    await as_documents(kept.database)
    one = await kept.database[JOURNAL].find_one_and_delete({"_id": "1"})
    assert one is not None
    moved = {"id": one.pop("_id")} | one
    await kept.database[JOURNAL].insert_one({"_id": "page/2026-01-01T00:00:00.000000+00:00/1", "entries": [moved]})
    await kept.store.prepare()
    assert (await kept.store.entries(["0", "1", "2"])).keys() == {"0", "1", "2"}
    assert await kept.sizes() == [3, 2, 3]


async def test_a_command_that_comes_twice_in_a_moment_leaves_no_second_page(kept: Kept) -> None:
    await kept.enter(0, entry("a"))
    with pytest.raises(DuplicateEntry):
        await kept.enter(0, entry("a"))
    assert await kept.sizes() == [1, 1, 1]
