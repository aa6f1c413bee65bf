"""SendAgencyMessage: desk and agency write to each other."""

from collections.abc import Sequence

from services.reports.domain import agency_errors as errors
from services.reports.domain.rule import Rule
from services.reports.domain.share import Share
from services.reports.handlers.agencies.lookup import must_be_agency, shared_with, side
from services.reports.handlers.lookup import the_incident
from services.reports.handlers.timeline import written
from shared.contracts.reports.agencies import AgencyMessageSent, SendAgencyMessage
from shared.messaging.work import Work


async def send_agency_message(command: SendAgencyMessage, work: Work) -> Sequence[AgencyMessageSent]:
    """It stays with the incident; the reporter does not see it. The desk writes only where a rule shares it still."""
    if command.side != side(work):
        raise errors.NotYourSide
    if command.side == "agency":
        must_be_agency(command.agency, work)
    share = await shared_with(command, work)
    if command.side == "office" and not await _by_a_rule(share, work):
        raise errors.NotShared
    _, incident = await the_incident(command, work)
    return written(
        work, incident.noted(AgencyMessageSent, work.now, agency=command.agency, side=command.side), words=command.words
    )


async def _by_a_rule(share: Share, work: Work) -> bool:
    """Whether the rule by which the agency got the incident is in force. The incident itself may be over."""
    rule = await work.find(Rule, share.rule)
    return rule is not None and rule.is_in_force(work.now)
