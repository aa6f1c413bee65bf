"""Line: the people who wait for one service of one office on one local day.

Invariants: numbers are given out without a gap and never twice; `waiting` is how many wait; `revision` grows
by one with each event. A line does not hold its tickets, so that the thousandth costs what the first did; it
knows from which rank on somebody may wait, so that nobody must look through those who have gone.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.queue.domain import errors
from services.queue.domain.office import Office
from services.queue.domain.order import Spot, rank_of
from services.queue.domain.ticket import Ticket
from shared.contracts.queue import (
    LineClosed,
    ServicePlan,
    ServingFinished,
    ServingStarted,
    TicketCalled,
    TicketCancelled,
    TicketMissed,
    TicketPutBack,
    TicketRecalled,
    TicketTaken,
)


def line_id(office: str, service: str, day: str) -> str:
    """The one line of a service on a day."""
    return f"{office}:{service}:{day}"


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
    waiting: int = 0
    head: int = 0
    """Nobody waits at a smaller rank."""
    revision: int = 0
    closed: bool = False
    version: int = 0

    def take(
        self, id: str, office: Office, service: ServicePlan, holder: str | None, at: datetime, by: str
    ) -> tuple[Ticket, TicketTaken]:
        """Give out the next number. A cancelled one counts as given: the quota is of numbers, not of people."""
        office.check_open(service, at)
        if self.closed:
            raise errors.LineClosed(**office.reopening(service, at, not_today=True))
        if self.sequence >= service.quota:
            raise errors.QuotaReached(**office.reopening(service, at, not_today=True))
        self.sequence += 1
        self.waiting += 1
        ticket = Ticket(
            id=id,
            line=self.id,
            sequence=self.sequence,
            number=f"{self.prefix}-{self.sequence:03d}",
            rank=rank_of(self.sequence),
            since=at,
            taken_at=at,
            changed_at=at,
            changed_by=by,
            holder=holder,
            claim=holder,
        )
        facts = self._facts_about(ticket)
        return ticket, TicketTaken(sequence=ticket.sequence, rank=ticket.rank, place=self.waiting, **facts)

    def call(self, ticket: Ticket, counter: str, at: datetime, by: str) -> TicketCalled:
        """The person, who is the first of the line, is asked to a counter and waits no more."""
        ticket.call(counter, at, by)
        self.waiting -= 1
        self.head = ticket.rank + 1
        return TicketCalled(counter=counter, **self._facts_about(ticket))

    def recall(self, ticket: Ticket, counter: str, times: int, at: datetime, by: str) -> TicketRecalled:
        """The person is asked once more, `times` in all."""
        ticket.recall(at, by)
        return TicketRecalled(counter=counter, times=times, **self._facts_about(ticket))

    def serve(self, ticket: Ticket, counter: str, at: datetime, by: str) -> ServingStarted:
        """The person has come to the counter."""
        ticket.serve(at, by)
        return ServingStarted(counter=counter, **self._facts_about(ticket))

    def finish(self, ticket: Ticket, counter: str, at: datetime, by: str) -> ServingFinished:
        """The person's business is done."""
        ticket.finish(at, by)
        return ServingFinished(counter=counter, **self._facts_about(ticket))

    def miss(self, ticket: Ticket, counter: str, at: datetime, by: str) -> TicketMissed:
        """The person did not come."""
        ticket.miss(at, by)
        return TicketMissed(counter=counter, **self._facts_about(ticket))

    def put_back(self, ticket: Ticket, spot: Spot, counter: str, at: datetime, by: str) -> TicketPutBack:
        """A called or missed person waits again, also in a line that is closed: it gives out no new number."""
        ticket.put_back(spot, at, by)
        self.waiting += 1
        self.head = min(self.head, spot.rank)
        return TicketPutBack(counter=counter, rank=spot.rank, place=spot.place, **self._facts_about(ticket))

    def cancel(self, ticket: Ticket, at: datetime, by: str) -> TicketCancelled:
        """The person leaves, waiting or just called."""
        was_waiting = ticket.state == "waiting"
        ticket.cancel(at, by)
        self.waiting -= was_waiting
        return TicketCancelled(**self._facts_about(ticket))

    def close(self, office: Office, service: ServicePlan, at: datetime) -> LineClosed:
        """Give out no more numbers today."""
        if self.closed:
            raise errors.LineClosed(**office.reopening(service, at, not_today=True))
        self.closed = True
        return LineClosed(waiting=self.waiting, **self._facts())

    def _facts_about(self, ticket: Ticket) -> dict[str, Any]:
        return {"ticket": ticket.id, "number": ticket.number, **self._facts()}

    def _facts(self) -> dict[str, Any]:
        """What every event of a line says. Each asking is an event: it counts."""
        self.revision += 1
        return {"office": self.office, "service": self.service, "line": self.id, "revision": self.revision}
