"""SendAgencyMessage: desk and agency write to each other."""

from collections.abc import Sequence

from services.reports.domain import agency_errors as errors
from services.reports.handlers.agencies import must_be_agency, shared_with, side
from services.reports.handlers.lookup import the_incident, written
from shared.contracts.reports.agencies import AgencyMessageSent, SendAgencyMessage
from shared.messaging.work import Work


async def send_agency_message(command: SendAgencyMessage, work: Work) -> Sequence[AgencyMessageSent]:
    """It stays with the incident; the reporter does not see it."""
    if command.side != side(work):
        raise errors.NotYourSide
    if command.side == "agency":
        must_be_agency(command.agency, work)
    await shared_with(command, work)
    _, incident = await the_incident(command, work)
    return written(
        work, incident.noted(AgencyMessageSent, work.now, agency=command.agency, side=command.side), words=command.words
    )
