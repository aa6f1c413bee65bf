"""ReopenIncident: go on with an incident that has an outcome."""

from collections.abc import Sequence

from services.reports.handlers.incidents.judged import judge
from services.reports.handlers.lookup import check_side, the_incident
from services.reports.handlers.timeline import written
from shared.contracts.reports.incidents import IncidentReopened, ReopenIncident
from shared.messaging.work import Work


async def reopen_incident(command: ReopenIncident, work: Work) -> Sequence[IncidentReopened]:
    """The outcome does not count any more, nor for the trust in who reported it."""
    office, incident = await the_incident(command, work)
    check_side(command.via, work)
    disposition = incident.disposition
    reopened = incident.reopen(command.via, office, work.now)
    await judge(office, incident, disposition, work, takes_back=True)
    return written(work, reopened, words=command.words)
