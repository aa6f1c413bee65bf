"""Following somebody else's report instead of repeating it, for pages and API alike.

A follower leaves nothing of themselves: whoever has the follower's link is the follower.
"""

from starlette.requests import Request

from services.reports.context import reports_of
from services.reports.entrypoints.filing import id_of
from shared.contracts.reports.incidents import FollowIncident, UnfollowIncident
from shared.messaging.errors import Pending
from shared.web.ask import ask, command_id


async def follow(request: Request, offer: str, key: str | None = None) -> str:
    """Follow what was offered; returns the path of the follower's page. Raises what `ask` does."""
    reports = reports_of(request)
    incident = await reports.incidents.known(reports.offers.read(offer, reports.clock()))
    key = command_id(request, key)
    try:
        await ask(request, FollowIncident(office=incident.office, incident=incident.id), key=id_of(key))
    except Pending:
        raise Pending(key) from None
    return reports.follower_links.path(id_of(key))


async def unfollow(request: Request, token: str, key: str | None = None) -> None:
    """Be told no more. Raises what `ask` does."""
    reports = reports_of(request)
    view = await reports.incidents.followed(reports.follower_links.read(token))
    incident = await reports.incidents.known(view.incident)
    command = UnfollowIncident(office=incident.office, incident=incident.id, follower=view.id)
    await ask(request, command, key=key)
