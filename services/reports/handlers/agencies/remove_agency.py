"""RemoveAgency: share nothing with an agency any more."""

from services.reports.domain.rule import Rule
from services.reports.handlers.agencies.lookup import must_be_office, the_agency
from shared.contracts.message import Event
from shared.contracts.reports.agencies import RemoveAgency
from shared.messaging.work import Work

RULES_MOST = 5_000


async def remove_agency(command: RemoveAgency, work: Work) -> list[Event]:
    """Every rule with it ends in the same moment."""
    must_be_office(work)
    agency = await the_agency(command, work)
    where = {"office": command.office, "agency": command.agency}
    rules = [rule for rule in await work.select(Rule, where, limit=RULES_MOST) if rule.state != "ended"]
    return [agency.go(), *(rule.end(work.now) for rule in rules)]
