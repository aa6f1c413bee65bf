"""Who is signed in, and what they may do. Every staff entry point asks for an officer by `allowed`, mostly as a
type of its service: `MayCloseLines = Annotated[Officer, Depends(allowed("close-lines"))]`.

Invariant: a session is worth what the account is worth now. Its revision is compared at every request, so that
a removed person, a changed password and a new role count from the next request on, whatever else fails. Nor is
it worth anything where the way by which it came, local accounts or a provider, has been switched off.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request

from shared.auth.sessions import Session
from shared.staff.kit import StaffKit, staff_of
from shared.staff.rules import MANAGE_STAFF
from shared.web.i18n import gettext
from shared.web.problems import Problem, problem

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
    roles: frozenset[str]
    rights: tuple[str, ...]
    """All that the roles allow."""
    account: str = ""
    """How events name the local account; empty for who is signed in by an OpenID Connect provider."""
    one_time: bool = False
    """Whether the password only serves to choose another one."""

    @property
    def user(self) -> str:
        """Whose sessions these are."""
        return f"{self.office}:{self.username}"

    def may(self, right: str) -> bool:
        """Whether any of the roles allows it."""
        return right in self.rights

    def must_work_at(self, office: str) -> None:
        """Raises 403 for another office's affairs."""
        if office != self.office:
            raise problem(403)

    def actor(self, place: str | None = None) -> str:
        """How the audit names this person, and from where."""
        return f"staff/{self.username}" + (f"/{place}" if place else "")


async def find_officer(request: Request) -> Officer | None:
    """The officer of the present request, by bearer token or by cookie."""
    kit = staff_of(request)
    session = await kit.sessions.find(token_of(request))
    return await _officer(kit, session) if session else None


def token_of(request: Request) -> str | None:
    """The session's token as the request brings it."""
    header = request.headers.get("authorization", "")
    bearer = header[len(_BEARER) :] if header.lower().startswith(_BEARER) else None
    return bearer or staff_of(request).session_cookie.read(request)


async def _officer(kit: StaffKit, session: Session) -> Officer | None:
    office, _, username = session.user.partition(":")
    if session.outsider:
        if kit.outside is None:
            return None
        roles = frozenset(session.outsider.roles)
        return Officer(office, username, session.id, session.outsider.name, roles, kit.rules.rights_of(roles))
    account = await kit.accounts.staff(session.user)
    if account is None or account.revision != session.revision or not kit.local_sign_in:
        await kit.sessions.end(session.id)
        return None
    return Officer(
        office,
        username,
        session.id,
        account.display_name,
        frozenset(account.roles),
        kit.rules.rights_of(account.roles),
        account.alias,
        account.one_time,
    )


def allowed(right: str | None) -> Callable[[Request], Awaitable[Officer]]:
    """A dependency that finds the officer of a request. `None` is for anybody, also who has yet to choose a password.

    Raises 401 for strangers and 403 for the wrong role. A page leads strangers to the sign-in.
    """

    async def officer(request: Request) -> Officer:
        found, home = await find_officer(request), staff_of(request).rules.home
        if found is None:
            raise _elsewhere(request, f"{home}/sign-in") or problem(401, headers={"WWW-Authenticate": "Bearer"})
        if right is not None and found.one_time:
            raise _elsewhere(request, f"{home}/password") or _choose_a_password()
        if right is not None and not found.may(right):
            raise problem(403)
        return found

    return officer


SignedIn = Annotated[Officer, Depends(allowed(None))]
"""Anybody of the staff, also who has yet to choose a password. Raises 401."""
MayManageStaff = Annotated[Officer, Depends(allowed(MANAGE_STAFF))]
"""Raises 401 for strangers and 403 for the wrong role."""


def _elsewhere(request: Request, address: str) -> HTTPException | None:
    """Where a person who only wants to see a page is led."""
    if request.method != "GET" or request.scope["path"].startswith(staff_of(request).rules.api):
        return None
    return HTTPException(303, headers={"Location": address})


def _choose_a_password() -> Problem:
    return Problem(
        403,
        "password-to-be-chosen",
        gettext("Please choose a password first"),
        gettext("The one you have serves only to choose another."),
    )
