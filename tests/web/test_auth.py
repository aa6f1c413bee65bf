"""Signing in: passwords, sessions, and how often one may try."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import Response

from shared.auth.devices import PEOPLE_MOST, KnownDevices
from shared.auth.keys import derive_key
from shared.auth.limits import Attempts, MemoryAttemptStore, Rule, SignInLimits, network_of
from shared.auth.passwords import Passwords
from shared.auth.sessions import MemorySessionStore, Session, SessionCookie, Sessions

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
START = datetime(2025, 3, 3, 0, 0, tzinfo=UTC)


class Watch:
    """A clock that a test moves on."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def watch() -> Watch:
    return Watch()


# Keys ----------------------------------------------------------------------------------------------------


def test_each_purpose_has_its_own_key() -> None:
    secret = SecretStr("x" * 32)
    assert derive_key(secret, "queue/csrf") == derive_key(secret, "queue/csrf")
    assert derive_key(secret, "queue/csrf") != derive_key(secret, "queue/links")
    assert len(derive_key(secret, "queue/csrf")) == 32


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="KENTONGAN_SECRET_KEY"):
        derive_key(SecretStr("short"), "queue/csrf")


# Passwords -----------------------------------------------------------------------------------------------


async def test_the_right_password_matches_and_no_other() -> None:
    passwords = Passwords(CHEAP)
    hashed = await passwords.hash("kentongan malam")
    assert hashed.startswith("$argon2id$")
    assert await passwords.matches("kentongan malam", hashed)
    assert not await passwords.matches("kentongan siang", hashed)
    assert not await passwords.matches("nobody has this password", None)
    assert not await passwords.matches("anything", "no hash at all")


async def test_the_same_letters_match_however_they_were_typed() -> None:
    passwords = Passwords(CHEAP)
    hashed = await passwords.hash("caf\u00e9 di Palu")
    assert await passwords.matches("cafe\u0301 di Palu", hashed)


@pytest.mark.parametrize("password", ["", "x" * 100_000, "\ud800" * 12, "\x00" * 12])
async def test_a_hostile_password_is_only_wrong(password: str) -> None:
    passwords = Passwords(CHEAP)
    assert not await passwords.matches(password, await passwords.hash("kentongan malam"))
    assert not await passwords.matches(password, None)


async def test_a_long_password_does_not_match_by_its_beginning() -> None:
    passwords = Passwords(CHEAP)
    hashed = await passwords.hash("p" * 200)
    assert await passwords.matches("p" * 200, hashed)
    assert not await passwords.matches("p" * 201, hashed)


@pytest.mark.parametrize("password", ["short", "x" * 201])
async def test_a_password_of_a_wrong_length_is_not_hashed(password: str) -> None:
    with pytest.raises(ValueError, match="10 to 200"):
        await Passwords(CHEAP).hash(password)


async def test_a_cheap_hash_is_outdated() -> None:
    hashed = await Passwords(CHEAP).hash("kentongan malam")
    assert Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)).outdated(hashed)
    assert not Passwords(CHEAP).outdated(hashed)


# Sessions ------------------------------------------------------------------------------------------------


