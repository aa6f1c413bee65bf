"""DelayTicket: let others go first for a while."""

from datetime import timedelta

from services.queue.domain.order import counts_from
from services.queue.handlers.lookup import ahead_of, the_ticket
from shared.contracts.queue import DelayTicket, TicketDelayed
from shared.messaging.work import Work


async def delay_ticket(command: DelayTicket, work: Work) -> list[TicketDelayed]:
    """Stand where a person stands who comes so many minutes later."""
    office, line, ticket = await the_ticket(command, work)
    start = max(work.now, counts_from(ticket.rank, ticket.day))
    moment = start + timedelta(minutes=command.minutes)
    rank = office.rank(ticket.day, "ordinary", moment, ticket.order_number)
    ahead = await ahead_of(line, rank, work) - (ticket.state == "waiting")  # the ticket itself stands before it
    return [line.delay(ticket, rank, ahead, command.minutes, work.now, work.actor)]
