"""DispatchUnit: send a unit to an incident."""

from collections.abc import Sequence

from services.reports.handlers.lookup import the_incident
from services.reports.handlers.timeline import written
from services.reports.handlers.units.lookup import the_unit
from shared.contracts.message import Event
from shared.contracts.reports.units import DispatchUnit
from shared.messaging.work import Work


async def dispatch_unit(command: DispatchUnit, work: Work) -> Sequence[Event]:
    """One that is free: two dispatchers can never send the same one to two places."""
    office, incident = await the_incident(command, work)
    _, unit = await the_unit(command, work)
    status = unit.send(incident.id, work.now)
    return [*written(work, incident.send(command.unit, office, work.now)), status]
