"""A section of an office's plan: a form that shows it, and the plan that comes of what is written there."""

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from shared.web.i18n import gettext
from shared.web.planning.fields import Group, Written

MORE_ROWS = 3
"""Empty rows at the end of a list: whoever needs more asks for them."""

P = TypeVar("P")


class PlanSection(Protocol[P]):
    """What is changed at a time."""

    @property
    def title(self) -> str:
        """In the reader's language."""

    def written(self, plan: P) -> Written:
        """What stands in the form before anybody has written in it."""

    def groups(self, written: Written, more: int) -> list[Group]:
        """The fields. `more` is how many empty rows a list has at its end."""

    def apply(self, plan: P, written: Written) -> P:
        """The plan with what was written. Raises `Wrong`."""


@dataclass(frozen=True, slots=True)
class PlanRemoval(Generic[P]):
    """Takes something out of the plan. There is nothing to fill in."""

    title: str
    kept: P
    """The plan without it."""

    def written(self, plan: P) -> Written:
        """Nothing."""
        return {}

    def groups(self, written: Written, more: int) -> list[Group]:
        """No field, and a word on what comes."""
        return [Group(gettext("It goes with the next step, which shows what changes."), ())]

    def apply(self, plan: P, written: Written) -> P:
        """The plan without it."""
        return self.kept


def rows_in(written: Written, name: str) -> int:
    """How many rows of a list are written: names end in `.0`, `.1` …"""
    prefix = f"{name}."
    numbers = [key[len(prefix) :] for key, values in written.items() if key.startswith(prefix) and any(values)]
    return max((int(number) + 1 for number in numbers if number.isdecimal() and len(number) < 4), default=0)
