"""FollowIncident: be told of somebody else's incident instead of reporting it once more."""

from collections.abc import Iterator, Sequence

from services.reports.domain import errors
from services.reports.domain.records import Follower
from services.reports.handlers.lookup import needs_incident, the_incident
from services.reports.handlers.timeline import written
from shared.contracts.reports.incidents import FollowIncident, IncidentFollowed
from shared.messaging.routes import Ref
from shared.messaging.work import Work


def needs(command: FollowIncident, work: Work) -> Iterator[Ref]:
    """The incident, and whether this contact follows it already."""
    yield from needs_incident(command, work)
    if command.contact is not None:
        yield Ref(Follower, _claim(command), "claim")


async def follow_incident(command: FollowIncident, work: Work) -> Sequence[IncidentFollowed]:
    """Under the command's id, by which the follower's own link is made."""
    office, incident = await the_incident(command, work)
    claim = _claim(command) if command.contact is not None else None
    if claim is not None and await work.select(Follower, {"claim": claim}, limit=1):
        raise errors.AlreadyFollowed
    followed = incident.follow(office, work.now)
    work.add(Follower(work.command_id, incident.id, claim, command.reporter, work.now))
    return written(work, followed)


def _claim(command: FollowIncident) -> str:
    return f"{command.incident}:{command.contact}"
