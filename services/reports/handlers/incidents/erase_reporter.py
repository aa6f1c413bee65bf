"""EraseReporter: forget who reported an incident."""

from collections.abc import Sequence

from services.reports.domain import errors
from services.reports.domain.records import Reporter
from services.reports.handlers.lookup import check_side, the_incident
from services.reports.handlers.timeline import written
from shared.contracts.reports.incidents import EraseReporter, ReporterErased
from shared.messaging.work import Work


async def erase_reporter(command: EraseReporter, work: Work) -> Sequence[ReporterErased]:
    """The report stays, and the link opens it as before."""
    check_side(command.via, work)
    _, incident = await the_incident(command, work)
    reporter = await work.find(Reporter, incident.id)
    if reporter is None or (reporter.sealed is None and reporter.contact is None):
        raise errors.NobodyKnown
    reporter.erase()
    return written(work, incident.erase_reporter(work.now))
