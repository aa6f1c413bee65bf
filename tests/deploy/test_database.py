"""The embedded database: what it acknowledged is there again, and where its storage fails it blames no message."""

import resource
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.errors import PyMongoError

from deploy.embedded import database, programs
from deploy.embedded.home import Home, opened
from shared.mongo import is_passing
from shared.settings import Settings
from tests.deploy.programs import running
from tests.support.waiting import until_now


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with opened(tmp_path / "home") as found:
        yield found


async def test_storage_that_fails_ends_the_database_and_what_it_acknowledged_is_there_again(home: Home) -> None:
    """As on a full disk. Whoever asked must be able to tell that from a fault of the question."""
    (port,) = programs.free_ports(1)
    settings = Settings(mongo=f"mongodb://127.0.0.1:{port}/?directConnection=true", secret_key=SecretStr("x" * 32))
    acknowledged: list[int] = []

    def insert(collection: Collection[dict[str, int]], count: int) -> None:
        for number in range(len(acknowledged), len(acknowledged) + count):
            collection.insert_one({"_id": number})
            acknowledged.append(number)

    async with running(programs.database(home, settings), home.log) as child:
        with MongoClient[dict[str, int]](settings.mongo, retryWrites=False) as client:
            insert(client["test"]["numbers"], 50)
            (process,) = _processes(home)
            resource.prlimit(process, resource.RLIMIT_FSIZE, (4096, 4096))
            with pytest.raises(PyMongoError) as failed:
                insert(client["test"]["numbers"], 10_000)
            assert is_passing(failed.value)
        assert f"exit code {database.STORAGE_FAILED}" in await child.ended()
    async with running(programs.database(home, settings), home.log):
        with MongoClient[dict[str, int]](settings.mongo) as client:
            assert set(acknowledged) <= set(client["test"]["numbers"].distinct("_id"))


def _processes(home: Home) -> list[int]:
    """The processes that work on the home's database."""
    commands = Path("/proc").glob("[0-9]*/cmdline")
    return [int(path.parent.name) for path in commands if str(home.database).encode() in path.read_bytes()]


def test_a_database_without_room_waits_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "ROOM_BYTES", 1 << 62)
    stop, found = threading.Event(), list[bool]()
    waiting = threading.Thread(target=lambda: found.append(database.room(str(tmp_path), stop)))
    waiting.start()
    assert not found
    monkeypatch.setattr(database, "ROOM_BYTES", 0)
    until_now(lambda: found == [True], what="it goes on")
    waiting.join()
    monkeypatch.setattr(database, "ROOM_BYTES", 1 << 62)
    stop.set()
    assert not database.room(str(tmp_path), stop)
