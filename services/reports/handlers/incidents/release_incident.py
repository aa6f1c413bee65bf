"""ReleaseIncident: take a report back among the others."""

from collections.abc import Sequence

from services.reports.handlers.lookup import the_incident
from services.reports.handlers.timeline import written
from shared.contracts.reports.incidents import IncidentReleased, ReleaseIncident
from shared.messaging.work import Work


async def release_incident(command: ReleaseIncident, work: Work) -> Sequence[IncidentReleased]:
    """It is where it was before."""
    _, incident = await the_incident(command, work)
    return written(work, incident.release(work.now), words=command.reason)
