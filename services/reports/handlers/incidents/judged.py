"""What an outcome means for the trust in the contact that reported it."""

from services.reports.domain.incident import Incident
from services.reports.domain.office import Office
from services.reports.domain.records import Reporter
from services.reports.domain.trust import Trust, trust_id
from shared.contracts.reports.incidents import Disposition
from shared.messaging.work import Work


async def judge(
    office: Office, incident: Incident, disposition: Disposition | None, work: Work, *, takes_back: bool = False
) -> None:
    """Count an outcome, or take one back. Nobody knows an anonymous reporter; an exercise says nothing of anybody."""
    reporter = await work.find(Reporter, incident.id) if disposition and not incident.exercise else None
    if reporter is None or reporter.contact is None:
        return
    trust = await work.find(Trust, trust_id(office.id, reporter.contact))
    if trust is not None and disposition:
        trust.judge(disposition, takes_back=takes_back)
