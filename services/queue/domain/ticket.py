"""Ticket: one person's way through a line, and through further lines of the same visit.

    waiting → called → serving → finished
       ↑         │        ⇅
       │         │      parked      fetching something
       └─ missed ┘                  put back, from called or missed, at most `PUT_BACKS_MOST` times
    waiting, called → cancelled
    serving → waiting               transferred to another line, by the same number

A step at a counter can be taken back (`restore`) until something else happens to the ticket.

Invariants: a ticket is called by one counter at a time; its number never changes; `claim` is set exactly while its
holder's business is open, so that a unique index over it allows a person one such ticket.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.queue.domain import errors
from services.queue.domain.order import number_of
from shared.contracts.queue import Group, Need, Promise, State, Way
from shared.errors import Refused

PUT_BACKS_MOST = 2
"""Enough for who was on the phone or at the wrong door; more would let a person push in front of others for ever."""
DELAYS_MOST = 2
"""How often a person can let others go first."""
FAMILY_MOST = 6
"""Tickets of one family on one day: one for each of a household, and none for a tout."""
FEEDBACK_DAYS = timedelta(days=7)
"""How long after the visit a person can say how it was."""

OVER: tuple[State, ...] = ("finished", "cancelled")
"""Nothing happens to such a ticket any more, unless a counter takes its latest step back."""


@dataclass(slots=True)
class Arrival:
    """How a person comes into a line, and as what."""

    way: Way = "online"
    need: Need | None = None
    holder: str | None = None
    """Keyed hash of line and telephone number."""
    family: str | None = None
    appointment: str | None = None
    slot: datetime | None = None
    """When the appointment is, where the person came in time for it."""
    proven: bool = False
    """Whether the person has proven the telephone number of the appointment."""
    promise: Promise | None = None
    """What an ordinary person would be told who came now."""

    @property
    def group(self) -> Group:
        """As what the person waits."""
        if self.need is not None:
            return "priority"
        return "ordinary" if self.slot is None else "appointment"

    @property
    def promised(self) -> Promise | None:
        """What this person is told: of who goes first nothing was said."""
        return self.promise if self.group == "ordinary" else None


@dataclass(frozen=True, slots=True)
class Stay:
    """A person's time in a line from which they were sent on to another."""

    line: str
    counter: str | None
    joined_at: datetime
    called_at: datetime | None
    serving_at: datetime | None
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Before:
    """What a step at a counter changes in a ticket."""

    line: str
    state: State
    rank: int
    moved: bool
    counter: str | None
    called_at: datetime | None
    serving_at: datetime | None
    put_backs: int
    steps: int
    first_called_at: datetime | None = None
    changed_at: datetime | None = None
    """None where an earlier release took the step."""


