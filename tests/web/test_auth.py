"""Signing in: passwords, sessions, and how often one may try."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import Response

from shared.auth.keys import derive_key
from shared.auth.limits import Rule, SignInLimits, network_of
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

    async def put(self, session: Session) -> None:
        self.written.append(session)
        await super().put(session)


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
    assert len(store.written) == 2


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
    await sessions.end_all("rani")
    assert await sessions.find(first) is None
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
def limits(watch: Watch) -> SignInLimits:
    return SignInLimits(watch, pair=PAIR, address=ADDRESS)


def test_after_some_failures_the_wait_doubles_up_to_a_limit(watch: Watch, limits: SignInLimits) -> None:
    waits = []
    for _ in range(12):
        wait = limits.begin("rani", "10.0.0.1")
        waits.append(wait.total_seconds())
        watch.now += wait
        if wait:
            assert not limits.begin("rani", "10.0.0.1")
    assert waits[:3] == [0, 0, 0]
    assert waits[3:8] == [2, 4, 8, 16, 32]
    assert waits[-1] == 60


def test_a_hundred_at_once_are_a_hundred(limits: SignInLimits) -> None:
    admitted = [limits.begin("rani", "10.0.0.1") == timedelta(0) for _ in range(100)]
    assert admitted.count(True) == 3


def test_nobody_can_lock_another_out(limits: SignInLimits) -> None:
    for _ in range(50):
        limits.begin("rani", "10.6.6.6")
    assert limits.begin("rani", "10.6.6.6") > timedelta(0)
    assert limits.begin("rani", "10.0.0.1") == timedelta(0)


def test_one_address_cannot_go_through_all_names(limits: SignInLimits) -> None:
    admitted = [limits.begin(f"user-{n}", "10.6.6.6") == timedelta(0) for n in range(50)]
    assert admitted.count(True) == 8
    assert limits.begin("rani", "10.0.0.1") == timedelta(0)


def test_success_starts_the_pair_afresh_and_is_no_failure_of_the_address(limits: SignInLimits) -> None:
    for _ in range(50):
        assert limits.begin("rani", "10.0.0.1") == timedelta(0)
        limits.succeeded("rani", "10.0.0.1")


def test_case_and_a_neighbouring_address_make_no_difference(limits: SignInLimits) -> None:
    for n in range(3):
        limits.begin("Rani", f"2001:db8::{n}")
    assert limits.begin("RANI", "2001:db8::ffff") > timedelta(0)
    assert limits.begin("RANI", "2001:db8:0:1::1") == timedelta(0)
    assert network_of("::ffff:10.0.0.1") == "10.0.0.1"
    assert network_of("not an address") == "not an address"


def test_failures_are_forgotten(watch: Watch, limits: SignInLimits) -> None:
    for _ in range(3):
        limits.begin("rani", "10.0.0.1")
    watch.forward(hours=1)
    assert [limits.begin("rani", "10.0.0.1") for _ in range(3)] == [timedelta(0)] * 3


def test_memory_is_bounded_whatever_is_sent(watch: Watch) -> None:
    limits = SignInLimits(watch, max_entries=100)
    for n in range(1000):
        limits.begin("x" * 10_000 + str(n), f"10.0.{n // 250}.{n % 250}")
    assert len(limits) <= 100
