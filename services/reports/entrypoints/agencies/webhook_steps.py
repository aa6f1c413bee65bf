"""What a form changes about a webhook, on the agency's own page and on the managers'."""

from collections.abc import Collection

from starlette.requests import Request

from services.reports.bridges.webhooks import Webhooks
from services.reports.context import reports_of
from services.reports.entrypoints.cameras.moments import moment_in
from shared.web.problems import Problem, problem


async def take_step(
    request: Request, webhooks: Webhooks, id: str, step: str, since: str, *, of: Collection[str]
) -> Problem | None:
    """Take one of these steps; `since`, in the office's own time, is from when everything is sent once more.

    Returns what is wrong with what was written. Raises 404 for another step, `DestinationUnknown`.
    """
    if step not in of:
        raise problem(404)
    if step == "replay":
        try:
            moment = moment_in(await reports_of(request).offices.office(webhooks.office), since)
        except ValueError:
            return problem(422)
        await webhooks.replay(id, moment)
    else:
        await {"remove": webhooks.remove, "disable": webhooks.disable, "enable": webhooks.enable}[step](id)
    return None
