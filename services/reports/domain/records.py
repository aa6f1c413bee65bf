"""What is kept of an incident beside its state, each apart so that who may read one need not read another.

Story      what was told, and where exactly in words: the desk and its reporter
Reporter   who told it, sealed: whoever has the key, for a reason that is written down
Follower   who wants to be told of it, sealed likewise
Entry      one line of its timeline
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.contracts.reports.base import Sealed
from shared.contracts.reports.incidents import Answer

Shown = Literal["desk", "reporter"]
"""To whom a timeline's line is shown: to the staff alone, or to the reporter too."""


@dataclass(slots=True)
class Story:
    """What a report tells. Has its incident's id."""

    id: str
    office: str
    words: str
    place: str
    answers: tuple[Answer, ...]
    terms: tuple[str, ...]
    """The stems of all of it, by which it is found."""
    told_at: datetime
    version: int = 0


@dataclass(slots=True)
class Reporter:
    """Who reported an incident, and has its id. An anonymous report has none."""

    id: str
    sealed: Sealed | None
    contact: str | None
    told_at: datetime
    version: int = 0

    def erase(self) -> None:
        """Be nobody."""
        self.sealed = self.contact = None


@dataclass(slots=True)
class Follower:
    """Somebody who wants to be told of another's report."""

    id: str
    incident: str
    claim: str | None = None
    """`<incident>:<contact>`: one contact follows an incident once."""
    sealed: Sealed | None = None
    since: datetime | None = None
    gone: bool = False
    version: int = 0

    def go(self) -> None:
        """Want to be told no more. Nothing of the person is left."""
        self.gone, self.claim, self.sealed = True, None, None


@dataclass(slots=True)
class Entry:
    """One line of an incident's timeline."""

    id: str
    """The command's id, and the place among its events."""
    incident: str
    at: datetime
    place: int
    """The incident's revision: lines of one moment stay in order."""
    what: str
    """The event's name, such as `UnitArrived`."""
    by: str
    """Who: `citizen`, `staff/<user name>`, `system`."""
    about: str
    """A unit, a priority, a disposition, a side, the incident it is a duplicate of, who looks after it from now on.

    A clock is with its unit, where it is one's: `accept:patrol-1`. Empty where the event says it all.
    """
    words: str
    shown: Shown
    version: int = 0
