"""MarkNoShow: the called person did not come."""

from services.queue.handlers.lookup import the_person_at_counter
from shared.contracts.queue import MarkNoShow, TicketMissed
from shared.messaging.work import Work


async def mark_no_show(command: MarkNoShow, work: Work) -> list[TicketMissed]:
    """Give the person up for now; the counter is free again."""
    counter, line, ticket = await the_person_at_counter(command, work)
    counter.remember(ticket, work.now)
    counter.release(ticket)
    return [line.miss(ticket, command.counter, work.now, work.actor)]
