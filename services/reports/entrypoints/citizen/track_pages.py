"""The way back to a report by its code, written down or read out over the telephone."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from services.reports.context import reports_of
from services.reports.domain.errors import IncidentUnknown
from services.reports.entrypoints.citizen.counted import counted, opened
from shared.web.app import web
from shared.web.i18n import gettext
from shared.web.outcomes import see
from shared.web.problems import Problem

router = APIRouter(prefix="/reports/track", include_in_schema=False)


@router.get("")
async def track(request: Request) -> Response:
    """Where a code is entered."""
    return _page(request)


@router.post("")
async def open_by_code(request: Request, code: Annotated[str, Form(max_length=100)] = "") -> Response:
    """Go to the report that the code opens."""
    if not code.strip():
        return _page(request, 422, error=gettext("Please write the code."))
    try:
        return see(await path_of(request, code))
    except IncidentUnknown:
        wrong = gettext("No report has this code. Please compare it letter by letter.")
        return _page(request, 404, code=code, error=wrong)
    except Problem as problem:
        return _page(request, problem.status, code=code, problem=problem)


async def path_of(request: Request, code: str) -> str:
    """The path of the report that a code opens. Raises `IncidentUnknown`, and 429 for who tries too often."""
    reports = reports_of(request)
    number = reports.codes.number(code)
    await counted(request, "track", number=number or "")
    for incident in await reports.incidents.numbered(number) if number else ():
        if reports.codes.opens(code, incident.number, incident.id):
            await opened(request, incident.number)
            return reports.links.path(incident.id)
    raise IncidentUnknown


def _page(
    request: Request, status: int = 200, *, code: str = "", error: str = "", problem: Problem | None = None
) -> Response:
    headers = problem.headers if problem else None
    return web(request).templates.page(
        request, "report_track.html", status, headers=headers, code=code, error=error, problem=problem
    )
