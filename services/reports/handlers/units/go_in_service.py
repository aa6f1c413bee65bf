"""GoInService: whether a unit can be sent."""

from services.reports.handlers.units.lookup import the_unit
from shared.contracts.reports.units import GoInService, UnitStatusChanged
from shared.messaging.work import Work


async def go_in_service(command: GoInService, work: Work) -> list[UnitStatusChanged]:
    """From now on it can."""
    _, unit = await the_unit(command, work)
    return [unit.go_in_service(work.now)]
