"""A rule has begun or ended: what is open is shared by it, or is not any more."""

from services.reports.domain.incident import Incident
from services.reports.domain.office import Office
from services.reports.domain.rule import Rule
from services.reports.domain.share import Share
from services.reports.sharing.matching import rules_in_force, tell
from shared.contracts.message import Event
from shared.contracts.reports.agencies import RuleAccepted, RuleEnded
from shared.messaging.work import Work

OPEN_MOST = 5_000
SHARED_MOST = 5_000
"""More than an office has open. What a rule has shared beyond it ends with the incident's own next step."""


async def on_rule_accepted(event: RuleAccepted, work: Work) -> list[Event]:
    """The agency begins with what is open, not with what comes next."""
    office = await work.look(Office, event.office)
    rule = await work.find(Rule, event.rule)
    if office is None or rule is None or rule.in_force is None:
        return []
    rules = await rules_in_force(office.id, work)
    events: list[Event] = []
    for incident in await work.select(Incident, {"at_work": office.id}, order=("filed_at",), limit=OPEN_MOST):
        if rule.shares(incident, False, work.present):
            events += await tell(incident, office, rules, work)
    return events


async def on_rule_ended(event: RuleEnded, work: Work) -> list[Event]:
    """What no other rule shares gets the last word."""
    office = await work.look(Office, event.office)
    rule = await work.find(Rule, event.rule)
    if office is None or rule is None:
        return []
    rules = await rules_in_force(office.id, work)
    events: list[Event] = []
    for share in await work.select(Share, {"shared_by": rule.id}, limit=SHARED_MOST):
        events += await tell(await work.get(Incident, share.incident), office, rules, work)
    return events
