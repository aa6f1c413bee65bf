"""DelayTicket: let others go first for a while."""

from datetime import timedelta

from services.queue.domain.order import counts_from, rank_of
from services.queue.handlers.lookup import ahead_of, the_ticket
from shared.contracts.queue import DelayTicket, TicketDelayed
from shared.messaging.work import Work


async def delay_ticket(command: DelayTicket, work: Work) -> list[TicketDelayed]:
    """Stand where a person stands who comes so many minutes later."""
    _, line, ticket = await the_ticket(command, work)
    start = max(work.now, counts_from(ticket.rank, ticket.day))
    rank = rank_of(start + timedelta(minutes=command.minutes), timedelta(0), ticket.day, ticket.order_number)
    ahead = await ahead_of(line, rank, work) - (ticket.state == "waiting")  # the ticket itself stands before it
    return [line.delay(ticket, rank, ahead, command.minutes, work.now, work.actor)]
