"""CheckIn: a unit on scene is well."""

from collections.abc import Sequence

from services.reports.handlers.timeline import written
from services.reports.handlers.units.lookup import the_sent_unit
from shared.contracts.reports.units import CheckIn, UnitCheckedIn
from shared.messaging.work import Work


async def check_in(command: CheckIn, work: Work) -> Sequence[UnitCheckedIn]:
    """The next check is counted from now."""
    office, unit, name, incident = await the_sent_unit(command, work)
    unit.must_be_on_scene()
    return written(work, incident.checked_in(name, office, work.now))
