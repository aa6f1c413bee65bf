"""Who is signed in at a counter. Every staff entry point asks for `SignedIn`."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from services.queue.context import Queue, queue_of
from services.queue.domain.staff import staff_id
from shared.web.i18n import gettext
from shared.web.problems import Problem, problem, too_many_requests

_BEARER = "bearer "


@dataclass(frozen=True, slots=True)
class Officer:
    """A person of one office's staff."""

    office: str
    username: str
    session: str
    """The id of the session, by which it can be ended."""

    def must_work_at(self, office: str) -> None:
        """Raises 403 for another office's affairs."""
        if office != self.office:
            raise problem(403)

    def actor(self, counter: str | None = None) -> str:
        """How the audit names this person, and from where."""
        return f"staff/{self.username}" + (f"/{counter}" if counter else "")


async def signed_in(request: Request) -> Officer:
    """The officer of the present request. Raises 401."""
    officer = await find_officer(request)
    if officer is None:
        raise problem(401, headers={"WWW-Authenticate": "Bearer"})
    return officer


async def find_officer(request: Request) -> Officer | None:
    """The officer of the present request, by bearer token or by cookie."""
    queue = queue_of(request)
    header = request.headers.get("authorization", "")
    bearer = header[len(_BEARER) :] if header.lower().startswith(_BEARER) else None
    session = await queue.sessions.find(bearer or queue.session_cookie.read(request))
    if session is None:
        return None
    office, _, username = session.user.partition(":")
    return Officer(office, username, session.id)


SignedIn = Annotated[Officer, Depends(signed_in)]


async def sign_in(request: Request, queue: Queue, office: str, username: str, password: str) -> str:
    """The token of a new session. Raises 401, or 429 for who tries too often."""
    address = request.client.host if request.client else ""
    user = staff_id(office, username)
    wait = queue.sign_in_limits.begin(user, address)
    if wait:
        raise too_many_requests(wait.total_seconds())
    account = await queue.views.staff(user)
    if not await queue.passwords.matches(password, account.password_hash if account else None):
        raise Problem(
            401,
            "wrong-password",
            gettext("User name or password is wrong"),
            gettext("Please check both and try again."),
        )
    queue.sign_in_limits.succeeded(user, address)
    return await queue.sessions.start(user, request.headers.get("user-agent", ""))
