"""CheckClocks: look whether something is late. Whoever watches the clocks sends it when one runs out."""

from collections.abc import Sequence

from services.reports.handlers.lookup import the_incident
from services.reports.handlers.timeline import written
from shared.contracts.reports.base import IncidentEvent
from shared.contracts.reports.incidents import CheckClocks
from shared.messaging.work import Work


async def check_clocks(command: CheckClocks, work: Work) -> Sequence[IncidentEvent]:
    """Each clock is missed once, however often this is asked."""
    office, incident = await the_incident(command, work)
    return written(work, *incident.check(office, work.now))
