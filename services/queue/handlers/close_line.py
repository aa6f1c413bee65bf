"""CloseLine: give out no more tickets of a service today."""

from services.queue.handlers.lookup import the_office, todays_line
from shared.contracts.queue import CloseLine, LineClosed
from shared.messaging.work import Work


async def close_line(command: CloseLine, work: Work) -> list[LineClosed]:
    """Close today's line; who waits is still served."""
    office = await the_office(command, work)
    service = office.service(command.service)
    line = await todays_line(office, service, work)
    return [line.close(office, service, command.message, work.now)]
