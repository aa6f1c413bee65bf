"""CloseIncident: close without waiting for the reporter."""

from collections.abc import Sequence

from services.reports.handlers.lookup import the_incident
from services.reports.handlers.timeline import written
from shared.contracts.reports.incidents import CloseIncident, IncidentClosed
from shared.messaging.work import Work


async def close_incident(command: CloseIncident, work: Work) -> Sequence[IncidentClosed]:
    """The reporter can still have it opened again."""
    _, incident = await the_incident(command, work)
    return written(work, incident.close("desk", work.now), words=command.reason)
