"""ParkTicket: let the served person fetch something."""

from services.queue.handlers.lookup import the_person_at_counter
from shared.contracts.queue import ParkTicket, TicketParked
from shared.messaging.work import Work


async def park_ticket(command: ParkTicket, work: Work) -> list[TicketParked]:
    """Free the counter for others until the person is back."""
    counter, line, ticket = await the_person_at_counter(command, work)
    counter.remember(ticket, work.now)
    counter.release(ticket)
    return [line.park(ticket, command.counter, work.now, work.actor)]
