"""Counter: one desk of an office and the person it has called or serves.

Invariants: a counter has at most one person; a person of an earlier day is nobody's any more; calls for one
person are few and spaced, so that a lobby is not shouted at.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from services.queue.domain import errors
from services.queue.domain.ticket import Ticket

CALLS_MOST = 3
"""The first call and two more. Then the person is served or has not come."""
CALL_SPACING = timedelta(seconds=20)
"""An announcement in two languages, and the walk from the far end of a lobby."""


def counter_id(office: str, counter: str) -> str:
    """The one counter of that name in an office."""
    return f"{office}:{counter}"


@dataclass(slots=True)
class Counter:
    """A counter at work."""

    id: str
    """`<office>:<counter>`."""
    ticket: str | None = None
    """Who is called or served here."""
    number: str = ""
    """The number called last, also when that person has gone: what the lobby shows."""
    day: str = ""
    """The local day of that call."""
    calls: int = 0
    called_at: datetime | None = None
    version: int = 0

    def is_busy(self, day: str) -> bool:
        """Whether a person of that day, not of an earlier one, is called or served here."""
        return self.ticket is not None and self.day >= day

    def person(self, day: str) -> str:
        """The ticket of that day's person. Raises `CounterIdle`."""
        if self.ticket is None or not self.is_busy(day):
            raise errors.CounterIdle
        return self.ticket

    def check_free(self, day: str) -> None:
        """Raises `CounterBusy` while that day's person is not done."""
        if self.is_busy(day):
            raise errors.CounterBusy(number=self.number)

    def receive(self, ticket: Ticket, at: datetime) -> None:
        """Call a person here."""
        self.check_free(ticket.day)
        self.ticket = ticket.id
        self.number = ticket.number
        self.day = ticket.day
        self.calls = 1
        self.called_at = at

    def recall(self, at: datetime) -> int:
        """Call the person once more. Returns how often that is in all."""
        if self.calls >= CALLS_MOST:
            raise errors.RecallExhausted(calls=self.calls)
        if self.called_at is not None and at < self.called_at + CALL_SPACING:
            wait = self.called_at + CALL_SPACING - at
            raise errors.RecallTooSoon(seconds=ceil(wait.total_seconds()))
        self.calls += 1
        self.called_at = at
        return self.calls

    def release(self, ticket: Ticket) -> None:
        """That person is not here any more."""
        if self.ticket == ticket.id:
            self.ticket = None
