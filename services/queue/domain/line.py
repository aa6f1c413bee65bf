"""Line: the people who wait for one service of one office on one local day.

Invariants: numbers are given out without a gap and never twice; `waiting` is how many wait; `revision` grows
by one with each event. A line does not hold its tickets, so that the thousandth costs what the first did; it
knows from which rank on somebody may wait, so that nobody must look through those who have gone, and who stands
behind every newcomer, so that almost nobody's place must be counted.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.queue.domain import errors
from services.queue.domain.counter import UNDO_WITHIN
from services.queue.domain.feedback import Feedback
from services.queue.domain.office import Office
from services.queue.domain.order import NUMBER_BITS, a_step_behind, number_of
from services.queue.domain.ticket import Arrival, Before, Ticket
from shared.contracts.queue import (
    FeedbackGiven,
    LineClosed,
    LineReopened,
    ServicePlan,
    ServingFinished,
    ServingStarted,
    StepUndone,
    Text,
    TicketCalled,
    TicketCancelled,
    TicketDelayed,
    TicketJoined,
    TicketMissed,
    TicketParked,
    TicketPutBack,
    TicketRecalled,
    TicketResumed,
    TicketTaken,
    TicketTransferred,
    Way,
)

GOES_ON = Text(
    "Antrean tetap dibuka. Pengumuman bahwa antrean ditutup tidak berlaku lagi.",
    "The line stays open. The message that it closes holds no more.",
)
"""What those who wait are told where they were told by mistake that it closes."""
STRETCH = 8
"""How many people to look for at first where fewer are wanted: a line is seldom as even as it is taken to be."""
NARROWEST = 1 << NUMBER_BITS
"""The least that two who come one after the other are apart: a millisecond."""


def line_id(office: str, service: str, day: str) -> str:
    """The one line of a service on a day."""
    return f"{office}:{service}:{day}"


@dataclass(frozen=True, slots=True)
class Given:
    """How many numbers each way into the line has got."""

    online: int = 0
    kiosk: int = 0
    counter: int = 0
    appointment: int = 0

    def one_more(self, way: Way) -> "Given":
        """After one more number."""
        return Given(
            self.online + (way == "online"),
            self.kiosk + (way == "kiosk"),
            self.counter + (way == "counter"),
            self.appointment + (way == "appointment"),
        )


@dataclass(slots=True)
class Line:
    """A day's line of one service."""

    id: str
    office: str
    service: str
    prefix: str
    """The letter of its numbers, which stays the day's whatever the plan becomes."""
    sequence: int = 0
    """The latest number given out."""
    given: Given = Given()
    waiting: int = 0
    head: int = 0
    """Nobody waits at a smaller rank."""
    tail: int = 0
    """Who waits at a greater rank is in `late`."""
    late: tuple[int, ...] = ()
    """The ranks of those who stand behind the newest comer, since they let others go first."""
    gap: int = 0
    """How far behind the head stood who was called last. 0: nobody was called yet, or by an earlier release."""
    revision: int = 0
    said: int = 0
    """How many people have said how their visit was that ended here."""
    closed: bool = False
    message: Text | None = None
    """What those who wait are told since it was closed, or goes on after all."""
    closed_at: datetime | None = None
    version: int = 0

    @property
    def day(self) -> str:
        """The local day."""
        return self.id.rpartition(":")[2]

    def rank_for(self, office: Office, arrival: Arrival, at: datetime) -> int:
        """Where the next person stands: from when they came or from their slot, whichever is better for them."""
        number = number_of(self.prefix, self.sequence + 1)
        if arrival.need is not None:
            rank = office.rank(self.day, "priority", at, number)
        else:
            rank = max(office.rank(self.day, "ordinary", at, number), a_step_behind(self.tail, number))
        if arrival.slot is not None:
            rank = min(rank, office.rank(self.day, "appointment", arrival.slot, number))
        return rank

    def ahead(self, rank: int) -> int | None:
        """How many wait at a smaller rank. None: they must be counted."""
        return self.waiting - len(self.late) + bisect_left(self.late, rank) if rank > self.tail else None

    def left(self, service: ServicePlan, way: Way, reserved: int) -> int:
        """How many more numbers can be had this way, where `reserved` are kept for those with an appointment."""
        left = service.quota - self.sequence - reserved
        share: int | None = getattr(service.shares, way)
        if share is not None and way != "appointment":  # theirs was counted when they booked
            left = min(left, share - getattr(self.given, way))
        return max(0, left)

    def stretches(self, limit: int) -> Iterator[tuple[int, int]]:
        """Where to look for the first who wait, so that a long line costs what a short one does.

        Begins and ends of ranks, the next only for who has not found `limit` of them; none where nobody waits. In a
        crowd that came at once the next is about as far as the last was, however long the whole line is.
        """
        if not self.waiting:
            return
        end = max(self.tail, *self.late, self.head) + 1
        people = max(STRETCH, 2 * limit)
        stretch = (end - self.head) * people // self.waiting + 1
        if self.gap:
            stretch = min(stretch, max(self.gap, NARROWEST) * people)
        while self.head + stretch < end:
            yield self.head, self.head + stretch
            stretch *= 8  # most of those who wait stand farther back
        yield self.head, self.head + stretch

    def check_gives(self, office: Office, service: ServicePlan, arrival: Arrival, reserved: int, at: datetime) -> None:
        """Raises `ServiceClosed`, `LineClosed`, `QuotaReached` or `ShareReached`.

        A cancelled number counts as given: the quota is of numbers, not of people. `reserved` numbers are kept for
        appointments, so who comes in time for one gets one, also where the line is closed or its quota was lowered.
        """
        office.check_open(service, arrival.slot or at)  # who comes early for the first slot is not sent away
        if arrival.slot is not None:
            return
        if self.closed:
            raise errors.LineClosed(**office.reopening(service, at, not_today=True))
        if self.sequence + reserved >= service.quota:
            raise errors.QuotaReached(**office.reopening(service, at, not_today=True))
        if not self.left(service, arrival.way, reserved):
            raise errors.ShareReached(way=arrival.way, **office.reopening(service, at, not_today=True))

    def take(
        self, id: str, arrival: Arrival, rank: int, ahead: int, at: datetime, by: str
    ) -> tuple[Ticket, TicketTaken]:
        """Give out the next number, after `check_gives`, at the place that `rank_for` gave."""
        way, group, promise = arrival.way, arrival.group, arrival.promised
        self.sequence += 1
        self.given = self.given.one_more(way)
        self._enter(rank, newest=arrival.slot is None)
        ticket = Ticket(
            id=id,
            line=self.id,
            prefix=self.prefix,
            sequence=self.sequence,
            number=f"{self.prefix}-{self.sequence:03d}",
            rank=rank,
            taken_at=at,
            joined_at=at,
            changed_at=at,
            changed_by=by,
            way=way,
            group=group,
            need=arrival.need,
            holder=arrival.holder,
            claim=arrival.holder,
            family=arrival.family,
            appointment=arrival.appointment,
            slot=arrival.slot,
            proven=arrival.proven,
            promise=promise,
        )
        return ticket, TicketTaken(
            sequence=ticket.sequence,
            rank=rank,
            place=ahead + 1,
            way=way,
            group=group,
            appointment=arrival.appointment,
            slot=arrival.slot,
            promise=promise,
            **self._facts_about(ticket),
        )

    def call(self, ticket: Ticket, counter: str, at: datetime, by: str) -> TicketCalled:
        """The person, who is the first of the line, is asked to a counter and waits no more."""
        ticket.call(counter, at, by)
        self._leave(ticket.rank)
        self.gap, self.head = ticket.rank + 1 - self.head, ticket.rank + 1
        return TicketCalled(counter=counter, **self._facts_about(ticket))

    def recall(self, ticket: Ticket, counter: str, times: int, at: datetime, by: str) -> TicketRecalled:
        """The person is asked once more, `times` in all."""
        ticket.recall(at, by)
        return TicketRecalled(counter=counter, times=times, **self._facts_about(ticket))

    def serve(self, ticket: Ticket, counter: str, at: datetime, by: str) -> ServingStarted:
        """The person has come to the counter."""
        ticket.serve(at, by)
        return ServingStarted(counter=counter, **self._facts_about(ticket))

    def park(self, ticket: Ticket, counter: str, at: datetime, by: str) -> TicketParked:
        """The person fetches something."""
        ticket.park(at, by)
        return TicketParked(counter=counter, **self._facts_about(ticket))

    def resume(self, ticket: Ticket, counter: str, at: datetime, by: str) -> TicketResumed:
        """The person is back."""
        ticket.resume(counter, at, by)
        return TicketResumed(counter=counter, **self._facts_about(ticket))

    def finish(self, ticket: Ticket, counter: str, at: datetime, by: str) -> ServingFinished:
        """The person's business is done."""
        ticket.finish(at, by)
        return ServingFinished(counter=counter, **self._facts_about(ticket))

    def miss(self, ticket: Ticket, counter: str, at: datetime, by: str) -> TicketMissed:
        """The person did not come."""
        ticket.miss(at, by)
        return TicketMissed(counter=counter, **self._facts_about(ticket))

    def put_back(self, ticket: Ticket, rank: int, ahead: int, counter: str, at: datetime, by: str) -> TicketPutBack:
        """A called or missed person waits again, also in a line that is closed: it gives out no new number."""
        ticket.put_back(rank, at, by)
        self._enter(rank)
        return TicketPutBack(counter=counter, rank=rank, place=ahead + 1, **self._facts_about(ticket))

    def delay(self, ticket: Ticket, rank: int, ahead: int, minutes: int, at: datetime, by: str) -> TicketDelayed:
        """The person lets others go first. `ahead` counts them without this person."""
        former = ticket.rank
        ticket.delay(rank, at, by)
        self._leave(former)
        self._enter(rank)
        return TicketDelayed(rank=rank, place=ahead + 1, minutes=minutes, **self._facts_about(ticket))

    def cancel(self, ticket: Ticket, at: datetime, by: str) -> TicketCancelled:
        """The person leaves, waiting or just called."""
        was_waiting = ticket.state == "waiting"
        ticket.cancel(at, by)
        if was_waiting:
            self._leave(ticket.rank)
        return TicketCancelled(**self._facts_about(ticket))

    def send_on(self, ticket: Ticket, to: "Line", counter: str, at: datetime, by: str) -> TicketTransferred:
        """The served person goes on to another line, which is to `receive` them."""
        ticket.transfer(to.id, at, by)
        return TicketTransferred(counter=counter, to=to.service, **self._facts_about(ticket))

    def receive(self, ticket: Ticket, ahead: int) -> TicketJoined:
        """A person who has come from another line waits here, also where no new number is given out."""
        self._enter(ticket.rank)
        return TicketJoined(rank=ticket.rank, place=ahead + 1, group=ticket.group, **self._facts_about(ticket))

    def take_back(self, ticket: Ticket, home: "Line", counter: str) -> TicketTransferred:
        """A person who was sent here by mistake leaves again, to where they came from."""
        self._leave(ticket.rank)
        return TicketTransferred(counter=counter, to=home.service, **self._facts_about(ticket))

    def undo(
        self, ticket: Ticket, before: Before, counter: str, times: int, ahead: int, at: datetime, by: str
    ) -> StepUndone:
        """A counter takes back its latest step. `times`: how often it has called the person then."""
        if ticket.state == "waiting" and ticket.line == self.id:
            self._leave(ticket.rank)
        ticket.restore(before, at, by)
        waits = ticket.state == "waiting"
        if waits:
            self._enter(ticket.rank)
        return StepUndone(
            counter=counter,
            state=ticket.state,
            rank=ticket.rank if waits else None,
            place=ahead + 1 if waits else None,
            times=times,
            **self._facts_about(ticket),
        )

    def hear(self, feedback: Feedback) -> FeedbackGiven:
        """Somebody says how their visit was. It is no event of the line, on which nobody waits any longer or less."""
        self.said += 1
        return feedback.given()

    def close(self, office: Office, service: ServicePlan, message: Text | None, at: datetime) -> LineClosed:
        """Give out no more numbers today."""
        if self.closed:
            raise errors.LineClosed(**office.reopening(service, at, not_today=True))
        self.closed = True
        self.closed_at = at
        self.message = message
        return LineClosed(waiting=self.waiting, message=message, **self._facts())

    def reopens_until(self, at: datetime) -> datetime | None:
        """Until when the closing can be taken back; None where it can't."""
        if not self.closed or self.closed_at is None or at > self.closed_at + UNDO_WITHIN:
            return None
        return self.closed_at + UNDO_WITHIN

    def reopen(self, at: datetime) -> LineReopened:
        """Give out numbers again: it was closed by mistake. Who was told so hears that it goes on.

        Raises `NothingToUndo`.
        """
        if self.reopens_until(at) is None:
            raise errors.NothingToUndo
        self.closed, self.closed_at = False, None
        self.message = GOES_ON if self.message else None
        return LineReopened(waiting=self.waiting, message=self.message, **self._facts())

    def _enter(self, rank: int, *, newest: bool = False) -> None:
        """One more waits at a rank. `newest`: who comes after them will most likely stand behind them."""
        self.head = min(self.head, rank) if self.waiting else rank
        self.waiting += 1
        if rank <= self.tail:
            return
        if newest:
            self.tail = rank
            self.late = self.late[bisect_right(self.late, rank) :]
        else:
            late = list(self.late)
            insort(late, rank)
            self.late = tuple(late)

    def _leave(self, rank: int) -> None:
        """One fewer waits."""
        self.waiting -= 1
        if rank > self.tail:
            self.late = tuple(late for late in self.late if late != rank)

    def _facts_about(self, ticket: Ticket) -> dict[str, Any]:
        facts = self._facts()
        facts["ticket"], facts["number"] = ticket.id, ticket.number
        return facts

    def _facts(self) -> dict[str, Any]:
        """What every event of a line says. Each asking is an event: it counts."""
        self.revision += 1
        return {"office": self.office, "service": self.service, "line": self.id, "revision": self.revision}
