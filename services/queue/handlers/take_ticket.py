"""TakeTicket: join today's line of a service."""

from collections.abc import Iterator

from services.queue.domain import errors
from services.queue.domain.line import Line, line_id
from services.queue.domain.office import Office
from services.queue.domain.ticket import Ticket
from services.queue.handlers.lookup import the_office, todays_line
from shared.contracts.queue import TakeTicket, TicketTaken
from shared.messaging.routes import Ref
from shared.messaging.work import Work


def needs(command: TakeTicket, work: Work) -> Iterator[Ref]:
    """The office decides the day, the day the line, and the line under which hash a person is known there."""
    yield Ref(Office, command.office)
    office = work.loaded(Office, command.office)
    if office is not None:
        line = line_id(office.id, command.service, office.day(work.now))
        yield Ref(Line, line)
        if command.phone is not None:
            yield Ref(Ticket, _holder(line, command.phone, work), "claim")


async def take_ticket(command: TakeTicket, work: Work) -> list[TicketTaken]:
    """Give a person the line's next number, unless the same telephone number has one in use there."""
    office = await the_office(command, work)
    service = office.service(command.service)
    line = await todays_line(office, service, work)
    holder = None if command.phone is None else _holder(line.id, command.phone, work)
    if holder is not None and await work.select(Ticket, {"claim": holder}, limit=1):
        raise errors.AlreadyWaiting
    ticket, taken = line.take(work.command_id, office, service, holder, work.now, work.actor)
    work.add(ticket)
    return [taken]


def _holder(line: str, phone: str, work: Work) -> str:
    """Who the person is in that line, and nowhere else: the hash cannot be followed from day to day."""
    return work.pseudonym(f"{line}:{phone}")
