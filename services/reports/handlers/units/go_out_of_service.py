"""GoOutOfService: whether a unit can be sent."""

from services.reports.handlers.units.lookup import the_unit
from shared.contracts.reports.units import GoOutOfService, UnitStatusChanged
from shared.messaging.work import Work


async def go_out_of_service(command: GoOutOfService, work: Work) -> list[UnitStatusChanged]:
    """From now on it cannot."""
    _, unit = await the_unit(command, work)
    return [unit.go_out_of_service(work.now)]
