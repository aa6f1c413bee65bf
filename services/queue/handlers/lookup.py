"""What several handlers look up first, each refused where it does not exist or is of another day."""

from collections.abc import Iterator
from typing import NamedTuple

from services.queue.domain import errors
from services.queue.domain.counter import Counter, counter_id
from services.queue.domain.line import Line, line_id
from services.queue.domain.office import Office
from services.queue.domain.order import rank_of
from services.queue.domain.staff import Staff, staff_id
from services.queue.domain.ticket import Ticket
from shared.contracts.queue import CounterCommand, QueueCommand, ServicePlan, StaffCommand, TicketCommand
from shared.messaging.routes import Ref
from shared.messaging.store import Span, Where
from shared.messaging.work import Work


def needs_office(command: QueueCommand, _: Work) -> Iterator[Ref]:
    """What a command to an office loads."""
    yield Ref(Office, command.office)


def needs_ticket(command: TicketCommand, work: Work) -> Iterator[Ref]:
    """What a command about a ticket loads."""
    yield Ref(Office, command.office)
    yield Ref(Ticket, command.ticket)
    ticket = work.loaded(Ticket, command.ticket)
    if ticket is not None and ticket.office == command.office:
        yield Ref(Line, ticket.line)


def needs_counter(command: CounterCommand, _: Work) -> Iterator[Ref]:
    """What a command from a counter loads. Today's lines are few and stay in memory."""
    yield Ref(Office, command.office)
    yield Ref(Counter, counter_id(command.office, command.counter))


def needs_person(command: CounterCommand, work: Work) -> Iterator[Ref]:
    """What a command about the person at a counter loads."""
    yield from needs_counter(command, work)
    counter = work.loaded(Counter, counter_id(command.office, command.counter))
    if counter is not None and counter.ticket is not None:
        yield Ref(Ticket, counter.ticket)


def needs_staff(command: StaffCommand, work: Work) -> Iterator[Ref]:
    """What a command about an account loads."""
    yield from needs_office(command, work)
    yield Ref(Staff, staff_id(command.office, command.username))


STRETCH = 8
"""How many numbers to look at first for those who wait. People who leave in the middle of a line are few."""


class InLine(NamedTuple):
    """A ticket of today and its line."""

    office: Office
    line: Line
    ticket: Ticket


class AtCounter(NamedTuple):
    """A counter, and who is called or served there today."""

    counter: Counter
    line: Line
    ticket: Ticket


async def the_office(command: QueueCommand, work: Work) -> Office:
    """The office a command is addressed to."""
    office = await work.find(Office, command.office)
    if office is None:
        raise errors.OfficeUnknown
    return office


async def the_staff(command: StaffCommand, work: Work) -> Staff:
    """The account a command is about."""
    office = await the_office(command, work)
    staff = await work.find(Staff, staff_id(office.id, command.username))
    if staff is None:
        raise errors.StaffUnknown
    return staff


async def someone_else(command: StaffCommand, work: Work) -> Staff:
    """The account a command is about, which must not be that of the person who asks."""
    if work.actor.split("/")[:2] == ["staff", command.username]:
        raise errors.OwnAccount
    return await the_staff(command, work)


async def the_counter(office: Office, name: str, work: Work) -> Counter:
    """A counter of the office's plan, at work from its first use on."""
    office.counter(name)
    id = counter_id(office.id, name)
    counter = await work.find(Counter, id)
    if counter is None:
        counter = Counter(id)
        work.add(counter)
    return counter


async def todays_line(office: Office, service: ServicePlan, work: Work) -> Line:
    """The line of a service, which exists from its first ticket on."""
    id = line_id(office.id, service.id, office.day(work.now))
    line = await work.find(Line, id)
    if line is None:
        line = Line(id, office.id, service.id, service.prefix)
        work.add(line)
    return line


async def first_waiting(line: Line, work: Work, limit: int) -> list[Ticket]:
    """The beginning of a line, in order. Looks at a stretch of it, so that a long line costs what a short one does."""
    stretch = STRETCH
    while True:
        ranks = Span(line.head, line.head + rank_of(stretch))
        where: Where = {"line": line.id, "state": "waiting", "rank": ranks}
        found = await work.select(Ticket, where, order=("rank",), limit=limit)
        if len(found) >= min(limit, line.waiting) or ranks.end > rank_of(line.sequence + 1):
            return found
        stretch *= 8  # most of those who took these numbers have gone


async def the_ticket(command: TicketCommand, work: Work) -> InLine:
    """The ticket a command is about, where it is good today."""
    office = await the_office(command, work)
    ticket = await work.find(Ticket, command.ticket)
    if ticket is None or ticket.office != office.id:  # another office's messages have an order of their own
        raise errors.TicketUnknown
    if ticket.day < office.day(work.now):
        raise errors.TicketExpired(day=ticket.day)
    return InLine(office, await work.get(Line, ticket.line), ticket)


async def the_person_at_counter(command: CounterCommand, work: Work) -> AtCounter:
    """Who the commanding counter has called or serves today."""
    office = await the_office(command, work)
    counter = await the_counter(office, command.counter, work)
    ticket = await work.get(Ticket, counter.person(office.day(work.now)))
    return AtCounter(counter, await work.get(Line, ticket.line), ticket)
