"""What must change so that an agency has its access, and nothing beside it. Pure: asks no broker, changes nothing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from deploy.agency.users import EVERYBODY
from deploy.agency.wanted import CUT_OFF, Access, Permission

NOTHING: Mapping[str, float] = {}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a user is on a broker."""

    exists: bool
    permissions: frozenset[Permission]
    quotas: Mapping[str, float]
    everybody: frozenset[Permission]
    """What anybody at all may do there, this user too."""


@dataclass(frozen=True, slots=True)
class Forbid:
    """Something that nobody of ours has given."""

    user: str
    permissions: tuple[Permission, ...]

    def __str__(self) -> str:
        return "\n".join(f"- {self.user}: {permission}: is not to be, and goes" for permission in self.permissions)


@dataclass(frozen=True, slots=True)
class Permit:
    """Something that the user needs."""

    user: str
    permissions: tuple[Permission, ...]

    def __str__(self) -> str:
        return "\n".join(f"+ {self.user}: {permission}" for permission in self.permissions)


@dataclass(frozen=True, slots=True)
class Limit:
    """How much of the bus the user may take."""

    user: str
    have: Mapping[str, float]
    want: Mapping[str, float]

    def __str__(self) -> str:
        return "\n".join(
            f"+ {self.user}: {name} {_number(self.have.get(name))} → {_number(value)}"
            for name, value in sorted(self.want.items())
        )


@dataclass(frozen=True, slots=True)
class Employ:
    """Nobody can sign in by this name yet."""

    user: str

    def __str__(self) -> str:
        return f"+ {self.user}: a user with a random password"


UserChange = Forbid | Permit | Limit | Employ


def user_changes(access: Access, found: Standing, quotas: Mapping[str, float] = NOTHING) -> Sequence[UserChange]:
    """In the order they are made: nobody can sign in before all the rest is in force.

    A quota that somebody has chosen before stays, unless `quotas` says otherwise.
    """
    changes: list[UserChange] = []
    if extra := found.permissions - access.permissions:
        changes.append(Forbid(access.user, tuple(sorted(extra))))
    if missing := access.permissions - found.permissions:
        changes.append(Permit(access.user, tuple(sorted(missing))))
    chosen = NOTHING if found.quotas == CUT_OFF else found.quotas
    wanted = {**access.quotas, **chosen, **quotas}
    differing = {name: value for name, value in wanted.items() if found.quotas.get(name) != value}
    if differing:
        changes.append(Limit(access.user, found.quotas, differing))
    if not found.exists:
        changes.append(Employ(access.user))
    return changes


def warnings(everybody: Collection[Permission]) -> list[str]:
    """What no command about one agency can mend."""
    return [
        f"! everybody, also every agency: {permission}. This is User:{EVERYBODY}'s and stays: take it away yourself"
        for permission in sorted(everybody)
        if permission.effect == "allow"
    ]


def _number(value: float | None) -> str:
    return "no limit" if value is None else f"{value:g}" if value != int(value) else f"{int(value):,}"
