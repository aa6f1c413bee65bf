"""TransferTicket: send the served person on to another service."""

from services.queue.domain import errors
from services.queue.handlers.lookup import ahead_of, the_office, the_person_at_counter, todays_line
from shared.contracts.queue import TicketEvent, TransferTicket
from shared.messaging.work import Work


async def transfer_ticket(command: TransferTicket, work: Work) -> list[TicketEvent]:
    """Have the person wait for the other service by the number and the place in time that they have."""
    counter, line, ticket = await the_person_at_counter(command, work)
    office = await the_office(command, work)
    service = office.service(command.service)
    if service.id == line.service:
        raise errors.SameService
    to = await todays_line(office, service, work)
    ahead = await ahead_of(to, ticket.rank, work)
    counter.remember(ticket, work.now)
    counter.release(ticket)
    sent = line.send_on(ticket, to, command.counter, work.now, work.actor)
    return [sent, to.receive(ticket, ahead)]
