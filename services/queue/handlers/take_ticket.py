"""TakeTicket: join today's line of a service."""

from collections.abc import Iterator

from services.queue.domain import errors
from services.queue.domain.appointment import Agenda
from services.queue.domain.line import Line, line_id
from services.queue.domain.office import Office
from services.queue.domain.ticket import Arrival, Ticket
from services.queue.handlers.lookup import ahead_of, holder_in, person, the_office, todays_line
from shared.contracts.queue import AppointmentPlan, ServicePlan, TakeTicket, TicketTaken
from shared.messaging.routes import Ref
from shared.messaging.work import Work


def needs(command: TakeTicket, work: Work) -> Iterator[Ref]:
    """The office decides the day, the day the line, and the line under which hash a person is known there."""
    yield Ref(Office, command.office)
    if command.family is not None:
        yield Ref(Ticket, command.family)
        member = work.loaded(Ticket, command.family)
        if member is not None and member.family is not None:
            yield Ref(Ticket, member.family)
    office = work.loaded(Office, command.office)
    if office is not None:
        line = line_id(office.id, command.service, office.day(work.now))
        yield Ref(Line, line)
        if office.has_appointments(command.service):
            yield Ref(Agenda, line)
        if command.phone is not None:
            yield Ref(Ticket, holder_in(line, person(command.phone, work), work), "claim")


async def take_ticket(command: TakeTicket, work: Work) -> list[TicketTaken]:
    """Give a person the line's next number, unless the same telephone number has one in use there."""
    office = await the_office(command, work)
    service = office.service(command.service)
    line = await todays_line(office, service, work)
    family = holder = None
    if command.family is not None:
        first = await _first_of_family(command.family, line, office, work)
        first.add_relative(work.command_id)
        family = first.id
    elif command.phone is not None:
        holder = holder_in(line.id, person(command.phone, work), work)
        if await work.select(Ticket, {"claim": holder}, limit=1):
            raise errors.AlreadyWaiting
    arrival = Arrival(command.way, command.need, holder, family, promise=command.promise)
    return [await enter(line, arrival, office, service, work)]


async def enter(line: Line, arrival: Arrival, office: Office, service: ServicePlan, work: Work) -> TicketTaken:
    """Give out a line's next number, where it still gives out any this way. Its id is the command's."""
    reserved = 0 if service.appointments is None else await _reserved(line, service.appointments, work)
    line.check_gives(office, service, arrival, reserved, work.now)
    rank = line.rank_for(office, arrival, work.now)
    ahead = await ahead_of(line, rank, work)
    ticket, taken = line.take(work.command_id, arrival, rank, ahead, work.now, work.actor)
    work.add(ticket)
    return taken


async def _reserved(line: Line, plan: AppointmentPlan, work: Work) -> int:
    """How many numbers of the day are kept for those who have an appointment."""
    agenda = await work.find(Agenda, line.id)
    return 0 if agenda is None else agenda.reserved(plan, work.now)


async def _first_of_family(id: str, line: Line, office: Office, work: Work) -> Ticket:
    """The first ticket of a family, which another of its tickets names."""
    ticket = await work.find(Ticket, id)
    if ticket is None or ticket.office != office.id:
        raise errors.TicketUnknown
    if ticket.day != line.day:
        raise errors.TicketExpired(day=ticket.day)
    return ticket if ticket.family is None else await work.get(Ticket, ticket.family)
