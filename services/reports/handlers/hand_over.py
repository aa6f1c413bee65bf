"""HandOver: somebody else looks after an incident, as at a change of shift."""

from collections.abc import Sequence

from services.reports.handlers.lookup import the_incident, username, written
from shared.contracts.reports.incidents import HandOver, IncidentHandedOver
from shared.messaging.work import Work


async def hand_over(command: HandOver, work: Work) -> Sequence[IncidentHandedOver]:
    """What the next person must know goes with it."""
    username(work)
    _, incident = await the_incident(command, work)
    return written(work, incident.hand_over(command.to, work.now), words=command.note, about=command.to)
