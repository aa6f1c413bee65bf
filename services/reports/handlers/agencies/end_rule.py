"""EndRule: no more, from now on."""

from services.reports.handlers.agencies.lookup import the_rule
from shared.contracts.reports.agencies import EndRule, RuleEnded
from shared.messaging.work import Work


async def end_rule(command: EndRule, work: Work) -> list[RuleEnded]:
    """Either side can, at any time, and so can the clock."""
    return [(await the_rule(command, work)).end(work.now)]
