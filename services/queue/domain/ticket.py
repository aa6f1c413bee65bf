"""Ticket: one person's way through a line.

    waiting → called → serving → finished
       ↑         │
       └─ missed ┘      put back, from called or missed, at most `PUT_BACKS_MOST` times
    waiting, called → cancelled

Invariants: a ticket is called by one counter at a time; its number and line never change; `claim` is set
exactly while its holder's business is open, so that a unique index over it allows a person one such ticket.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from services.queue.domain import errors
from services.queue.domain.order import Spot
from shared.errors import Refused

State = Literal["waiting", "called", "serving", "finished", "missed", "cancelled"]

PUT_BACKS_MOST = 2
"""Enough for who was on the phone or at the wrong door; more would let a person push in front of others for ever."""


@dataclass(slots=True)
class Ticket:
    """A place in a line, and what became of it."""

    id: str
    line: str
    """`<office>:<service>:<local day>`."""
    sequence: int
    number: str
    """As called and shown: `A-017`."""
    rank: int
    """The smallest rank that waits is next. See `order`."""
    since: datetime
    """From when the person's waiting counts when lines are compared. Never decreases along a line."""
    taken_at: datetime
    changed_at: datetime
    changed_by: str
    """The actor of the latest step; the journal has them all."""
    holder: str | None = None
    """Keyed hash of line and telephone number, kept until the ticket is over for good."""
    claim: str | None = None
    """`holder` while waiting, called or served."""
    state: State = "waiting"
    counter: str | None = None
    """The counter of the latest call."""
    called_at: datetime | None = None
    put_backs: int = 0
    version: int = 0

    @property
    def office(self) -> str:
        """The office that gave it out."""
        return self.line.partition(":")[0]

    @property
    def day(self) -> str:
        """The local day on which the ticket is good."""
        return self.line.rpartition(":")[2]

    @property
    def can_be_put_back(self) -> bool:
        """Whether `put_back` would be allowed."""
        return self.state in ("called", "missed") and self.put_backs < PUT_BACKS_MOST

    def call(self, counter: str, at: datetime, by: str) -> None:
        """A counter asks the person to come."""
        self._expect(errors.TicketNotWaiting, "waiting")
        self._step("called", at, by)
        self.counter = counter
        self.called_at = at

    def recall(self, at: datetime, by: str) -> None:
        """The counter asks once more."""
        self._expect(errors.TicketNotCalled, "called")
        self._step("called", at, by)

    def serve(self, at: datetime, by: str) -> None:
        """The person has come."""
        self._expect(errors.TicketNotCalled, "called")
        self._step("serving", at, by)

    def finish(self, at: datetime, by: str) -> None:
        """The person's business is done."""
        self._expect(errors.TicketNotServing, "serving")
        self._end("finished", at, by)

    def miss(self, at: datetime, by: str) -> None:
        """The person did not come. May be put back, or take a new ticket: the claim is free."""
        self._expect(errors.TicketNotCalled, "called")
        self._step("missed", at, by)
        self.claim = None

    def cancel(self, at: datetime, by: str) -> None:
        """The person leaves."""
        self._expect(errors.TicketNotWaiting, "waiting", "called")
        self._end("cancelled", at, by)

    def put_back(self, spot: Spot, at: datetime, by: str) -> None:
        """The person waits again, at another place."""
        self._expect(errors.TicketNotCalled, "called", "missed")
        if self.put_backs >= PUT_BACKS_MOST:
            raise errors.PutBackExhausted(times=self.put_backs)
        self._step("waiting", at, by)
        self.claim = self.holder
        self.rank = spot.rank
        self.since = spot.since
        self.counter = None
        self.put_backs += 1

    def _expect(self, refusal: type[Refused], *states: State) -> None:
        if self.state not in states:
            raise refusal(number=self.number, state=self.state)

    def _step(self, to: State, at: datetime, by: str) -> None:
        self.state = to
        self.changed_at = at
        self.changed_by = by

    def _end(self, to: State, at: datetime, by: str) -> None:
        self._step(to, at, by)
        self.claim = self.holder = None
