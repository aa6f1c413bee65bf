"""FinishTicket: the served person is done."""

from services.queue.handlers.lookup import the_person_at_counter
from shared.contracts.queue import FinishTicket, ServingFinished
from shared.messaging.work import Work


async def finish_ticket(command: FinishTicket, work: Work) -> list[ServingFinished]:
    """End the service; the counter is free again."""
    counter, line, ticket = await the_person_at_counter(command, work)
    counter.remember(ticket, work.now)
    counter.release(ticket)
    return [line.finish(ticket, command.counter, work.now, work.actor)]
