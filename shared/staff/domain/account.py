"""Staff: a person who works for an office, by a user name that is the office's own.

Invariant: `revision` grows with every change of what the account allows, also through a removal and a return.
Whoever remembers an account's revision, as a session does, can so tell that it is out of date.

Each change is told by an event of the service's own, whose class the caller names.
"""

import hashlib
from dataclasses import dataclass
from typing import TypeVar

from shared.contracts.staff import PasswordChanged, RolesAssigned, StaffAdded, StaffEvent, StaffRemoved
from shared.staff.domain import errors

E = TypeVar("E", bound=StaffEvent)
A = TypeVar("A", bound=StaffAdded)
R = TypeVar("R", bound=RolesAssigned)
P = TypeVar("P", bound=PasswordChanged)
G = TypeVar("G", bound=StaffRemoved)


def staff_id(office: str, username: str) -> str:
    """The one person of that user name in an office."""
    return f"{office}:{username}"


@dataclass(slots=True)
class Staff:
    """A local account. One that is removed stays behind empty, so that its revisions go on where it returns."""

    id: str
    """`<office>:<user name>`."""
    alias: str
    """How events name the account: a pseudonym of its id."""
    display_name: str
    password_hash: str
    """Argon2id; empty where the account is removed."""
    roles: tuple[str, ...] = ()
    """Of the service's own."""
    one_time: bool = False
    """Whether the password only serves to choose another one."""
    revision: int = 0
    version: int = 0

    @property
    def is_removed(self) -> bool:
        """Whether nobody can sign in by it."""
        return not self.password_hash

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the password's hash: names it without giving it away."""
        return hashlib.sha256(self.password_hash.encode()).hexdigest()

    def open(
        self,
        told_as: type[A],
        display_name: str,
        password_hash: str,
        roles: tuple[str, ...] | None,
        *,
        newcomer: tuple[str, ...],
        one_time: bool,
    ) -> A:
        """Take a new name and password. Without `roles` a known person keeps theirs and a new one is a `newcomer`."""
        if roles is not None:
            self.roles = _once(roles)
        elif self.is_removed:
            self.roles = newcomer
        self.display_name = display_name
        self.password_hash = password_hash
        self.one_time = one_time
        return self._changed(told_as)

    def assign(self, told_as: type[R], roles: tuple[str, ...]) -> R:
        """Work as something else. Raises `StaffUnknown`."""
        self._must_be_here()
        self.roles = _once(roles)
        return self._changed(told_as)

    def change_password(self, told_as: type[P], password_hash: str, *, one_time: bool, replaces: str | None) -> P:
        """Take another password. Raises `StaffUnknown`, `PasswordChangedMeanwhile`."""
        self._must_be_here()
        if replaces is not None and replaces != self.fingerprint:
            raise errors.PasswordChangedMeanwhile
        self.password_hash = password_hash
        self.one_time = one_time
        return self._changed(told_as)

    def remove(self, told_as: type[G]) -> G:
        """Leave. Raises `StaffUnknown`."""
        self._must_be_here()
        self.display_name = self.password_hash = ""
        self.roles = ()
        self.one_time = False
        return self._changed(told_as)

    def _must_be_here(self) -> None:
        if self.is_removed:
            raise errors.StaffUnknown

    def _changed(self, told_as: type[E]) -> E:
        self.revision += 1
        return told_as(office=self.id.partition(":")[0], staff=self.alias, revision=self.revision)


def _once(roles: tuple[str, ...]) -> tuple[str, ...]:
    """Each role once, in one order."""
    return tuple(sorted(set(roles)))
