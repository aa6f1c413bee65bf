"""AcknowledgeIncident: an agency has it."""

from collections.abc import Sequence

from services.reports.handlers.agencies.lookup import must_be_agency, shared_with
from services.reports.handlers.lookup import the_incident
from services.reports.handlers.timeline import written
from shared.contracts.reports.agencies import AcknowledgeIncident, IncidentAcknowledged
from shared.messaging.work import Work


async def acknowledge_incident(command: AcknowledgeIncident, work: Work) -> Sequence[IncidentAcknowledged]:
    """The desk sees it, with the agency's own number."""
    must_be_agency(command.agency, work)
    await shared_with(command, work)
    _, incident = await the_incident(command, work)
    return written(work, incident.noted(IncidentAcknowledged, work.now, agency=command.agency), words=command.reference)
