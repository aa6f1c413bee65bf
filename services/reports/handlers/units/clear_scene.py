"""ClearScene: a unit is done there."""

from collections.abc import Sequence

from services.reports.handlers.timeline import written
from services.reports.handlers.units.lookup import the_sent_unit
from shared.contracts.message import Event
from shared.contracts.reports.units import ClearScene
from shared.messaging.work import Work


async def clear_scene(command: ClearScene, work: Work) -> Sequence[Event]:
    """It is free; without another one the incident waits for the desk."""
    office, unit, name, incident = await the_sent_unit(command, work)
    status = unit.clear(work.now)
    return [*written(work, incident.cleared(name, office, work.now)), status]
