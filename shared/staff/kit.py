"""What the staff's entry points of one API process share, made in one call by a service's composition root.

outside = outside_of(settings, RULES, clock)                  # first of all: it refuses settings that cannot do
app.state.staff = staff_kit(settings, RULES, outside, ...)    # in the lifespan, where there is a database
async with app.state.staff.running(): ...
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo

from starlette.requests import Request

from shared.auth.devices import KnownDevices
from shared.auth.keys import derive_key
from shared.auth.limits import MongoAttemptStore, SignInLimits
from shared.auth.passwords import Passwords
from shared.auth.sessions import MongoSessionStore, SessionCookie, Sessions
from shared.clock import Clock
from shared.contracts.fields import Text
from shared.messaging.lifecycle import Prepared, kept_trying
from shared.messaging.mongo_store import MongoStore
from shared.messaging.tail import Tail
from shared.mongo import Database
from shared.settings import Settings
from shared.staff.accounts import Accounts
from shared.staff.outside import Outside
from shared.staff.rules import StaffRules
from shared.staff.sign_outs import SignOuts
from shared.web.sse import Hub

SESSIONS = "sessions"
ATTEMPTS = "sign_in_attempts"


class Offices(Protocol):
    """What a service tells of its offices. Either may raise `Transient`."""

    async def office_names(self) -> Sequence[tuple[str, Text]]:
        """Short name and name of every office."""

    async def time_zone(self, office: str) -> ZoneInfo:
        """Where the office is. Raises the service's refusal of an office that it does not know."""


@dataclass(frozen=True, slots=True)
class StaffKit:
    """One service's accounts, sessions and ways to sign in."""

    rules: StaffRules
    offices: Offices
    accounts: Accounts
    sessions: Sessions
    session_cookie: SessionCookie
    known_devices: KnownDevices
    passwords: Passwords
    sign_in_limits: SignInLimits
    local_sign_in: bool
    """Whether local accounts may be used."""
    outside: Outside | None
    """Set where people may sign in by a provider."""
    prepared: tuple[Prepared, ...]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Makes the indexes of what it keeps, as soon as there is a database."""
        sessions, attempts = self.prepared
        async with kept_trying(sessions), kept_trying(attempts):
            yield


def staff_kit(
    settings: Settings,
    rules: StaffRules,
    outside: Outside | None,
    *,
    database: Database,
    store: MongoStore,
    offices: Offices,
    clock: Clock,
    tail: Tail,
    hub: Hub,
) -> StaffKit:
    """Everything that a service's staff needs. Changes of accounts are heard from `tail`."""

    def key(purpose: str) -> bytes:
        return derive_key(settings.secret_key, f"{rules.service}/{purpose}")

    session_store, attempt_store = MongoSessionStore(database[SESSIONS]), MongoAttemptStore(database[ATTEMPTS])
    sessions = Sessions(session_store, clock)
    tail.listen(SignOuts(sessions, hub).on_event)
    return StaffKit(
        rules=rules,
        offices=offices,
        accounts=Accounts(database, store),
        sessions=sessions,
        session_cookie=SessionCookie(f"{rules.service}_session", secure=settings.https),
        known_devices=KnownDevices(f"{rules.service}_device", key("known-devices"), secure=settings.https),
        passwords=Passwords(),
        sign_in_limits=SignInLimits(attempt_store, clock, key=key("sign-in-limits")),
        local_sign_in=settings.local_sign_in,
        outside=outside,
        prepared=(Prepared(session_store.prepare), Prepared(attempt_store.prepare)),
    )


def staff_of(request: Request) -> StaffKit:
    """The process's own, for an entry point."""
    kit: StaffKit = request.app.state.staff
    return kit
