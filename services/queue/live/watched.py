"""What live pages know of a line and of those of its tickets that somebody looks at, moved on event by event.

Each event carries the line's revision, so that a repeat changes nothing and a gap is noticed.
"""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from shared.contracts.queue import (
    CounterEvent,
    LineClosed,
    LineEvent,
    LineReopened,
    ServingFinished,
    ServingStarted,
    State,
    StepUndone,
    Text,
    TicketCalled,
    TicketCancelled,
    TicketDelayed,
    TicketEvent,
    TicketJoined,
    TicketMissed,
    TicketParked,
    TicketPutBack,
    TicketRecalled,
    TicketResumed,
    TicketTaken,
    TicketTransferred,
)

_BECOMES: dict[type[TicketEvent], State] = {
    TicketTaken: "waiting",
    TicketPutBack: "waiting",
    TicketDelayed: "waiting",
    TicketJoined: "waiting",
    TicketTransferred: "waiting",
    TicketCalled: "called",
    TicketRecalled: "called",
    ServingStarted: "serving",
    TicketResumed: "serving",
    TicketParked: "parked",
    ServingFinished: "finished",
    TicketMissed: "missed",
    TicketCancelled: "cancelled",
}


@dataclass(slots=True)
class LiveLine:
    """The order of one line's waiting tickets at a revision."""

    revision: int
    ranks: dict[str, int]
    """Waiting ticket → rank."""
    closing: Text | None = None
    """What those who wait are told since the line was closed, or goes on after all."""
    _order: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self._order = sorted(self.ranks.values())

    def apply(self, event: LineEvent) -> bool:
        """Move on by one event. False: an event is missing, the line must be read again."""
        if event.revision <= self.revision:
            return True
        if event.revision > self.revision + 1:
            return False
        self.revision = event.revision
        if isinstance(event, LineClosed | LineReopened):
            self.closing = event.message
        elif isinstance(event, TicketEvent):
            former = self.ranks.pop(event.ticket, None)
            if former is not None:
                del self._order[bisect_left(self._order, former)]
            rank = _rank(event)
            if rank is not None:
                self.ranks[event.ticket] = rank
                insort(self._order, rank)
        return True

    def ahead(self, ticket: str) -> int:
        """How many wait before this one; 0 where it does not wait."""
        rank = self.ranks.get(ticket)
        return 0 if rank is None else bisect_left(self._order, rank)


@dataclass(slots=True)
class Watched:
    """A ticket that somebody is looking at, as far as its page shows it."""

    number: str
    line: str
    state: str
    counter: str | None
    counter_names: Mapping[str, Text]
    closing: Text | None = None
    """What those of its line are told who wait since it was closed, or goes on after all."""
    languages: Counter[str] = field(default_factory=Counter)
    """Language → open pages in it."""
    told: dict[str, bytes] = field(default_factory=dict)
    """Language → its latest message."""

    def move(self, event: TicketEvent) -> None:
        """Show one event more."""
        self.state = event.state if isinstance(event, StepUndone) else _BECOMES[type(event)]
        if self.state == "waiting":
            self.counter = None
        elif isinstance(event, CounterEvent):
            self.counter = event.counter

    @property
    def counter_name(self) -> Text | None:
        """What the office calls the counter of the latest call."""
        return self.counter_names.get(self.counter) if self.counter else None


def _rank(event: TicketEvent) -> int | None:
    """Where the ticket waits after an event, if it does."""
    if isinstance(event, TicketTaken | TicketPutBack | TicketDelayed | TicketJoined | StepUndone):
        return event.rank
    return None


def line_after(event: TicketEvent) -> str:
    """The line in which an event leaves its ticket."""
    if isinstance(event, TicketTransferred):
        office, _, day = event.line.split(":")
        return f"{office}:{event.to}:{day}"
    return event.line


class Step(NamedTuple):
    """Where a ticket is."""

    state: str
    counter: str | None
    """The counter of its latest call."""
    line: str
