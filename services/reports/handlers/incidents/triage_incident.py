"""TriageIncident: judge an incident."""

from collections.abc import Sequence

from services.reports.handlers.lookup import the_incident
from services.reports.handlers.timeline import written
from shared.contracts.reports.incidents import IncidentTriaged, TriageIncident
from shared.messaging.work import Work


async def triage_incident(command: TriageIncident, work: Work) -> Sequence[IncidentTriaged]:
    """Its priority follows, and from that how quickly it must be dealt with."""
    office, incident = await the_incident(command, work)
    return written(work, incident.triage(command, office, work.now), words=command.reason)