class Spy(MemorySessionStore):
    """Remembers what was written."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[Session] = []
        self.touched: list[Session] = []

    async def put(self, session: Session) -> None:
        self.written.append(session)
        await super().put(session)

    async def touch(self, session: Session) -> None:
        self.touched.append(session)
        await super().touch(session)


async def test_a_session_is_found_by_its_token_which_is_kept_nowhere(watch: Watch) -> None:
    store = Spy()
    sessions = Sessions(store, watch)
    token = await sessions.start("rani", "Firefox")
    session = await sessions.find(token)
    assert session is not None
    assert session.user == "rani"
    assert token not in repr(store.written)
    assert len(token) >= 43


@pytest.mark.parametrize("token", [None, "", "x", "\ud800", "a" * 100_000])
async def test_no_other_token_finds_anything(watch: Watch, token: str | None) -> None:
    sessions = Sessions(MemorySessionStore(), watch)
    await sessions.start("rani")
    assert await sessions.find(token) is None


async def test_a_session_ends_when_it_is_not_used(watch: Watch) -> None:
    sessions = Sessions(MemorySessionStore(), watch, idle=timedelta(hours=1), absolute=timedelta(hours=12))
    token = await sessions.start("rani")
    for _ in range(5):
        watch.forward(minutes=50)
        assert await sessions.find(token)
    watch.forward(hours=1)
    assert await sessions.find(token) is None


async def test_a_session_ends_in_the_evening_even_when_it_is_used(watch: Watch) -> None:
    sessions = Sessions(MemorySessionStore(), watch, idle=timedelta(hours=1), absolute=timedelta(hours=12))
    token = await sessions.start("rani")
    for _ in range(23):
        watch.forward(minutes=30)
        assert await sessions.find(token)
    watch.forward(minutes=30)
    assert await sessions.find(token) is None


async def test_use_is_written_once_a_minute_and_not_with_every_request(watch: Watch) -> None:
    store = Spy()
    sessions = Sessions(store, watch)
    token = await sessions.start("rani")
    for _ in range(100):
        watch.forward(seconds=1)
        await sessions.find(token)
    assert (len(store.written), len(store.touched)) == (1, 1)


async def test_sessions_are_listed_and_ended(watch: Watch) -> None:
    sessions = Sessions(MemorySessionStore(), watch)
    first = await sessions.start("rani", "Firefox")
    watch.forward(minutes=1)
    second = await sessions.start("rani", "Chrome")
    other = await sessions.start("budi")
    assert devices(await sessions.of("rani")) == ["Chrome", "Firefox"]
    await sessions.end((await sessions.of("rani"))[0].id)
    assert await sessions.find(second) is None
    assert await sessions.find(first)
    assert await sessions.find(other)


async def test_all_others_are_ended_but_the_one_that_asks(watch: Watch) -> None:
    sessions = Sessions(MemorySessionStore(), watch)
    others = [await sessions.start("rani") for _ in range(3)]
    kept, stranger = await sessions.start("rani"), await sessions.start("budi")
    present = await sessions.find(kept)
    assert present
    await sessions.end_others("rani", present.id)
    assert [await sessions.find(token) for token in others] == [None] * 3
    assert await sessions.find(kept)
    assert await sessions.find(stranger)


async def test_nobody_ends_another_s_session(watch: Watch) -> None:
    sessions = Sessions(MemorySessionStore(), watch)
    token = await sessions.start("rani")
    (session,) = await sessions.of("rani")
    assert not await sessions.end_of("budi", session.id)
    assert await sessions.find(token)
    assert await sessions.end_of("rani", session.id)
    assert await sessions.find(token) is None


class Slow(MemorySessionStore):
    """Something else happens between looking and touching."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: list[str] = []

    async def touch(self, session: Session) -> None:
        for id in self.meanwhile:
            await self.delete(id)
        await super().touch(session)


async def test_a_session_that_is_ended_while_it_is_used_does_not_come_back(watch: Watch) -> None:
    store = Slow()
    sessions = Sessions(store, watch)
    token = await sessions.start("rani")
    (session,) = await sessions.of("rani")
    store.meanwhile.append(session.id)
    watch.forward(minutes=2)
    await sessions.find(token)
    assert await sessions.find(token) is None


async def test_a_change_of_the_account_ends_what_began_before_it_in_any_order(watch: Watch) -> None:
    sessions = Sessions(MemorySessionStore(), watch)
    before = await sessions.start("rani", account="a1", revision=1)
    after = await sessions.start("rani", account="a1", revision=2)
    other = await sessions.start("budi", account="a2", revision=1)
    for revision in (2, 1, 2):
        await sessions.end_before("a1", revision)
    assert await sessions.find(before) is None
    assert await sessions.find(after)
    assert await sessions.find(other)


def devices(sessions: Sequence[Session]) -> list[str]:
    return [session.device for session in sessions]


