"""CancelTicket: leave the line."""

from services.queue.domain.counter import Counter, counter_id
from services.queue.handlers.lookup import the_ticket
from shared.contracts.queue import CancelTicket, TicketCancelled
from shared.messaging.work import Work


async def cancel_ticket(command: CancelTicket, work: Work) -> list[TicketCancelled]:
    """Let a person go who waits or has just been called; the calling counter is free again."""
    office, line, ticket = await the_ticket(command, work)
    cancelled = line.cancel(ticket, work.now, work.actor)
    if ticket.counter is not None:
        counter = await work.get(Counter, counter_id(office.id, ticket.counter))
        counter.release(ticket)
    return [cancelled]
