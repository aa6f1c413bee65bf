"""SendMessage: desk and reporter write to each other."""

from collections.abc import Sequence

from services.reports.handlers.lookup import check_side, the_incident
from services.reports.handlers.timeline import written
from shared.contracts.reports.incidents import MessageSent, SendMessage
from shared.messaging.work import Work


async def send_message(command: SendMessage, work: Work) -> Sequence[MessageSent]:
    """Both see it, also an anonymous reporter, by the report's link. Of an outcome too there may be questions."""
    _, incident = await the_incident(command, work)
    check_side(command.via, work)
    return written(work, incident.message(command.via, work.now), words=command.words)
