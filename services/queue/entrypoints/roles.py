"""What each role may do. This table is the only place where it is written down; entry points ask by right."""

from collections.abc import Mapping
from typing import Literal

from shared.contracts.queue import Role

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
