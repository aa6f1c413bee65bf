"""Which agencies an incident concerns, and what each is told."""

from collections.abc import Iterable

from services.reports.domain.incident import Incident
from services.reports.domain.office import Office
from services.reports.domain.projection import project
from services.reports.domain.rule import Rule, best_rules
from services.reports.domain.share import Share, share_id
from services.reports.domain.unit import Unit, unit_id
from shared.contracts.message import Event
from shared.contracts.share import EndReason
from shared.messaging.work import Work

RULES_MOST = 10_000
SHARES_MOST = 10_000


async def rules_in_force(office: str, work: Work) -> list[Rule]:
    """What an office shares at this moment. Never kept from before: a rule may have ended since."""
    return await work.select(Rule, {"in_force": office}, limit=RULES_MOST)


async def tell(incident: Incident, office: Office, rules: Iterable[Rule], work: Work) -> list[Event]:
    """Bring every agency that an incident concerns, or did, up to date."""
    best = best_rules(incident, rules, sensitive=office.is_sensitive(incident.category), at=work.present)
    shares = {share.agency: share for share in await work.select(Share, {"incident": incident.id}, limit=SHARES_MOST)}
    units = [
        unit
        for assignment in incident.units
        if (unit := await work.find(Unit, unit_id(office.id, assignment.unit))) is not None
    ]
    events: list[Event] = []
    for agency, rule in best.items():
        share = shares.get(agency)
        if incident.state == "closed" and not _still_news(incident, rule, share):
            continue
        share = share or _new(incident, agency, work)
        facts = project(incident, office, units, rule.terms.tier)
        events += share.tell(rule, facts, work.present, exercise=incident.exercise)
        if incident.state == "closed":
            events += share.end(rule, "over", work.present)
    for agency, share in shares.items():
        if share.shared_by is not None and agency not in best:
            rule = await work.get(Rule, share.shared_by)
            events += share.end(rule, _reason(incident, rule, work), work.present)
    return events


def _still_news(incident: Incident, rule: Rule, share: Share | None) -> bool:
    """Whether an agency that has not heard yet of what is over would have, had we been quicker."""
    if share is not None and share.sequence:
        return share.shared_by is not None
    return bool(incident.closed_at and rule.decided_at and rule.decided_at <= incident.closed_at)


def _new(incident: Incident, agency: str, work: Work) -> Share:
    share = Share(share_id(incident.id, agency), incident.office, incident.id, agency)
    work.add(share)
    return share


def _reason(incident: Incident, rule: Rule, work: Work) -> EndReason:
    if rule.in_force is None:
        return "rule-expired" if rule.is_expired(work.present) else "rule-ended"
    if incident.removed:
        return "exercise-removed"
    if incident.state == "duplicate":
        return "merged"
    return "set-aside" if incident.state == "quarantined" else "left-rule"
