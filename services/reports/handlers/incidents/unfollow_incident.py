"""UnfollowIncident: be told no more."""

from collections.abc import Sequence

from services.reports.domain import errors
from services.reports.domain.records import Follower
from services.reports.handlers.lookup import the_incident
from services.reports.handlers.timeline import written
from shared.contracts.reports.incidents import IncidentUnfollowed, UnfollowIncident
from shared.messaging.work import Work


async def unfollow_incident(command: UnfollowIncident, work: Work) -> Sequence[IncidentUnfollowed]:
    """Forget the follower."""
    _, incident = await the_incident(command, work)
    follower = await work.find(Follower, command.follower)
    if follower is None or follower.incident != incident.id or follower.gone:
        raise errors.FollowerUnknown
    follower.go()
    return written(work, incident.unfollow(work.now))
