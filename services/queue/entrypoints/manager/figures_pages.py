"""The manager's pages: the figures of today and of the past weeks, as plots and as tables."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from services.queue.context import queue_of
from services.queue.entrypoints.manager.figure_plots import minutes, plots_of
from services.queue.entrypoints.manager.figures_api import exported
from services.queue.entrypoints.manager.outlook_plots import plots_ahead
from services.queue.entrypoints.manager.periods import Period, span_of
from services.queue.entrypoints.staff import MaySeeFigures
from shared.web.app import web

MANAGE = "/queue/manage"

router = APIRouter(prefix=MANAGE, include_in_schema=False)


@router.get("")
async def figures(
    request: Request,
    officer: MaySeeFigures,
    period: Period = "today",
    service: Annotated[str, Query(max_length=40)] = "",
    counter: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """An office's figures."""
    queue = queue_of(request)
    first, last = span_of(period, await queue.figures.today(officer.office))
    view = await queue.figures.of(officer.office, first, last, service=service or None, counter=counter or None)
    office = await queue.views.office(officer.office)
    outlook = await queue.waits.outlook(officer.office) if period == "today" and not counter else {}
    return web(request).templates.page(
        request,
        "figures.html",
        officer=officer,
        office=office,
        figures=view,
        plots=plots_of(view),
        ahead=plots_ahead(outlook, office, service or None),
        minutes=minutes,
        period=period,
    )


@router.get("/visits.csv")
async def visits(
    request: Request, officer: MaySeeFigures, first: date | None = None, last: date | None = None
) -> Response:
    """The visits of some days as a file."""
    return await exported(request, officer, first, last)
