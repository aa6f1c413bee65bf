"""What signing in keeps, on both stores: the in-memory ones of tests and the database."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shared.auth.limits import Attempts, AttemptStore, MemoryAttemptStore, MongoAttemptStore
from shared.auth.sessions import MemorySessionStore, MongoSessionStore, Outsider, Session, SessionStore
from shared.messaging.errors import Transient
from shared.mongo import connected
from shared.settings import Settings
from tests.support.installation import fresh_settings
from tests.support.outrun import Outrun
from tests.support.servers import free_port

NOW = datetime.now(UTC).replace(microsecond=0)
LATER = NOW + timedelta(hours=1)
RANI = Session("s1", "palu:rani", NOW, NOW, LATER, "Firefox", "a1", 3)
PUTRI = Session(
    "s2", "palu:_putri", NOW, NOW, LATER, "", outsider=Outsider("Putri", ("officer",), "header.payload.mac")
)


@pytest.fixture(params=["memory", "mongo"])
async def sessions(request: pytest.FixtureRequest) -> AsyncIterator[SessionStore]:
    if request.param == "memory":
        yield MemorySessionStore()
        return
    settings = fresh_settings("", request.getfixturevalue("mongo_address"))
    async with connected(settings) as client:
        store = MongoSessionStore(client[settings.database("queue")]["sessions"])
        await store.prepare()
        yield store
        await client.drop_database(settings.database("queue"))


@pytest.fixture(params=["memory", "mongo"])
async def attempts(request: pytest.FixtureRequest) -> AsyncIterator[AttemptStore]:
    if request.param == "memory":
        yield MemoryAttemptStore()
        return
    settings = fresh_settings("", request.getfixturevalue("mongo_address"))
    async with connected(settings) as client:
        store = MongoAttemptStore(client[settings.database("queue")]["sign_in_attempts"])
        await store.prepare()
        yield store
        await client.drop_database(settings.database("queue"))


@pytest.mark.parametrize("session", [RANI, PUTRI], ids=["local", "outsider"])
async def test_a_session_comes_back_as_it_was_put(sessions: SessionStore, session: Session) -> None:
    await sessions.put(session)
    assert await sessions.find(session.id) == session
    assert await sessions.of(session.user) == [session]
    await sessions.delete(session.id)
    await sessions.delete(session.id)
    assert await sessions.find(session.id) is None


async def test_a_session_may_be_put_twice(sessions: SessionStore) -> None:
    """A driver that hears nothing of what it has written writes it again."""
    await sessions.put(RANI)
    await sessions.put(RANI)
    assert await sessions.of(RANI.user) == [RANI]


async def test_a_session_that_was_put_meanwhile_is_put_all_the_same(mongo_address: str) -> None:
    """A driver that hears nothing for long writes again, while the server is still at the first one."""
    settings = fresh_settings("", mongo_address)
    async with connected(settings) as client:
        sessions = MongoSessionStore(Outrun(client[settings.database("queue")]["sessions"]))
        await sessions.put(RANI)
        assert await sessions.of(RANI.user) == [RANI]
        await client.drop_database(settings.database("queue"))


async def test_touching_changes_times_and_revives_nothing(sessions: SessionStore) -> None:
    seen = replace(RANI, seen_at=NOW + timedelta(minutes=5), expires_at=LATER + timedelta(minutes=5))
    await sessions.touch(seen)
    assert await sessions.find(RANI.id) is None
    await sessions.put(RANI)
    await sessions.touch(seen)
    assert await sessions.find(RANI.id) == seen


async def test_only_an_account_s_earlier_sessions_are_deleted(sessions: SessionStore) -> None:
    others = [replace(RANI, id="s3", revision=4), replace(RANI, id="s4", account="a2"), PUTRI]
    for session in (RANI, *others):
        await sessions.put(session)
    await sessions.delete_before("a1", 4)
    await sessions.delete_before("a1", 4)
    found = [await sessions.find(session.id) for session in (RANI, *others)]
    assert found == [None, *others]


async def test_an_attempt_is_counted_by_one_only(attempts: AttemptStore) -> None:
    first = Attempts(1, NOW)
    tries = await asyncio.gather(*(attempts.count("k", None, first, LATER) for _ in range(5)))
    assert tries.count(True) == 1
    second = Attempts(2, NOW)
    tries = await asyncio.gather(*(attempts.count("k", first, second, LATER) for _ in range(5)))
    assert tries.count(True) == 1
    assert await attempts.find(["k", "other"]) == {"k": second}


async def test_attempts_are_forgiven_and_forgotten(attempts: AttemptStore) -> None:
    await attempts.forgive("k")
    assert await attempts.find(["k"]) == {}
    await attempts.count("k", None, Attempts(1, NOW), LATER)
    for _ in range(2):
        await attempts.forgive("k")
    assert await attempts.find(["k"]) == {"k": Attempts(0, NOW)}
    await attempts.forget("k")
    assert await attempts.find(["k"]) == {}


async def test_a_database_that_is_away_is_told_as_something_that_passes() -> None:
    away = Settings(mongo=f"mongodb://127.0.0.1:{free_port()}/?directConnection=true", mongo_timeout_seconds=0.1)
    async with connected(away) as client:
        collection = client["queue"]["anything"]
        sessions, attempts = MongoSessionStore(collection), MongoAttemptStore(collection)
        for asked in (
            sessions.prepare(),
            sessions.put(RANI),
            sessions.touch(RANI),
            sessions.find("s1"),
            sessions.of("palu:rani"),
            sessions.delete("s1"),
            sessions.delete_before("a1", 1),
            attempts.prepare(),
            attempts.find(["k"]),
            attempts.count("k", None, Attempts(1, NOW), LATER),
            attempts.forgive("k"),
            attempts.forget("k"),
        ):
            with pytest.raises(Transient):
                await asked
