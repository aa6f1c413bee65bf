"""ChangePassword: give a person's account another password."""

from services.queue.handlers.lookup import the_staff
from shared.contracts.queue import ChangePassword, PasswordChanged
from shared.messaging.work import Work


async def change_password(command: ChangePassword, work: Work) -> list[PasswordChanged]:
    """The former password opens nothing any more, and sessions that it opened are over."""
    staff = await the_staff(command, work)
    return [staff.change_password(command.password_hash, one_time=command.one_time, replaces=command.replaces)]
