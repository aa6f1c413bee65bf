"""ServeTicket: the called person has come."""

from services.queue.handlers.lookup import the_person_at_counter
from shared.contracts.queue import ServeTicket, ServingStarted
from shared.messaging.work import Work


async def serve_ticket(command: ServeTicket, work: Work) -> list[ServingStarted]:
    """Begin to serve."""
    counter, line, ticket = await the_person_at_counter(command, work)
    counter.remember(ticket, work.now)
    return [line.serve(ticket, command.counter, work.now, work.actor)]
