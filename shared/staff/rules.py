"""What a service says of its staff: who may do what, in which words, and where they begin."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from shared.contracts.staff import StaffMessages
from shared.staff.entrypoints.representations import StaffShapes, shapes_of
from shared.web.i18n import gettext

MANAGE_STAFF = "manage-staff"
"""The one right that every service's table must have: to open and close accounts."""


class RoleWords(NamedTuple):
    """A role as people speak of it."""

    name: str
    may: str


@dataclass(frozen=True)
class StaffRules:
    """One for each service. Raises `ValueError` where roles, rights and words do not fit together."""

    service: str
    messages: StaffMessages
    who_may: Mapping[str, tuple[str, ...]]
    """Right → the roles that have it. The only place where this is written down; entry points ask by right."""
    words: Mapping[str, RoleWords]
    """Role → how people speak of it, marked by `gettext_noop`."""
    welcome: str
    """Whom the sign-in is for, marked by `gettext_noop`."""
    start: str
    """Where who has signed in goes, `/queue/counters`."""

    def __post_init__(self) -> None:
        known = set(self.messages.roles)
        if set(self.words) != known or not known.issuperset(chain.from_iterable(self.who_may.values())):
            raise ValueError(f"the staff of {self.service}: a role without words, or words and rights without a role")
        if MANAGE_STAFF not in self.who_may:
            raise ValueError(f"the staff of {self.service}: nobody has the right {MANAGE_STAFF!r}")

    @property
    def home(self) -> str:
        """Before the addresses of all its pages."""
        return f"/{self.service}"

    @property
    def api(self) -> str:
        """Before the addresses of its JSON API."""
        return f"/{self.service}/api/v1"

    @cached_property
    def shapes(self) -> StaffShapes:
        """The resources of its API that name roles and rights."""
        return shapes_of(self.messages.roles, tuple(self.who_may), self.messages.newcomer)

    def rights_of(self, roles: Collection[str]) -> tuple[str, ...]:
        """All that a person of these roles may do."""
        return tuple(right for right, allowed in self.who_may.items() if not set(roles).isdisjoint(allowed))

    def role_words(self) -> dict[str, RoleWords]:
        """Every role, in the language of the present request."""
        return {role: RoleWords(*map(gettext, self.words[role])) for role in self.messages.roles}
