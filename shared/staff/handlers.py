"""The four commands about an account, handled in the words of one service."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from shared.contracts.staff import (
    AddStaff,
    AssignRoles,
    ChangePassword,
    PasswordChanged,
    RemoveStaff,
    RolesAssigned,
    StaffAdded,
    StaffCommand,
    StaffMessages,
    StaffRemoved,
)
from shared.messaging.work import Work
from shared.staff.domain.account import Staff, staff_id
from shared.staff.domain.errors import OwnAccount, StaffUnknown

KnowsOffice = Callable[[StaffCommand, Work], Awaitable[Any]]
"""Refuses a command to an office that the service does not know."""


@dataclass(frozen=True, slots=True)
class StaffHandlers:
    """Handlers of one service, each of one command."""

    messages: StaffMessages
    knows_office: KnowsOffice

    async def add_staff(self, command: AddStaff, work: Work) -> list[StaffAdded]:
        """Open an account, or renew name and password of the one that has this user name."""
        await self.knows_office(command, work)
        id = staff_id(command.office, command.username)
        staff = await work.find(Staff, id)
        if staff is None:
            staff = Staff(id, work.pseudonym(f"staff/{id}"), display_name="", password_hash="")
            work.add(staff)
        added = staff.open(
            self.messages.added,
            command.display_name,
            command.password_hash,
            command.roles,
            newcomer=self.messages.newcomer,
            one_time=command.one_time,
        )
        return [added]

    async def assign_roles(self, command: AssignRoles, work: Work) -> list[RolesAssigned]:
        """Take the place of all that the person worked as before."""
        staff = await self._someone_else(command, work)
        return [staff.assign(self.messages.assigned, command.roles)]

    async def change_password(self, command: ChangePassword, work: Work) -> list[PasswordChanged]:
        """The former password opens nothing any more, and sessions that it opened are over."""
        staff = await self._the_staff(command, work)
        changed = staff.change_password(
            self.messages.changed, command.password_hash, one_time=command.one_time, replaces=command.replaces
        )
        return [changed]

    async def remove_staff(self, command: RemoveStaff, work: Work) -> list[StaffRemoved]:
        """Empty the account; what the person has done stays in the journal."""
        staff = await self._someone_else(command, work)
        return [staff.remove(self.messages.removed)]

    async def _the_staff(self, command: StaffCommand, work: Work) -> Staff:
        """The account a command is about."""
        await self.knows_office(command, work)
        staff = await work.find(Staff, staff_id(command.office, command.username))
        if staff is None:
            raise StaffUnknown
        return staff

    async def _someone_else(self, command: StaffCommand, work: Work) -> Staff:
        """The account a command is about, which must not be that of the person who asks."""
        if work.actor.split("/")[:2] == ["staff", command.username]:
            raise OwnAccount
        return await self._the_staff(command, work)
