"""CallNext: ask the next person to a counter."""

from operator import attrgetter

from services.queue.domain import errors
from services.queue.domain.line import Line, line_id
from services.queue.domain.ticket import Ticket
from services.queue.handlers.lookup import first_waiting, the_counter, the_office
from shared.contracts.queue import CallNext, TicketCalled
from shared.messaging.work import Work


async def call_next(command: CallNext, work: Work) -> list[TicketCalled]:
    """Call whoever is next of those who wait for one of the counter's services."""
    office = await the_office(command, work)
    counter = await the_counter(office, command.counter, work)
    day = office.day(work.now)
    counter.check_calls(day)
    heads: list[Ticket] = []
    for service in counter.serves(office.counter(command.counter), day):
        line = await work.find(Line, line_id(office.id, service, day))
        if line is not None and line.waiting:
            heads += await first_waiting(line, work, 1)
    if not heads:
        raise errors.NobodyWaiting
    ticket = min(heads, key=attrgetter("rank"))
    line = await work.get(Line, ticket.line)
    counter.remember(ticket, work.now)
    counter.receive(ticket, work.now)
    return [line.call(ticket, command.counter, work.now, work.actor)]
