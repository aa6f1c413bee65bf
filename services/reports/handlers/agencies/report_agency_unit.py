"""ReportAgencyUnit: how far a unit of an agency's is."""

from collections.abc import Sequence

from services.reports.handlers.agencies.lookup import must_be_agency, shared_with
from services.reports.handlers.lookup import the_incident
from services.reports.handlers.timeline import written
from shared.contracts.reports.agencies import AgencyUnitReported, ReportAgencyUnit
from shared.messaging.work import Work


async def report_agency_unit(command: ReportAgencyUnit, work: Work) -> Sequence[AgencyUnitReported]:
    """The desk sees it in the timeline."""
    must_be_agency(command.agency, work)
    await shared_with(command, work)
    _, incident = await the_incident(command, work)
    reported = incident.noted(
        AgencyUnitReported, work.now, agency=command.agency, agency_unit=command.unit, status=command.status
    )
    return written(work, reported, words=f"{command.unit}: {command.status}")
