"""TakeCharge: be the one at the desk who looks after an incident."""

from collections.abc import Sequence

from services.reports.handlers.lookup import the_incident, username
from services.reports.handlers.timeline import written
from shared.contracts.reports.incidents import ChargeTaken, TakeCharge
from shared.messaging.work import Work


async def take_charge(command: TakeCharge, work: Work) -> Sequence[ChargeTaken]:
    """Whoever asks looks after it from now on, whoever did before."""
    _, incident = await the_incident(command, work)
    return written(work, incident.take_charge(username(work), work.now))
