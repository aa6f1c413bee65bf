"""Signing in by a local account, and what a browser is given for it."""

from starlette.requests import Request
from starlette.responses import Response

from shared.staff.domain.account import Staff, staff_id
from shared.staff.kit import staff_of
from shared.web.context import address_of
from shared.web.i18n import gettext
from shared.web.problems import Problem, too_many_requests


async def sign_in(request: Request, office: str, username: str, password: str) -> str:
    """The token of a new session. Raises 401, 403 where local accounts are off, 429 for who tries too often."""
    if not staff_of(request).local_sign_in:
        raise Problem(
            403,
            "local-sign-in-off",
            gettext("Signing in by a password is switched off"),
            gettext("Please use your organisation's sign-in."),
        )
    account = await proven(request, staff_id(office, username), password)
    return await start_session(request, account, account.revision)


async def start_session(request: Request, account: Staff, revision: int) -> str:
    """The token of a session that lasts no longer than the account stays at this revision."""
    device = request.headers.get("user-agent", "")
    sessions = staff_of(request).sessions
    return await sessions.start(account.id, device, account=account.alias, revision=revision)


async def proven(request: Request, user: str, password: str) -> Staff:
    """The account that the password opens. Raises 401, or 429 for who tries too often."""
    kit = staff_of(request)
    address = address_of(request)
    device = kit.known_devices.find(request, user)
    wait = await kit.sign_in_limits.begin(user, address, device)
    if wait:
        raise too_many_requests(wait.total_seconds())
    account = await kit.accounts.staff(user)
    right = await kit.passwords.matches(password, account.password_hash if account else None)
    if account is None or not right:
        raise Problem(
            401,
            "wrong-password",
            gettext("User name or password is wrong"),
            gettext("Please check both and try again."),
        )
    await kit.sign_in_limits.succeeded(user, address, device)
    return account


async def enter(request: Request, response: Response, token: str) -> None:
    """Give the browser its new session, and end the one that it had."""
    kit = staff_of(request)
    former = await kit.sessions.find(kit.session_cookie.read(request))
    if former:
        await kit.sessions.end(former.id)
    kit.session_cookie.set(response, token)
