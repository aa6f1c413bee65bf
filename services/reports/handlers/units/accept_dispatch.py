"""AcceptDispatch: a unit is coming."""

from collections.abc import Sequence

from services.reports.handlers.timeline import written
from services.reports.handlers.units.lookup import the_sent_unit
from shared.contracts.message import Event
from shared.contracts.reports.units import AcceptDispatch
from shared.messaging.work import Work


async def accept_dispatch(command: AcceptDispatch, work: Work) -> Sequence[Event]:
    """Its time to answer is over, and was kept."""
    _, unit, name, incident = await the_sent_unit(command, work)
    status = unit.accept(work.now)
    return [*written(work, incident.accepted(name, work.now)), status]
