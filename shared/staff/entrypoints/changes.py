"""What pages and API ask of local accounts: the passwords that only this process ever sees, and the commands."""

from dataclasses import dataclass

from starlette.requests import Request

from shared.auth.passwords import MAX_LENGTH, MIN_LENGTH, random_password
from shared.contracts.staff import PasswordChanged, StaffCommand
from shared.messaging.errors import Pending
from shared.staff.domain.account import staff_id
from shared.staff.domain.errors import OwnAccount
from shared.staff.entrypoints.officer import Officer
from shared.staff.entrypoints.sign_in import proven, start_session
from shared.staff.kit import staff_of
from shared.web.ask import ask
from shared.web.i18n import gettext
from shared.web.problems import Problem, invalid


@dataclass(frozen=True, slots=True)
class OneTimePassword:
    """A password that serves once, to choose another: to be told at once, since nobody keeps it."""

    username: str
    password: str
    pending: Pending | None = None
    """Set where the command is still on its way: the password works as soon as it has been handled."""


async def add_staff(
    request: Request,
    officer: Officer,
    username: str,
    display_name: str,
    roles: tuple[str, ...],
    *,
    key: str | None = None,
) -> OneTimePassword:
    """Open an account. Raises 409 where the user name is taken."""
    kit = staff_of(request)
    if await kit.accounts.staff(staff_id(officer.office, username)):
        raise Problem(
            409,
            "username-taken",
            gettext("This user name is taken"),
            gettext("Choose another one, or give that person a new password."),
        )
    password = random_password()
    command = kit.rules.messages.add(
        office=officer.office,
        username=username,
        display_name=display_name,
        password_hash=await kit.passwords.hash(password),
        roles=roles,
        one_time=True,
    )
    return await _issued(request, officer, command, password, key)


async def renew_password(
    request: Request, officer: Officer, username: str, *, key: str | None = None
) -> OneTimePassword:
    """Give somebody else a new password."""
    if username == officer.username:
        raise OwnAccount
    kit, password = staff_of(request), random_password()
    command = kit.rules.messages.change(
        office=officer.office,
        username=username,
        password_hash=await kit.passwords.hash(password),
        one_time=True,
    )
    return await _issued(request, officer, command, password, key)


async def assign_roles(
    request: Request, officer: Officer, username: str, roles: tuple[str, ...], *, key: str | None = None
) -> None:
    """Have somebody else work as something else."""
    command = staff_of(request).rules.messages.assign(office=officer.office, username=username, roles=roles)
    await ask(request, command, actor=officer.actor(), key=key)


async def remove_staff(request: Request, officer: Officer, username: str, *, key: str | None = None) -> None:
    """Close somebody else's account."""
    command = staff_of(request).rules.messages.remove(office=officer.office, username=username)
    await ask(request, command, actor=officer.actor(), key=key)


async def change_own_password(
    request: Request, officer: Officer, current: str, new: str, *, key: str | None = None
) -> str:
    """The token of a new session; all former ones are over. Raises 401 for a wrong one, 422 for one that won't do."""
    kit = staff_of(request)
    if not officer.account:
        raise Problem(
            403,
            "no-local-account",
            gettext("You have no password here"),
            gettext("Please change it where your account is kept."),
        )
    account = await proven(request, officer.user, current)
    try:
        hashed = await kit.passwords.hash(new)
    except ValueError:
        told = gettext("A password has %(least)d to %(most)d characters.")
        raise invalid([{"field": "new", "message": told % {"least": MIN_LENGTH, "most": MAX_LENGTH}}]) from None
    if new == current:
        raise invalid([{"field": "new", "message": gettext("This is the password that you have.")}])
    command = kit.rules.messages.change(
        office=officer.office, username=officer.username, password_hash=hashed, replaces=account.fingerprint
    )
    changed = await ask(request, command, actor=officer.actor(), key=key)
    assert isinstance(changed, PasswordChanged)
    return await start_session(request, account, changed.revision)


async def _issued(
    request: Request, officer: Officer, command: StaffCommand, password: str, key: str | None
) -> OneTimePassword:
    try:
        await ask(request, command, actor=officer.actor(), key=key)
    except Pending as pending:
        return OneTimePassword(command.username, password, pending)
    return OneTimePassword(command.username, password)
