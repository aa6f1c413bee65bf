"""The manager's page about a number: what to look at when somebody complains of having been passed over."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from services.queue.context import queue_of
from services.queue.domain.errors import TicketUnknown
from services.queue.entrypoints.manager.figures_pages import MANAGE
from services.queue.entrypoints.staff import MayTraceNumbers
from services.queue.views.traces import as_written
from shared.web.app import web

router = APIRouter(prefix=MANAGE, include_in_schema=False)


@router.get("/numbers")
async def numbers(
    request: Request,
    officer: MayTraceNumbers,
    number: Annotated[str, Query(max_length=10)] = "",
    day: date | None = None,
) -> Response:
    """The form, and the number's day where one is asked for."""
    queue = queue_of(request)
    day = day or await queue.figures.today(officer.office)
    trace, unknown = None, False
    if number.strip():
        try:
            trace = await queue.traces.of(officer.office, day, number)
        except TicketUnknown:
            unknown = True
    return web(request).templates.page(
        request,
        "numbers.html",
        404 if unknown else 200,
        officer=officer,
        day=day,
        number=as_written(number),
        trace=trace,
        unknown=unknown,
    )
