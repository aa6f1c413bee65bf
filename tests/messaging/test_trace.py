"""An aggregate of a traced kind names the commands that changed it, and no others."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from shared.messaging.memory import MemoryStore
from shared.messaging.routes import Kind
from shared.messaging.store import Entry, Position
from shared.messaging.work import TRACE_MOST, Work
from tests.support.stored import commit

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
PLACE = Position("toy.commands.v1/0", "us", 0)


@dataclass(slots=True)
class Note:
    id: str
    text: str = ""
    commands: tuple[str, ...] = ()
    version: int = 0


KINDS = (Kind(Note, "notes", traced=True),)


@pytest.fixture
async def store() -> MemoryStore:
    store = MemoryStore(KINDS)
    await store.claim(PLACE.partition, PLACE.owner)
    return store


def batch(store: MemoryStore) -> Work:
    return Work(store, KINDS, key=b"key")


async def enter(store: MemoryStore, work: Work) -> None:
    entry = Entry(work.command_id, "t", "f", "accepted", (), "citizen", "a", NOW, NOW, "c")
    await commit(store, work.changes(), [entry], [PLACE])
    work.staged()


async def written(work: Work, command: str, text: str) -> None:
    work.begin(command, NOW, "citizen")
    found = await work.find(Note, "n")
    if found is None:
        work.add(Note("n", text))
    else:
        found.text = text
    work.keep()


async def commands(store: MemoryStore) -> tuple[str, ...]:
    (note,) = await store.load(Note, "id", ["n"])
    return note.commands


async def test_it_names_who_made_and_who_changed_it_in_order(store: MemoryStore) -> None:
    work = batch(store)
    await written(work, "one", "a")
    await written(work, "two", "b")
    await enter(store, work)
    work = batch(store)
    await written(work, "three", "c")
    await enter(store, work)
    assert await commands(store) == ("one", "two", "three")


async def test_who_only_looked_or_failed_is_not_named(store: MemoryStore) -> None:
    work = batch(store)
    await written(work, "one", "a")
    await written(work, "same", "a")
    work.begin("failed", NOW, "citizen")
    (await work.get(Note, "n")).text = "never"
    work.undo()
    await written(work, "two", "b")
    await enter(store, work)
    assert await commands(store) == ("one", "two")


async def test_of_many_it_names_the_latest(store: MemoryStore) -> None:
    work = batch(store)
    for nth in range(TRACE_MOST + 3):
        await written(work, str(nth), str(nth))
    await enter(store, work)
    assert await commands(store) == tuple(str(nth) for nth in range(3, TRACE_MOST + 3))