def test_the_cookie_is_out_of_reach() -> None:
    for secure, name in ((True, "__Host-staff"), (False, "staff")):
        cookie, response = SessionCookie("staff", secure=secure), Response()
        cookie.set(response, "token")
        header = response.headers["set-cookie"]
        assert header.startswith(f"{name}=token; ")
        assert "HttpOnly" in header
        assert "SameSite=lax" in header
        assert "Path=/" in header
        assert ("Secure" in header) is secure
        sent = Request({"type": "http", "headers": [(b"cookie", f"{name}=token".encode())]})
        assert cookie.read(sent) == "token"
        cookie.clear(response)
        assert "Max-Age=0" in response.headers.getlist("set-cookie")[1]


# Limits --------------------------------------------------------------------------------------------------

PAIR = Rule(3, timedelta(seconds=2), timedelta(minutes=1), timedelta(hours=1))
ADDRESS = Rule(8, timedelta(seconds=2), timedelta(minutes=1), timedelta(hours=1))


@pytest.fixture
def store() -> MemoryAttemptStore:
    return MemoryAttemptStore()


@pytest.fixture
def limits(watch: Watch, store: MemoryAttemptStore) -> SignInLimits:
    return SignInLimits(store, watch, key=b"key", pair=PAIR, device=PAIR, address=ADDRESS)


async def admitted(limits: SignInLimits, user: str, address: str, device: str | None = None) -> bool:
    return await limits.begin(user, address, device) == timedelta(0)


async def test_after_some_failures_the_wait_doubles_up_to_a_limit(watch: Watch, limits: SignInLimits) -> None:
    waits = []
    for _ in range(12):
        wait = await limits.begin("rani", "10.0.0.1")
        waits.append(wait.total_seconds())
        watch.now += wait
        if wait:
            assert await admitted(limits, "rani", "10.0.0.1")
    assert waits[:3] == [0, 0, 0]
    assert waits[3:8] == [2, 4, 8, 16, 32]
    assert waits[-1] == 60


async def test_a_hundred_at_once_are_a_hundred_whichever_processes_they_reach(watch: Watch) -> None:
    store = Yielding()
    processes = [SignInLimits(store, watch, key=b"key", pair=PAIR, address=ADDRESS) for _ in range(4)]
    answers = await asyncio.gather(*(admitted(processes[n % 4], "rani", "10.0.0.1") for n in range(100)))
    assert answers.count(True) == 3


class Yielding(MemoryAttemptStore):
    """Lets others go first between looking and counting."""

    async def find(self, keys: Iterable[str]) -> Mapping[str, Attempts]:
        found = await super().find(keys)
        await asyncio.sleep(0)
        return found


async def test_nobody_can_lock_another_out_by_the_name(limits: SignInLimits) -> None:
    for _ in range(50):
        await limits.begin("rani", "10.6.6.6")
    assert not await admitted(limits, "rani", "10.6.6.6")
    assert await admitted(limits, "rani", "10.0.0.1")


async def test_nobody_can_lock_out_who_shares_the_address_and_was_there_before(limits: SignInLimits) -> None:
    for n in range(50):
        await limits.begin("rani", "10.0.0.1")
        await limits.begin(f"user-{n}", "10.0.0.1")
    assert not await admitted(limits, "rani", "10.0.0.1")
    assert await admitted(limits, "rani", "10.0.0.1", "rani's browser")


async def test_a_known_browser_is_no_way_around_the_limits(limits: SignInLimits) -> None:
    answers = [await admitted(limits, "rani", f"10.0.{n}.1", "a stolen browser") for n in range(50)]
    assert answers.count(True) == 3
    assert await admitted(limits, "rani", "10.0.0.1", "another browser")


async def test_one_address_cannot_go_through_all_names(limits: SignInLimits) -> None:
    answers = [await admitted(limits, f"user-{n}", "10.6.6.6") for n in range(50)]
    assert answers.count(True) == 8
    assert await admitted(limits, "rani", "10.0.0.1")


