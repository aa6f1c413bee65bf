"""ReopenLine: take back that a line was closed."""

from services.queue.handlers.lookup import the_office, todays_line
from shared.contracts.queue import LineReopened, ReopenLine
from shared.messaging.work import Work


async def reopen_line(command: ReopenLine, work: Work) -> list[LineReopened]:
    """Have today's line give out numbers again, within ten seconds of its closing."""
    office = await the_office(command, work)
    line = await todays_line(office, office.service(command.service), work)
    return [line.reopen(work.now)]
