"""Whether an agency has the topics on which it is told: without them nothing may be shared with it."""

from starlette.requests import Request

from services.reports.entrypoints.agencies.room import room_of
from services.reports.views.agencies_lag import has_topics
from shared.web.i18n import gettext
from shared.web.problems import Problem, unavailable


async def must_have_topics(request: Request, agency: str) -> None:
    """Raises 409 where the operator has not given it any, 503 where the broker does not tell."""
    found = await has_topics(room_of(request).settings, agency)
    if found is None:
        raise unavailable()
    if not found:
        raise Problem(
            409,
            "agency-without-topics",
            gettext("The operator does not know this agency yet"),
            gettext("Ask for “kentongan agency add %(agency)s” first. Then add it here.") % {"agency": agency},
        )
