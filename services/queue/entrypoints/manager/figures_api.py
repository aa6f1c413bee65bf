"""The manager's JSON API to the figures of the own office, and the visits as CSV."""

from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from services.queue.context import queue_of
from services.queue.domain.forecast.outlook import Hour
from services.queue.entrypoints.api import PREFIX
from services.queue.entrypoints.manager.export import MEDIA_TYPE, csv_of
from services.queue.entrypoints.manager.figures_representations import ExpectedHourOut, FiguresOut, OutlookOut
from services.queue.entrypoints.manager.periods import LONGEST_EXPORT_DAYS, checked
from services.queue.entrypoints.staff import MaySeeFigures
from shared.contracts.queue import Slug
from shared.staff.entrypoints.officer import Officer
from shared.web.outcomes import PROBLEM

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


@router.get("/offices/{office}/outlook")
async def outlook(request: Request, office: str, officer: MaySeeFigures) -> list[OutlookOut]:
    """How many people the rest of the day will bring to each service, and how long they will wait."""
    officer.must_work_at(office)
    zone = await queue_of(request).figures.zone(office)
    found = await queue_of(request).waits.outlook(office)
    return [OutlookOut(service=id, hours=[_expected(hour, zone) for hour in hours]) for id, hours in found.items()]


def _expected(hour: Hour, zone: ZoneInfo) -> ExpectedHourOut:
    return ExpectedHourOut(
        begins=datetime.fromtimestamp(hour.begins, zone),
        people=round(hour.people, 1),
        likely_minutes=round(hour.wait.likely / 60, 1) if hour.wait else None,
        at_most_minutes=round(hour.wait.at_most / 60, 1) if hour.wait else None,
    )


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
