"""AcceptRule: the other side agrees."""

from services.reports.handlers.agencies.lookup import side, the_rule
from shared.contracts.reports.agencies import AcceptRule, RuleAccepted
from shared.messaging.work import Work


async def accept_rule(command: AcceptRule, work: Work) -> list[RuleAccepted]:
    """From now on it is shared, also what is open already."""
    return [(await the_rule(command, work)).accept(side(work), work.now)]
