"""What each role may do. This table is the only place where it is written down; entry points ask by right."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from shared.contracts.queue import Role
from shared.web.i18n import gettext, gettext_noop

Right = Literal["work-at-counters", "close-lines", "see-figures", "configure-office", "manage-staff"]

WHO_MAY: Mapping[Right, tuple[Role, ...]] = {
    "work-at-counters": ("officer", "manager", "administrator"),
    "close-lines":      (           "manager", "administrator"),
    "see-figures":      (           "manager", "administrator"),
    "configure-office": (                      "administrator",),
    "manage-staff":     (                      "administrator",),
}  # fmt: skip


def rights_of(roles: frozenset[Role]) -> list[Right]:
    """All that a person of these roles may do."""
    return [right for right, allowed in WHO_MAY.items() if not roles.isdisjoint(allowed)]


class RoleWords(NamedTuple):
    """A role as people speak of it."""

    name: str
    may: str


_WORDS: Mapping[Role, RoleWords] = {
    "officer": RoleWords(gettext_noop("Officer"), gettext_noop("Works at the counters.")),
    "manager": RoleWords(gettext_noop("Desk manager"), gettext_noop("Also closes lines and sees the figures.")),
    "administrator": RoleWords(
        gettext_noop("Administrator"), gettext_noop("Also configures the office, its services and its staff.")
    ),
}


def role_words() -> dict[Role, RoleWords]:
    """Every role, in the language of the present request."""
    return {role: RoleWords(*map(gettext, words)) for role, words in _WORDS.items()}
