"""Who is signed in, and what they may do. Every staff entry point asks for an officer by one of the types below.

Invariant: a session is worth what the account is worth now. Its revision is compared at every request, so that
a removed person, a changed password and a new role count from the next request on, whatever else fails. Nor is
it worth anything where the way by which it came, local accounts or a provider, has been switched off.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request

from services.queue.context import Queue, queue_of
from services.queue.entrypoints.api import PREFIX
from services.queue.entrypoints.staff.roles import Right, rights_of
from shared.auth.sessions import Session
from shared.contracts.queue import Role
from shared.web.i18n import gettext
from shared.web.problems import Problem, problem

SIGN_IN = "/queue/sign-in"
OWN_PASSWORD = "/queue/password"  # noqa: S105  # an address

_BEARER = "bearer "


@dataclass(frozen=True, slots=True)
class Officer:
    """A person of one office's staff."""

    office: str
    username: str
    session: str
    """The id of the session, by which it can be ended."""
    name: str
    """How the person is called."""
    roles: frozenset[Role]
    account: str = ""
    """How events name the local account; empty for who is signed in by an OpenID Connect provider."""
    one_time: bool = False
    """Whether the password only serves to choose another one."""

    @property
    def user(self) -> str:
        """Whose sessions these are."""
        return f"{self.office}:{self.username}"

    def may(self, right: Right) -> bool:
        """Whether any of the roles allows it."""
        return right in rights_of(self.roles)

    def must_work_at(self, office: str) -> None:
        """Raises 403 for another office's affairs."""
        if office != self.office:
            raise problem(403)

    def actor(self, counter: str | None = None) -> str:
        """How the audit names this person, and from where."""
        return f"staff/{self.username}" + (f"/{counter}" if counter else "")


async def find_officer(request: Request) -> Officer | None:
    """The officer of the present request, by bearer token or by cookie."""
    queue = queue_of(request)
    session = await queue.sessions.find(token_of(request))
    return await _officer(queue, session) if session else None


def token_of(request: Request) -> str | None:
    """The session's token as the request brings it."""
    header = request.headers.get("authorization", "")
    bearer = header[len(_BEARER) :] if header.lower().startswith(_BEARER) else None
    return bearer or queue_of(request).session_cookie.read(request)


async def _officer(queue: Queue, session: Session) -> Officer | None:
    office, _, username = session.user.partition(":")
    if session.outsider:
        if queue.outside is None:
            return None
        roles = cast(frozenset[Role], frozenset(session.outsider.roles))
        return Officer(office, username, session.id, session.outsider.name, roles)
    account = await queue.views.staff(session.user)
    if account is None or account.revision != session.revision or not queue.local_sign_in:
        await queue.sessions.end(session.id)
        return None
    return Officer(
        office,
        username,
        session.id,
        account.display_name,
        frozenset(account.roles),
        account.alias,
        account.one_time,
    )


def _allowed(right: Right | None) -> Callable[[Request], Awaitable[Officer]]:
    async def officer(request: Request) -> Officer:
        found = await find_officer(request)
        if found is None:
            raise _elsewhere(request, SIGN_IN) or problem(401, headers={"WWW-Authenticate": "Bearer"})
        if right is not None and found.one_time:
            raise _elsewhere(request, OWN_PASSWORD) or _choose_a_password()
        if right is not None and not found.may(right):
            raise problem(403)
        return found

    return officer


SignedIn = Annotated[Officer, Depends(_allowed(None))]
"""Anybody of the staff, also who has yet to choose a password. Raises 401."""
MayWorkAtCounters = Annotated[Officer, Depends(_allowed("work-at-counters"))]
"""Like those below: raises 401 for strangers and 403 for the wrong role. A page leads strangers to the sign-in."""
MayCloseLines = Annotated[Officer, Depends(_allowed("close-lines"))]
MaySeeFigures = Annotated[Officer, Depends(_allowed("see-figures"))]
MayConfigureOffice = Annotated[Officer, Depends(_allowed("configure-office"))]
MayManageStaff = Annotated[Officer, Depends(_allowed("manage-staff"))]


def _elsewhere(request: Request, address: str) -> HTTPException | None:
    """Where a person who only wants to see a page is led."""
    if request.method != "GET" or request.scope["path"].startswith(PREFIX):
        return None
    return HTTPException(303, headers={"Location": address})


def _choose_a_password() -> Problem:
    return Problem(
        403,
        "password-to-be-chosen",
        gettext("Please choose a password first"),
        gettext("The one you have serves only to choose another."),
    )
