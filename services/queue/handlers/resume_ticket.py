"""ResumeTicket: go on with a person who has come back."""

from services.queue.handlers.lookup import the_counter, the_ticket
from shared.contracts.queue import ResumeTicket, TicketResumed
from shared.messaging.work import Work


async def resume_ticket(command: ResumeTicket, work: Work) -> list[TicketResumed]:
    """Serve a parked person at a free counter, without a new wait and at whichever counter is free."""
    office, line, ticket = await the_ticket(command, work)
    counter = await the_counter(office, command.counter, work)
    counter.check_calls(ticket.day)
    counter.remember(ticket, work.now)
    resumed = line.resume(ticket, command.counter, work.now, work.actor)
    counter.welcome_back(ticket)
    return [resumed]
