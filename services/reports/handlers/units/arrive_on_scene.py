"""ArriveOnScene: a unit is there."""

from collections.abc import Sequence

from services.reports.handlers.timeline import written
from services.reports.handlers.units.lookup import the_sent_unit
from shared.contracts.message import Event
from shared.contracts.reports.units import ArriveOnScene
from shared.messaging.work import Work


async def arrive_on_scene(command: ArriveOnScene, work: Work) -> Sequence[Event]:
    """From now on it must be heard of now and then."""
    office, unit, name, incident = await the_sent_unit(command, work)
    status = unit.arrive(work.now)
    return [*written(work, incident.arrived(name, office, work.now)), status]
