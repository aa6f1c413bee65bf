"""What several handlers look up first, each refused where it does not exist or is of another day."""

from collections.abc import Iterator
from typing import NamedTuple

from services.queue.domain import errors
from services.queue.domain.appointment import Agenda, Appointment
from services.queue.domain.counter import Counter, counter_id
from services.queue.domain.line import Line, line_id
from services.queue.domain.office import Office
from services.queue.domain.ticket import Ticket
from shared.contracts.message import OfficeMessage
from shared.contracts.queue import AppointmentCommand, BookAppointment, CounterCommand, ServicePlan, TicketCommand
from shared.messaging.routes import Ref
from shared.messaging.store import Span, Where
from shared.messaging.work import Work

_PROVEN = "/proven"
"""Tells proven numbers from claimed ones."""
NEXT_ONES = 16
"""So many of those who wait are looked for at once, for the calls that come in the same batch."""


def needs_office(command: OfficeMessage, _: Work) -> Iterator[Ref]:
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


def needs_latest(command: CounterCommand, work: Work) -> Iterator[Ref]:
    """What taking a counter's latest step back loads."""
    yield from needs_counter(command, work)
    counter = work.loaded(Counter, counter_id(command.office, command.counter))
    if counter is not None and counter.latest is not None:
        yield Ref(Ticket, counter.latest.ticket)


def needs_appointment(command: AppointmentCommand, work: Work) -> Iterator[Ref]:
    """What a command about an appointment loads."""
    yield Ref(Office, command.office)
    yield Ref(Appointment, command.appointment)
    appointment = work.loaded(Appointment, command.appointment)
    if appointment is not None and appointment.office == command.office:
        yield Ref(Agenda, appointment.agenda)


def person(phone: str, work: Work, *, proven: bool = False) -> str:
    """A telephone number as it can be compared but not read. Who has proven it meets nobody who only claims it."""
    return work.pseudonym(f"person/{phone}{_PROVEN if proven else ''}")


def booker(command: BookAppointment, work: Work, *, proven: bool) -> str:
    """A telephone number among the open appointments of a service, likewise."""
    whose = f"{command.office}:{command.service}:{command.phone}"
    return work.pseudonym(f"appointment/{whose}{_PROVEN if proven else ''}")


def holder_in(line: str, person: str, work: Work) -> str:
    """Who a person is in a line, and nowhere else: the hash cannot be followed from day to day."""
    return work.pseudonym(f"{line}:{person}")


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


async def the_office(command: OfficeMessage, work: Work) -> Office:
    """The office a command is addressed to."""
    office = await work.look(Office, command.office)
    if office is None:
        raise errors.OfficeUnknown
    return office


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
    found: list[Ticket] = []
    for begin, end in line.stretches(max(limit, NEXT_ONES)):
        where: Where = {"line": line.id, "state": "waiting", "rank": Span(begin, end)}
        found = await work.select(Ticket, where, order=("rank",), limit=limit)
        if len(found) >= min(limit, line.waiting):
            break
    return found


async def ahead_of(line: Line, rank: int, work: Work) -> int:
    """How many wait in a line at a smaller rank. Counted only where the line itself cannot tell."""
    known = line.ahead(rank)
    if known is not None:
        return known
    return await work.count(Ticket, {"line": line.id, "state": "waiting", "rank": Span(line.head, rank)})


async def the_ticket(command: TicketCommand, work: Work) -> InLine:
    """The ticket a command is about, where it is good today."""
    office = await the_office(command, work)
    ticket = await work.find(Ticket, command.ticket)
    if ticket is None or ticket.office != office.id:  # another office's messages have an order of their own
        raise errors.TicketUnknown
    if ticket.day < office.day(work.now):
        raise errors.TicketExpired(day=ticket.day)
    return InLine(office, await work.get(Line, ticket.line), ticket)


async def the_appointment(command: AppointmentCommand, work: Work) -> tuple[Office, Appointment]:
    """The appointment a command is about, where its day is not over, and its office."""
    office = await the_office(command, work)
    appointment = await work.find(Appointment, command.appointment)
    if appointment is None or appointment.office != office.id:
        raise errors.AppointmentUnknown
    if appointment.state == "booked" and appointment.day < office.day(work.now):
        raise errors.AppointmentOver(state="missed")
    return office, appointment


async def the_agenda(id: str, work: Work) -> Agenda:
    """The agenda of a service's day, which exists from its first appointment on."""
    agenda = await work.find(Agenda, id)
    if agenda is None:
        agenda = Agenda(id)
        work.add(agenda)
    return agenda


async def the_person_at_counter(command: CounterCommand, work: Work) -> AtCounter:
    """Who the commanding counter has called or serves today."""
    office = await the_office(command, work)
    counter = await the_counter(office, command.counter, work)
    ticket = await work.get(Ticket, counter.person(office.day(work.now)))
    return AtCounter(counter, await work.get(Line, ticket.line), ticket)
