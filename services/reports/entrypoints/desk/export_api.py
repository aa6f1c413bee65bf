"""Taking the register out of the system. Each time is written down before the first byte goes, or nothing goes."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from starlette.requests import Request
from starlette.responses import StreamingResponse

from services.reports.context import reports_of
from services.reports.entrypoints.api import PREFIX
from services.reports.entrypoints.desk.export import WRITERS, Form
from services.reports.entrypoints.staff import MaySeeFigures
from services.reports.views.register import Chosen, Line
from shared.contracts.reports.office import TakeExport
from shared.messaging.errors import Pending, Transient
from shared.staff.entrypoints.officer import Officer
from shared.web.ask import ask
from shared.web.outcomes import PROBLEM

USUAL = timedelta(days=30)

router = APIRouter(prefix=PREFIX + "/offices/{office}", tags=["desk"], responses=PROBLEM)

Day = Annotated[date | None, Query()]
Few = Annotated[str, Query(max_length=40)]


@router.get("/exports/incidents.{form}", response_class=Response)
async def export(
    request: Request,
    office: str,
    form: Annotated[Form, Path()],
    officer: MaySeeFigures,
    first: Day = None,
    last: Day = None,
    category: Few = "",
    state: Few = "",
    exercises: bool = False,
) -> Response:
    """The incidents that were reported on some local days, as CSV, GeoJSON or its features line by line."""
    officer.must_work_at(office)
    return await exported(request, officer, form, first, last, category, state, exercises=exercises)


async def exported(
    request: Request,
    officer: Officer,
    form: Form,
    first: date | None,
    last: date | None,
    category: str = "",
    state: str = "",
    *,
    exercises: bool = False,
) -> Response:
    """The file. Raises `Transient` where it could not be written down who takes it, or not be begun."""
    reports = reports_of(request)
    office = await reports.offices.office(officer.office)
    last = last or office.local(reports.clock()).date()
    chosen = Chosen(first or last - USUAL, last, category, state, exercises)
    command = TakeExport(office=office.id, first=chosen.first, last=chosen.last, form=form)
    try:
        await ask(request, command, actor=officer.actor())
    except Pending as pending:
        raise Transient("an export waits until it is written down") from pending
    lines = reports.desk.register.lines(office.id, chosen)
    first_part: list[Line] = await anext(lines, [])  # what fails from here on can only break off
    writer = WRITERS[form]
    name = f"incidents-{office.id}-{chosen.first}-{chosen.last}.{form}"
    return StreamingResponse(
        writer.write(_beginning_with(first_part, lines)),
        media_type=writer.media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


async def _beginning_with(first: list[Line], rest: AsyncIterator[list[Line]]) -> AsyncIterator[list[Line]]:
    yield first
    async for part in rest:
        yield part
