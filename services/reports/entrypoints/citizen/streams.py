"""Server-sent events of reporters' and followers' pages."""

from typing import Literal

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from services.reports.context import reports_of
from services.reports.entrypoints.api import PREFIX
from services.reports.entrypoints.citizen.scribe import ReporterScribe, follow_topic, report_topic
from shared.web.app import web
from shared.web.outcomes import PROBLEM
from shared.web.sse import EventStreamResponse

router = APIRouter(prefix=PREFIX, tags=["citizens"], responses=PROBLEM)

Language = Literal["id", "en"]


@router.get("/reports/{token}/stream", response_class=Response)
async def report_stream(request: Request, token: str, lang: Language = "id") -> Response:
    """How a report stands, at once and after each change, in plain words."""
    reports = reports_of(request)
    incident = await reports.incidents.known(reports.links.read(token))
    return _stream(request, report_topic(incident.id, lang))


@router.get("/follows/{token}/stream", response_class=Response)
async def follow_stream(request: Request, token: str, lang: Language = "id") -> Response:
    """The same of a report that is followed."""
    reports = reports_of(request)
    view = await reports.incidents.followed(reports.follower_links.read(token))
    return _stream(request, follow_topic(view.incident, view.id, lang))


def _stream(request: Request, topic: str) -> Response:
    scribe = ReporterScribe(reports_of(request))
    return EventStreamResponse(web(request).hub, topic, first=lambda: scribe.topic(topic))
