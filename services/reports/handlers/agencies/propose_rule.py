"""ProposeRule: say what could be shared with an agency."""

from services.reports.domain.rule import Rule
from services.reports.handlers.agencies.lookup import must_be_agency, side, the_agency
from services.reports.handlers.lookup import the_office
from shared.contracts.reports.agencies import ProposeRule, RuleProposed
from shared.messaging.work import Work


async def propose_rule(command: ProposeRule, work: Work) -> list[RuleProposed]:
    """Nothing is shared by it before the other side has accepted it."""
    await the_agency(command, work)
    by = side(work)
    if by == "agency":
        must_be_agency(command.agency, work)
    office = await the_office(command, work)
    for category in command.terms.categories:
        office.category(category)
    rule, proposed = Rule.propose(work.command_id, office.id, command.agency, command.terms, by, work.now)
    work.add(rule)
    return [proposed]
