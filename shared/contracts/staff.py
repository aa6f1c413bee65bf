"""What every service's messages about its staff consist of.

Each service keeps accounts of its own, so each declares messages of its own, with its publisher's base first:

    class AssignRoles(QueueCommand, staff.AssignRoles):
        \"\"\"Have a person work as something else.\"\"\"

        roles: Roles
        \"\"\"All that the person works as from now on.\"\"\"

Roles are a service's own too: it narrows them to a `Literal`, whose values no other service has to know.
`StaffMessages` tells the shared handlers which classes they speak in.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import StringConstraints

from shared.contracts.message import Classification, Command, Event, OfficeMessage

Username = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{1,62}$")]
"""Unique in an office."""
PasswordHash = Annotated[str, StringConstraints(pattern=r"^\$argon2id\$", max_length=256)]
"""An argon2id hash; a password itself never enters the bus."""


class StaffCommand(OfficeMessage, Command):
    """A wish about one person's local account."""

    classification: ClassVar[Classification] = "personal"
    username: Username
    """Unique in the office."""


class AddStaff(StaffCommand):
    """Let a person work for the office. Adding the same user name again renews name and password."""

    display_name: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    """How the person is called."""
    password_hash: PasswordHash
    """An argon2id hash; the password itself never enters the bus."""
    roles: tuple[str, ...] | None = None
    """What the person works as. Left out: as before, and as a newcomer for who is new."""
    one_time: bool = False
    """Whether the password only serves to choose another one."""


class AssignRoles(StaffCommand):
    """Have a person work as something else. Refused for one's own account: nobody shuts themselves out."""

    roles: tuple[str, ...]
    """All that the person works as from now on."""


class ChangePassword(StaffCommand):
    """Give a person's account another password."""

    password_hash: PasswordHash
    """An argon2id hash; the password itself never enters the bus."""
    one_time: bool = False
    """Whether the password only serves to choose another one."""
    replaces: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    """SHA-256 of the hash that it takes the place of: refused where another one has come in between."""


class RemoveStaff(StaffCommand):
    """Let a person work for the office no more. Refused for one's own account."""


class StaffEvent(OfficeMessage, Event):
    """What happened to a local account; whose it is stays inside the service. Sessions from before are over."""

    staff: str
    """A pseudonym of the user name."""
    revision: int
    """Counts the account's changes."""


class StaffAdded(StaffEvent):
    """A person may work for the office, or has a new password."""


class RolesAssigned(StaffEvent):
    """A person works as something else."""


class PasswordChanged(StaffEvent):
    """An account has another password."""


class StaffRemoved(StaffEvent):
    """A person works for the office no more."""


@dataclass(frozen=True, slots=True)
class StaffMessages:
    """The classes by which one service speaks of its staff."""

    add: type[AddStaff]
    assign: type[AssignRoles]
    change: type[ChangePassword]
    remove: type[RemoveStaff]
    added: type[StaffAdded]
    assigned: type[RolesAssigned]
    changed: type[PasswordChanged]
    removed: type[StaffRemoved]
    roles: tuple[str, ...]
    """All there are."""
    newcomer: tuple[str, ...]
    """What somebody works as of whom nothing else is said."""