@pytest.mark.parametrize("device", [None, "browser"])
async def test_success_starts_afresh_and_is_no_failure_of_the_address(limits: SignInLimits, device: str | None) -> None:
    for _ in range(50):
        assert await admitted(limits, "rani", "10.0.0.1", device)
        await limits.succeeded("rani", "10.0.0.1", device)


async def test_case_and_a_neighbouring_address_make_no_difference(limits: SignInLimits) -> None:
    for n in range(3):
        await limits.begin("Rani", f"2001:db8::{n}")
    assert not await admitted(limits, "RANI", "2001:db8::ffff")
    assert await admitted(limits, "RANI", "2001:db8:0:1::1")
    assert network_of("::ffff:10.0.0.1") == "10.0.0.1"
    assert network_of("not an address") == "not an address"


async def test_failures_are_forgotten(watch: Watch, limits: SignInLimits) -> None:
    for _ in range(3):
        await limits.begin("rani", "10.0.0.1")
    watch.forward(hours=1)
    assert [await admitted(limits, "rani", "10.0.0.1") for _ in range(3)] == [True] * 3


async def test_what_is_kept_says_neither_who_nor_from_where(limits: SignInLimits, store: MemoryAttemptStore) -> None:
    await limits.begin("rani", "10.0.0.1")
    await limits.begin("x" * 10_000, "\ud800", "y" * 10_000)
    kept = repr(store.attempts)
    assert "rani" not in kept
    assert "10.0.0.1" not in kept
    assert {len(key) for key in store.attempts} == {32}


# Known browsers ------------------------------------------------------------------------------------------


def browser_after(devices: KnownDevices, *users: str) -> str:
    """The cookie of a browser in which these people have signed in, one after the other."""
    value = ""
    for user in users:
        response = Response()
        devices.remember(asking_with(value), response, user)
        value = response.headers["set-cookie"].partition("=")[2].partition(";")[0]
    return value


def asking_with(cookie: str, name: str = "device") -> Request:
    return Request({"type": "http", "headers": [(b"cookie", f"{name}={cookie}".encode())]})


def test_a_browser_is_known_to_those_who_signed_in_there() -> None:
    devices = KnownDevices("device", b"key", secure=False)
    cookie = browser_after(devices, "palu:rani", "palu:budi")
    found = devices.find(asking_with(cookie), "palu:rani")
    assert found
    assert devices.find(asking_with(cookie), "palu:budi") == found
    assert devices.find(asking_with(cookie), "palu:sari") is None
    assert devices.find(asking_with(cookie), "sigi:rani") is None


def test_only_the_last_people_of_a_browser_are_known() -> None:
    devices = KnownDevices("device", b"key", secure=False)
    cookie = browser_after(devices, *(f"user-{n}" for n in range(PEOPLE_MOST + 1)), "user-1")
    known = [n for n in range(PEOPLE_MOST + 1) if devices.find(asking_with(cookie), f"user-{n}")]
    assert known == list(range(1, PEOPLE_MOST + 1))
    assert len(cookie) < 250


def test_no_cookie_can_be_invented_or_lent_to_another_name() -> None:
    devices = KnownDevices("device", b"key", secure=False)
    rani, budi = browser_after(devices, "rani"), browser_after(devices, "budi")
    mixed = rani.partition(".")[0] + "." + budi.partition(".")[2]
    for cookie in ("", ".", rani[:-1], rani + "x", mixed, rani.replace(".", ".."), "a" * 100_000, "\x00"):
        assert devices.find(asking_with(cookie), "rani") is None
        assert devices.find(asking_with(cookie), "budi") is None
    assert KnownDevices("device", b"another key", secure=False).find(asking_with(rani), "rani") is None


def test_the_cookie_of_a_browser_is_out_of_reach() -> None:
    response = Response()
    KnownDevices("device", b"key", secure=True).remember(asking_with(""), response, "rani")
    header = response.headers["set-cookie"]
    assert header.startswith("__Host-device=")
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= set(header.split("; "))
    assert "rani" not in header
