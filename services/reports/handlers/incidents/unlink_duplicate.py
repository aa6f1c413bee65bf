"""UnlinkDuplicate: an incident is one of its own after all."""

from collections.abc import Sequence

from services.reports.domain import errors
from services.reports.handlers.lookup import incident_of, the_incident
from services.reports.handlers.timeline import written
from shared.contracts.reports.incidents import DuplicateUnlinked, UnlinkDuplicate
from shared.messaging.work import Work


async def unlink_duplicate(command: UnlinkDuplicate, work: Work) -> Sequence[DuplicateUnlinked]:
    """Deal with it by itself again."""
    office, incident = await the_incident(command, work)
    if incident.original is None:
        raise errors.IncidentElsewhere(number=incident.number, state=incident.state)
    original = await incident_of(office, incident.original, work)
    return written(work, incident.unlink(original, office, work.now), words=command.reason)
