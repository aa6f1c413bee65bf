"""RecallTicket: ask the called person once more."""

from services.queue.handlers.lookup import the_person_at_counter
from shared.contracts.queue import RecallTicket, TicketRecalled
from shared.messaging.work import Work


async def recall_ticket(command: RecallTicket, work: Work) -> list[TicketRecalled]:
    """Call again, a bounded number of times and not in quick succession."""
    counter, line, ticket = await the_person_at_counter(command, work)
    return [line.recall(ticket, command.counter, counter.recall(work.now), work.now, work.actor)]
