"""Counter: one desk of an office, who works there, and the person it has called or serves.

Invariants: a counter has at most one person; a person of an earlier day is nobody's any more; calls for one
person are few and spaced, so that a lobby is not shouted at. Work of an earlier day, a pause and the services
somebody signed on with, counts no more on the next.

Who works at a counter has signed on there for the day, for all that it is planned for or for some of it: before that
it calls nobody, so that the office, the board and the forecast know which counters are open.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from services.queue.domain import errors
from services.queue.domain.ticket import Before, Ticket
from shared.contracts.queue import CounterPaused, CounterPlan, CounterResumed, CounterSignedOff, CounterSignedOn

CALLS_MOST = 3
"""The first call and two more. Then the person is served or has not come."""
CALL_SPACING = timedelta(seconds=20)
"""An announcement in two languages, and the walk from the far end of a lobby."""
UNDO_WITHIN = timedelta(seconds=10)
"""How long the latest step can be taken back."""
RECENT_KEPT = 24
"""Latest people that a counter remembers: more than anybody looks back at, also where many of them are parked."""


def counter_id(office: str, counter: str) -> str:
    """The one counter of that name in an office."""
    return f"{office}:{counter}"


@dataclass(frozen=True, slots=True)
class Latest:
    """A counter's latest step: what it was before."""

    ticket: str
    at: datetime
    before: Before
    here: str | None
    """Whom the counter had before."""
    number: str
    calls: int
    called_at: datetime | None
    day: str = ""
    left: str = ""

    def is_last_of(self, ticket: Ticket) -> bool:
        """Whether nothing has happened to the ticket since."""
        return ticket.steps == self.before.steps + 1


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
    shift: str = ""
    """The local day for which somebody has signed on; empty where nobody has."""
    services: tuple[str, ...] = ()
    """What they serve; empty for all that the counter is planned for."""
    paused: bool = False
    left: str = ""
    """The local day on which somebody signed off; empty where people have come here since."""
    latest: Latest | None = None
    recent: tuple[str, ...] = ()
    """The tickets that came here on `day`, the latest first; some may have been called elsewhere since."""
    version: int = 0

    @property
    def office(self) -> str:
        """Where it stands."""
        return self.id.partition(":")[0]

    @property
    def name(self) -> str:
        """Its short name."""
        return self.id.partition(":")[2]

    def is_busy(self, day: str) -> bool:
        """Whether a person of that day, not of an earlier one, is called or served here."""
        return self.ticket is not None and self.day >= day

    def is_paused(self, day: str) -> bool:
        """Whether it has a pause on that day."""
        return self.paused and self.shift == day

    def is_signed_on(self, day: str) -> bool:
        """Whether somebody has signed on for that day."""
        return self.shift == day

    def is_open(self, day: str) -> bool:
        """Whether somebody works here on that day, as far as can be told: they have signed on, or called somebody."""
        return self.is_signed_on(day) or (self.day == day and self.left != day)

    def serves(self, plan: CounterPlan, day: str) -> tuple[str, ...]:
        """What is served here on that day, in the plan's order: what was chosen, as long as any of it is planned."""
        chosen = tuple(service for service in plan.services if service in self.services and self.shift == day)
        return chosen or plan.services

    def person(self, day: str) -> str:
        """The ticket of that day's person. Raises `CounterIdle`."""
        if self.ticket is None or not self.is_busy(day):
            raise errors.CounterIdle
        return self.ticket

    def check_free(self, day: str) -> None:
        """Raises `CounterBusy` while that day's person is not done."""
        if self.is_busy(day):
            raise errors.CounterBusy(number=self.number)

    def check_calls(self, day: str) -> None:
        """Raises `CounterBusy`, `CounterSignedOff` or `CounterPaused` where nobody can be called."""
        self.check_free(day)
        if not self.is_signed_on(day):
            raise errors.CounterSignedOff
        if self.is_paused(day):
            raise errors.CounterPaused

    # Shifts ------------------------------------------------------------------------------------------

    def sign_on(self, plan: CounterPlan, services: tuple[str, ...], day: str) -> CounterSignedOn:
        """Somebody works here now. Raises `NotServedHere`."""
        for service in services:
            if service not in plan.services:
                raise errors.NotServedHere(service=service)
        self.shift, self.services, self.paused, self.left = day, services, False, ""
        return CounterSignedOn(office=self.office, counter=self.name, services=self.serves(plan, day))

    def sign_off(self, day: str) -> CounterSignedOff:
        """Nobody works here any more. Raises `CounterBusy`, `CounterSignedOff`."""
        self.check_free(day)
        if not self.is_signed_on(day):
            raise errors.CounterSignedOff
        self.shift, self.services, self.paused, self.left = "", (), False, day
        return CounterSignedOff(office=self.office, counter=self.name)

    def pause(self, day: str) -> CounterPaused:
        """Call nobody for a while. Raises `CounterBusy`, `CounterSignedOff`, `CounterPaused`."""
        self.check_calls(day)
        self.paused = True
        return CounterPaused(office=self.office, counter=self.name)

    def resume(self, day: str) -> CounterResumed:
        """Go on. Raises `CounterNotPaused`."""
        if not self.is_paused(day):
            raise errors.CounterNotPaused
        self.paused = False
        return CounterResumed(office=self.office, counter=self.name)

    # People ------------------------------------------------------------------------------------------

    def remember(self, ticket: Ticket, at: datetime) -> None:
        """A step with a ticket is about to be taken: keep what it takes to take it back."""
        self.latest = Latest(
            ticket.id, at, ticket.before(), self.ticket, self.number, self.calls, self.called_at, self.day, self.left
        )

    def receive(self, ticket: Ticket, at: datetime) -> None:
        """Call a person here."""
        self.check_calls(ticket.day)
        self._take(ticket)
        self.calls = 1
        self.called_at = at

    def welcome_back(self, ticket: Ticket) -> None:
        """A parked person is served here. Raises `CounterBusy`, `CounterSignedOff`, `CounterPaused`."""
        self.check_calls(ticket.day)
        self._take(ticket)

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

    def can_undo(self, at: datetime) -> bool:
        """Whether the latest step is recent enough to be taken back."""
        return self.latest is not None and at <= self.latest.at + UNDO_WITHIN

    def undo(self, ticket: Ticket, at: datetime) -> Latest:
        """Be as before the latest step, which was one with this ticket.

        Who is here stays, and is called as often, where the step put somebody back who was not. Raises
        `NothingToUndo` where the step is too long ago or something has happened to the ticket since.
        """
        latest = self.latest
        if latest is None or not self.can_undo(at) or not latest.is_last_of(ticket):
            raise errors.NothingToUndo
        if ticket.id in (latest.here, self.ticket):
            self.ticket = latest.here
            self.number, self.calls, self.called_at = latest.number, latest.calls, latest.called_at
            self.day, self.left = latest.day, latest.left
        self.latest = None
        return latest

    def _take(self, ticket: Ticket) -> None:
        former = [id for id in self.recent if id != ticket.id] if self.day == ticket.day else []
        self.recent = (ticket.id, *former)[:RECENT_KEPT]
        self.ticket = ticket.id
        self.number = ticket.number
        self.day = ticket.day
        self.left = ""
