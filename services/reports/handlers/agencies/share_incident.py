"""ShareIncident: share one incident with an agency by hand."""

from collections.abc import Sequence

from services.reports.domain import agency_errors as errors
from services.reports.domain.rule import Rule
from services.reports.handlers.agencies.lookup import must_be_office, the_agency
from services.reports.handlers.lookup import the_incident
from services.reports.handlers.timeline import written
from shared.contracts.reports.agencies import IncidentShared, ShareIncident, Terms
from shared.messaging.work import Work


async def share_incident(command: ShareIncident, work: Work) -> Sequence[IncidentShared]:
    """A rule for it alone, in force at once: by a person's decision, whatever else is agreed."""
    must_be_office(work)
    _, incident = await the_incident(command, work)
    await the_agency(command, work)
    where = {"in_force": incident.office, "agency": command.agency, "incident": incident.id}
    if await work.select(Rule, where, limit=1):
        raise errors.AlreadyShared
    terms = Terms(command.tier, command.purpose)
    work.add(Rule.by_hand(work.command_id, incident, command.agency, terms, work.now))
    shared = incident.noted(IncidentShared, work.now, agency=command.agency, rule=work.command_id)
    return written(work, shared, words=command.purpose)
