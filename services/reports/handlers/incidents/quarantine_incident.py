"""QuarantineIncident: set aside what seems to be abuse."""

from collections.abc import Sequence

from services.reports.handlers.lookup import the_incident
from services.reports.handlers.timeline import written
from shared.contracts.reports.incidents import IncidentQuarantined, QuarantineIncident
from shared.messaging.work import Work


async def quarantine_incident(command: QuarantineIncident, work: Work) -> Sequence[IncidentQuarantined]:
    """Keep it, and its clocks running."""
    _, incident = await the_incident(command, work)
    return written(work, incident.quarantine(work.now), words=command.reason)
