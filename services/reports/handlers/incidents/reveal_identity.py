"""RevealIdentity: see who reported an incident. Nothing is shown before this is written down."""

from collections.abc import Sequence

from services.reports.domain import errors
from services.reports.domain.records import Reporter
from services.reports.handlers.lookup import the_incident, username
from services.reports.handlers.timeline import written
from shared.contracts.reports.incidents import IdentityRevealed, RevealIdentity
from shared.messaging.work import Work


async def reveal_identity(command: RevealIdentity, work: Work) -> Sequence[IdentityRevealed]:
    """The worker cannot read it either: it only writes down who is about to, and why."""
    username(work)
    _, incident = await the_incident(command, work)
    reporter = await work.find(Reporter, incident.id)
    if reporter is None or reporter.sealed is None:
        raise errors.NobodyKnown
    return written(work, incident.reveal(work.now), words=command.reason)
