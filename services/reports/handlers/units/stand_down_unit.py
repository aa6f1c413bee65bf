"""StandDownUnit: call a unit back."""

from collections.abc import Sequence

from services.reports.domain import errors
from services.reports.handlers.lookup import the_incident
from services.reports.handlers.timeline import written
from services.reports.handlers.units.lookup import the_unit
from shared.contracts.message import Event
from shared.contracts.reports.units import StandDownUnit
from shared.messaging.work import Work


async def stand_down_unit(command: StandDownUnit, work: Work) -> Sequence[Event]:
    """It can be sent elsewhere at once."""
    office, incident = await the_incident(command, work)
    _, unit = await the_unit(command, work)
    if unit.incident != incident.id:
        raise errors.UnitNotSent
    cleared = incident.cleared(command.unit, office, work.now)
    return [*written(work, cleared, words=command.reason), unit.clear(work.now)]
