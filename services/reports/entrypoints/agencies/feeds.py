"""What is shared with an agency as a stream, as CAP and as EIDO, by its token."""

from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Header, Query, Response
from pydantic import AwareDatetime
from starlette.requests import Request

from services.reports.bridges import cap, eido
from services.reports.bridges.streams import Wish
from services.reports.context import reports_of
from services.reports.entrypoints.agencies.agency_api import AGENCY, IncidentId, answered, standing_of
from services.reports.entrypoints.agencies.caller import Calling, lives
from services.reports.entrypoints.agencies.room import room_of
from shared.web.outcomes import PROBLEM

FEED_PAGE = 100

router = APIRouter(prefix=AGENCY, tags=["agencies"], responses=PROBLEM)

Since = Annotated[AwareDatetime | None, Query(description="Begin with what was said since; else with what comes")]
Before = Annotated[AwareDatetime | None, Query(description="What was said before this moment")]


@router.get(
    "/stream",
    response_class=Response,
    responses={200: {"content": {"text/event-stream": {}}, "description": "Each event a CloudEvent in JSON"}},
)
async def stream(
    request: Request,
    caller: Calling,
    since: Since = None,
    last_event_id: Annotated[str | None, Header(max_length=2000, description="Go on after this event")] = None,
) -> Response:
    """What changes, as it happens: server-sent events of the kind `incident`. Go on by `Last-Event-ID`."""
    wish = Wish(caller.token, caller.agency, caller.office, last_event_id, since)
    return room_of(request).streams.response(wish, lambda: lives(request, caller))


@router.get(
    "/cap",
    response_class=Response,
    responses={200: {"content": {cap.ATOM_TYPE: {}}, "description": "An Atom feed of CAP 1.2 alerts"}},
)
async def cap_feed(
    request: Request,
    caller: Calling,
    before: Before = None,
    beside: Annotated[str, Query(max_length=64, description="And of that moment only what comes after this one")] = "",
) -> Response:
    """Your incidents as CAP alerts, updates and cancellations, the latest first."""
    found = await room_of(request).bridges.mirror.latest(
        caller.agency, caller.office, limit=FEED_PAGE, before=before, beside=beside
    )
    feed = f"{_base(request)}{AGENCY}/cap"
    here = _page(feed, before, beside) if before else feed
    last = found[-1] if len(found) == FEED_PAGE else None
    older = _page(feed, last.at, last.state.incident) if last else None
    return answered(request, cap.feed(found, caller.office, caller.agency, here, older=older), cap.ATOM_TYPE)


@router.get(
    "/incidents/{incident}/cap",
    response_class=Response,
    responses={200: {"content": {cap.CAP_TYPE: {}}, "description": "A CAP 1.2 alert"}},
)
async def cap_alert(request: Request, incident: IncidentId, caller: Calling) -> Response:
    """How an incident stands, as a CAP alert."""
    return answered(request, cap.alert(await standing_of(request, caller, incident)), cap.CAP_TYPE)


@router.get("/eido")
async def eidos(
    request: Request,
    caller: Calling,
    after: Annotated[str, Query(max_length=64, description="The last incident of the page before")] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """Your incidents in the shape of NENA's EIDO."""
    page = await room_of(request).bridges.mirror.page(caller.agency, caller.office, after=after, limit=limit)
    address = page.after and f"{AGENCY}/eido?after={page.after}&limit={limit}"
    return {"eidos": [eido.eido(standing) for standing in page.standings], "next": address}


@router.get("/incidents/{incident}/eido")
async def one_eido(request: Request, incident: IncidentId, caller: Calling) -> dict[str, Any]:
    """How an incident stands, in the shape of NENA's EIDO."""
    return eido.eido(await standing_of(request, caller, incident))


def _base(request: Request) -> str:
    """Where we are reached: addresses in feeds are whole."""
    return reports_of(request).public_url or f"{request.url.scheme}://{request.url.netloc}"


def _page(feed: str, before: datetime, beside: str) -> str:
    return f"{feed}?{urlencode({'before': before.astimezone(UTC).isoformat(), 'beside': beside})}"
