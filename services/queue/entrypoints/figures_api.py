"""The manager's JSON API to the figures of the own office, and the visits as CSV."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from services.queue.context import queue_of
from services.queue.entrypoints.api import PREFIX, PROBLEM
from services.queue.entrypoints.export import MEDIA_TYPE, csv_of
from services.queue.entrypoints.figures_representations import FiguresOut
from services.queue.entrypoints.officer import MaySeeFigures, Officer
from services.queue.entrypoints.periods import LONGEST_EXPORT_DAYS, checked
from shared.contracts.queue import Slug

router = APIRouter(prefix=PREFIX, tags=["figures"], responses=PROBLEM)

First = Annotated[date | None, Query(description="The first local day; the last one where it is left out.")]
Last = Annotated[date | None, Query(description="The last local day; today where it is left out.")]


@router.get("/offices/{office}/figures")
async def figures(
    request: Request,
    office: str,
    officer: MaySeeFigures,
    first: First = None,
    last: Last = None,
    service: Annotated[Slug | None, Query(description="Of this service alone.")] = None,
    counter: Annotated[Slug | None, Query(description="Of this counter alone.")] = None,
) -> FiguresOut:
    """People, waiting and handling times, throughput by hour and feedback of up to 92 days."""
    officer.must_work_at(office)
    source = queue_of(request).figures
    begin, end = checked(first, last, await source.today(office))
    return FiguresOut.model_validate(await source.of(office, begin, end, service=service, counter=counter))


@router.get(
    "/offices/{office}/visits.csv",
    response_class=Response,
    responses={200: {"description": "One row a stay in a line", "content": {"text/csv": {}}}},
)
async def visits(
    request: Request, office: str, officer: MaySeeFigures, first: First = None, last: Last = None
) -> Response:
    """Every visit of up to three years, without anything that says who came."""
    officer.must_work_at(office)
    return await exported(request, officer, first, last)


async def exported(request: Request, officer: Officer, first: date | None, last: date | None) -> Response:
    """The visits of the own office, streamed."""
    source = queue_of(request).figures
    begin, end = checked(first, last, await source.today(officer.office), most=LONGEST_EXPORT_DAYS)
    name = f"{officer.office}-{begin}-{end}.csv"
    return StreamingResponse(
        csv_of(source.stays(officer.office, begin, end), await source.zone(officer.office)),
        media_type=MEDIA_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
