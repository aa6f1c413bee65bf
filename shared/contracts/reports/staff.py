"""Messages about the accounts of the people who work for an office's desk or in the field."""

from typing import Annotated, Literal, get_args

from pydantic import Field

from shared.contracts import staff
from shared.contracts.reports.base import ReportsCommand, ReportsEvent
from shared.contracts.staff import StaffMessages

Role = Literal["officer", "dispatcher", "manager", "administrator"]
"""Who is in the field, at the desk, answers for it, and configures it."""
ROLES: tuple[Role, ...] = get_args(Role)
Roles = Annotated[tuple[Role, ...], Field(min_length=1, max_length=4)]


class AddStaff(ReportsCommand, staff.AddStaff):
    """Let a person work for the office. Adding the same user name again renews name and password."""

    roles: Roles | None = None
    """What the person works as. Left out: as before, and as an officer for who is new."""


class AssignRoles(ReportsCommand, staff.AssignRoles):
    """Have a person work as something else. Refused for one's own account: nobody shuts themselves out."""

    roles: Roles
    """All that the person works as from now on."""


class ChangePassword(ReportsCommand, staff.ChangePassword):
    """Give a person's account another password."""


class RemoveStaff(ReportsCommand, staff.RemoveStaff):
    """Let a person work for the office no more. Refused for one's own account."""


class StaffAdded(ReportsEvent, staff.StaffAdded):
    """A person may work for the office, or has a new password."""


class RolesAssigned(ReportsEvent, staff.RolesAssigned):
    """A person works as something else."""


class PasswordChanged(ReportsEvent, staff.PasswordChanged):
    """An account has another password."""


class StaffRemoved(ReportsEvent, staff.StaffRemoved):
    """A person works for the office no more."""


STAFF = StaffMessages(
    add=AddStaff,
    assign=AssignRoles,
    change=ChangePassword,
    remove=RemoveStaff,
    added=StaffAdded,
    assigned=RolesAssigned,
    changed=PasswordChanged,
    removed=StaffRemoved,
    roles=ROLES,
    newcomer=("officer",),
)
COMMANDS = (AddStaff, AssignRoles, ChangePassword, RemoveStaff)
EVENTS = (StaffAdded, RolesAssigned, PasswordChanged, StaffRemoved)
