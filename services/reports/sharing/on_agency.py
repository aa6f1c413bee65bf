"""An agency was added, perhaps again: its topics may be new, so it is told what it has once more."""

from services.reports.domain.incident import Incident
from services.reports.domain.office import Office
from services.reports.domain.share import Share
from services.reports.sharing.matching import rules_in_force, tell
from services.reports.sharing.on_rule import SHARED_MOST
from shared.contracts.message import Event
from shared.contracts.reports.agencies import AgencyAdded
from shared.messaging.work import Work


async def on_agency_added(event: AgencyAdded, work: Work) -> list[Event]:
    """Its states are whole again, whatever became of its topics and of what was sent again from the dead letters."""
    office = await work.look(Office, event.office)
    if office is None:
        return []
    rules = await rules_in_force(office.id, work)
    events: list[Event] = []
    for rule in rules:
        if rule.agency != event.agency:
            continue
        for share in await work.select(Share, {"shared_by": rule.id}, limit=SHARED_MOST):
            share.say_again(work.now)
            events += await tell(await work.get(Incident, share.incident), office, rules, work)
    return events
