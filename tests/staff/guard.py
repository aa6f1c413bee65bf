"""The service `guard`, which has a staff and nothing else, whole in memory: what `shared.staff` asks of any service."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, get_args
from zoneinfo import ZoneInfo

from argon2 import PasswordHasher
from fastapi import FastAPI
from pydantic import Field, SecretStr

from shared.auth.devices import KnownDevices
from shared.auth.limits import MemoryAttemptStore, SignInLimits
from shared.auth.passwords import Passwords
from shared.auth.sessions import MemorySessionStore, SessionCookie, Sessions
from shared.contracts import staff
from shared.contracts.fields import Text
from shared.contracts.message import Command, Event, OfficeMessage, Refusal
from shared.contracts.staff import StaffMessages
from shared.errors import Refused
from shared.messaging.errors import Declined
from shared.messaging.routes import Routes
from shared.messaging.work import Work
from shared.staff.accounts import Accounts, StaffView
from shared.staff.domain.account import Staff
from shared.staff.kit import StaffKit
from shared.staff.refusals import STAFF_REFUSALS
from shared.staff.routers import FOLDER, api_routers, page_routers
from shared.staff.routes import STAFF, staff_routes
from shared.staff.rules import RoleWords, StaffRules
from shared.web.app import WebService, create_app
from tests.support.twin import Twin

OFFICE, START = "pos-kota", "/guard/rounds"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PALU = ZoneInfo("Asia/Makassar")

Role = Literal["watcher", "chief"]
Roles = Annotated[tuple[Role, ...], Field(min_length=1, max_length=2)]


class GuardMessage(OfficeMessage):
    publisher: ClassVar[str] = "guard"


class AddStaff(GuardMessage, staff.AddStaff):
    roles: Roles | None = None


class AssignRoles(GuardMessage, staff.AssignRoles):
    roles: Roles


class ChangePassword(GuardMessage, staff.ChangePassword): ...


class RemoveStaff(GuardMessage, staff.RemoveStaff): ...


class StaffAdded(GuardMessage, staff.StaffAdded): ...


class RolesAssigned(GuardMessage, staff.RolesAssigned): ...


class PasswordChanged(GuardMessage, staff.PasswordChanged): ...


class StaffRemoved(GuardMessage, staff.StaffRemoved): ...


class CommandRefused(Refusal):
    publisher: ClassVar[str] = "guard"


MESSAGES = StaffMessages(
    add=AddStaff,
    assign=AssignRoles,
    change=ChangePassword,
    remove=RemoveStaff,
    added=StaffAdded,
    assigned=RolesAssigned,
    changed=PasswordChanged,
    removed=StaffRemoved,
    roles=get_args(Role),
    newcomer=("watcher",),
)
EVENTS = (StaffAdded, RolesAssigned, PasswordChanged, StaffRemoved, CommandRefused)
RULES = StaffRules(
    service="guard",
    messages=MESSAGES,
    who_may={"walk": ("watcher", "chief"), "manage-staff": ("chief",)},
    words={"watcher": RoleWords("Watcher", "Walks."), "chief": RoleWords("Chief", "Also has the keys.")},
    welcome="For watchers.",
    start=START,
)


class PostUnknown(Refused):
    slug: ClassVar[str] = "post-unknown"


async def knows_post(command: OfficeMessage, _: Work) -> None:
    if command.office != OFFICE:
        raise PostUnknown


ROUTES = Routes(
    service="guard",
    refused=CommandRefused,
    commands=staff_routes(MESSAGES, knows_office=knows_post, needs_office=lambda _command, _work: ()),
    kinds=(STAFF,),
)


class Bus:
    """A gateway to a worker that answers at once."""

    def __init__(self, twin: Twin) -> None:
        self._twin = twin

    async def ask(self, command: Command, *, id: str, actor: str, correlation_id: str = "") -> Event:
        first, *_ = await self._twin.send(command, id=id, actor=actor)
        if isinstance(first, Refusal):
            raise Declined(first.reason, first.details)
        return first


class Kept(Accounts):
    """The accounts of a worker in memory."""

    def __init__(self, twin: Twin) -> None:
        self._twin = twin

    async def staff(self, id: str) -> Staff | None:
        return next((a for a in self._twin.all(Staff) if a.id == id and not a.is_removed), None)

    async def people(self, office: str) -> list[StaffView]:
        here = [account.id.split(":") for account in self._twin.all(Staff) if not account.is_removed]
        return [await self.person(office, username) for of, username in sorted(here) if of == office]


class Posts:
    """The one office."""

    async def office_names(self) -> Sequence[tuple[str, Text]]:
        return [(OFFICE, Text("Pos Kota", "City post"))]

    async def time_zone(self, office: str) -> ZoneInfo:
        if office != OFFICE:
            raise PostUnknown
        return PALU


def guard() -> tuple[FastAPI, Twin]:
    """A guard without anybody, and its worker."""
    twin = Twin(ROUTES, EVENTS, datetime.now(UTC))

    def clock() -> datetime:
        return datetime.now(UTC)

    kit = StaffKit(
        rules=RULES,
        offices=Posts(),
        accounts=Kept(twin),
        sessions=Sessions(MemorySessionStore(), clock),
        session_cookie=SessionCookie("guard_session", secure=False),
        known_devices=KnownDevices("guard_device", b"a key for tests", secure=False),
        passwords=Passwords(CHEAP),
        sign_in_limits=SignInLimits(MemoryAttemptStore(), clock, key=b"a key for tests"),
        local_sign_in=True,
        outside=None,
        prepared=(),
    )

    @asynccontextmanager
    async def nothing_to_open(_: FastAPI) -> AsyncIterator[None]:
        yield

    service = WebService(
        name="guard",
        title="Guard",
        folder=Path(__file__).parent,
        routers=(*api_routers(RULES), *page_routers(RULES)),
        refusals={refusal.slug: text for refusal, text in STAFF_REFUSALS.items()},
        parts=(FOLDER,),
    )
    app = create_app(service, secret_key=SecretStr("a secret for tests that is long enough"), lifespan=nothing_to_open)
    app.state.staff, app.state.gateway = kit, Bus(twin)
    return app, twin


def add(username: str, password: str, *roles: Role, **more: Any) -> AddStaff:
    """Let somebody in from the command line."""
    return AddStaff(
        office=OFFICE,
        username=username,
        display_name=username.title(),
        password_hash=CHEAP.hash(password),
        roles=roles or None,
        **more,
    )