@dataclass(slots=True)
class Ticket:
    """A place in a line, and what became of it."""

    id: str
    line: str
    """Where the person waits or is served: `<office>:<service>:<local day>`."""
    prefix: str
    sequence: int
    number: str
    """As called and shown: `A-017`."""
    rank: int
    """The smallest rank that waits is next. See `order`."""
    taken_at: datetime
    joined_at: datetime
    """Since when the person has been in this line: later than `taken_at` where it is not their first."""
    changed_at: datetime
    changed_by: str
    """The actor of the latest step; the journal has them all."""
    way: Way = "online"
    group: Group = "ordinary"
    need: Need | None = None
    """Why the person goes first, kept until the ticket is over for good."""
    holder: str | None = None
    """Keyed hash of line and telephone number, kept until the ticket is over for good."""
    claim: str | None = None
    """`holder` while the person's business is open."""
    family: str | None = None
    """The ticket that a family took first, of which this is one more."""
    relatives: tuple[str, ...] = ()
    """The family's further tickets, where this is the first; the first taken first."""
    appointment: str | None = None
    slot: datetime | None = None
    proven: bool = False
    """Whether the telephone number of the appointment was proven."""
    state: State = "waiting"
    counter: str | None = None
    """The counter of the latest call."""
    called_at: datetime | None = None
    serving_at: datetime | None = None
    """When serving began in this line, later by as long as the person was parked."""
    moved: bool = False
    """Whether the rank is another than the one that the person came with."""
    put_backs: int = 0
    delays: int = 0
    promise: Promise | None = None
    """What the person was told of their waiting when they came; nothing once they have let others go first."""
    first_called_at: datetime | None = None
    """When that waiting was over."""
    earlier: tuple[Stay, ...] = ()
    """The lines of the same visit that are behind the person."""
    steps: int = 0
    """Counts everything that has happened to it."""
    commands: tuple[str, ...] = ()
    """What has changed it, the first of all first: who did so from where is in the journal."""
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
    def order_number(self) -> int:
        """What tells it apart from every other ticket of the office's day in the order."""
        return number_of(self.prefix, self.sequence)

    @property
    def can_be_put_back(self) -> bool:
        """Whether `put_back` would be allowed."""
        return self.state in ("called", "missed") and self.put_backs < PUT_BACKS_MOST

    @property
    def can_be_delayed(self) -> bool:
        """Whether `delay` would be allowed."""
        return self.state == "waiting" and self.delays < DELAYS_MOST

    def add_relative(self, id: str) -> None:
        """One more of the family has a ticket. Nothing happens to this one by that. Raises `FamilyTooLarge`."""
        if 1 + len(self.relatives) >= FAMILY_MOST:
            raise errors.FamilyTooLarge(most=FAMILY_MOST)
        self.relatives = (*self.relatives, id)

    def call(self, counter: str, at: datetime, by: str) -> None:
        """A counter asks the person to come."""
        self._expect(errors.TicketNotWaiting, "waiting")
        self._step("called", at, by)
        self.counter = counter
        self.called_at = at
        self.first_called_at = self.first_called_at or at

    def recall(self, at: datetime, by: str) -> None:
        """The counter asks once more."""
        self._expect(errors.TicketNotCalled, "called")
        self._step("called", at, by)

    def serve(self, at: datetime, by: str) -> None:
        """The person has come."""
        self._expect(errors.TicketNotCalled, "called")
        self._step("serving", at, by)
        self.serving_at = at

    def park(self, at: datetime, by: str) -> None:
        """The person fetches something."""
        self._expect(errors.TicketNotServing, "serving")
        self._step("parked", at, by)

    def resume(self, counter: str, at: datetime, by: str) -> None:
        """The person is back, at this or another counter."""
        self._expect(errors.TicketNotParked, "parked")
        if self.serving_at is not None:
            self.serving_at += at - self.changed_at
        self._step("serving", at, by)
        self.counter = counter

    def transfer(self, line: str, at: datetime, by: str) -> None:
        """The person goes on to another line, where their waiting counts from when it began."""
        self._expect(errors.TicketNotServing, "serving")
        stay = Stay(self.line, self.counter, self.joined_at, self.called_at, self.serving_at, at)
        self.earlier = (*self.earlier, stay)
        self._step("waiting", at, by)
        self.line = line
        self.joined_at = at
        self.counter = None
        self.called_at = self.serving_at = None

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

    def delay(self, rank: int, at: datetime, by: str) -> None:
        """The person lets others go first."""
        self._expect(errors.TicketNotWaiting, "waiting")
        if self.delays >= DELAYS_MOST:
            raise errors.DelayExhausted(times=self.delays)
        self._move(rank)
        self._step("waiting", at, by)
        self.delays += 1
        if self.first_called_at is None:
            self.promise = None

    def put_back(self, rank: int, at: datetime, by: str) -> None:
        """The person waits again, at another place."""
        self._expect(errors.TicketNotCalled, "called", "missed")
        if self.put_backs >= PUT_BACKS_MOST:
            raise errors.PutBackExhausted(times=self.put_backs)
        self._move(rank)
        self._step("waiting", at, by)
        self.claim = self.holder
        self.counter = None
        self.put_backs += 1

    def before(self) -> Before:
        """What a step is about to change."""
        return Before(
            self.line,
            self.state,
            self.rank,
            self.moved,
            self.counter,
            self.called_at,
            self.serving_at,
            self.put_backs,
            self.steps,
            self.first_called_at,
            self.changed_at,
        )

    def restore(self, before: Before, at: datetime, by: str) -> None:
        """Take a step back. What was forgotten with it, such as whose ticket it is, stays forgotten."""
        if before.line != self.line:
            self.joined_at = self.earlier[-1].joined_at
            self.earlier = self.earlier[:-1]
        self.line = before.line
        self.rank = before.rank
        self.moved = before.moved
        self.counter = before.counter
        self.called_at = before.called_at
        self.serving_at = before.serving_at
        self.put_backs = before.put_backs
        self.first_called_at = before.first_called_at
        self._step(before.state, at, by)
        if before.state == "parked":
            self.changed_at = before.changed_at or at  # since when they have been away
        self.claim = self.holder if before.state not in ("missed", *OVER) else None

    def _expect(self, refusal: type[Refused], *states: State) -> None:
        if self.state not in states:
            raise refusal(number=self.number, state=self.state)

    def _move(self, rank: int) -> None:
        self.rank = rank
        self.moved = True

    def _step(self, to: State, at: datetime, by: str) -> None:
        self.state = to
        self.steps += 1
        self.changed_at = at
        self.changed_by = by

    def _end(self, to: State, at: datetime, by: str) -> None:
        self._step(to, at, by)
        self.claim = self.holder = self.need = None
