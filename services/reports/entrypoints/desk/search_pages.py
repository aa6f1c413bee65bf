"""Looking for incidents, and taking the register as a file."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from services.reports.context import reports_of
from services.reports.entrypoints.desk import names
from services.reports.entrypoints.desk.asked import AskedCursor, AskedSearch
from services.reports.entrypoints.desk.board_pages import DESK
from services.reports.entrypoints.desk.export import Form
from services.reports.entrypoints.desk.export_api import USUAL, exported
from services.reports.entrypoints.staff import MaySeeFigures, MayWorkAtDesk
from shared.web.app import web

router = APIRouter(prefix=DESK, include_in_schema=False)

Few = Annotated[str, Query(max_length=40)]


@router.get("/search")
async def search(request: Request, officer: MayWorkAtDesk, wanted: AskedSearch, cursor: AskedCursor) -> Response:
    """What was found, the newest first."""
    reports = reports_of(request)
    office = await reports.offices.office(officer.office)
    hits = await reports.desk.search.find(office.id, wanted, cursor) if wanted.text else None
    return web(request).templates.page(
        request, "search.html", officer=officer, office=office.plan, wanted=wanted, hits=hits, names=names
    )


@router.get("/exports")
async def exports(request: Request, officer: MaySeeFigures) -> Response:
    """What can be taken out, and how."""
    reports = reports_of(request)
    office = await reports.offices.office(officer.office)
    today = office.local(reports.clock()).date()
    return web(request).templates.page(
        request, "exports.html", officer=officer, office=office.plan, first=today - USUAL, last=today, names=names
    )


@router.get("/exports/incidents")
async def export(
    request: Request,
    officer: MaySeeFigures,
    form: Form,
    first: date | None = None,
    last: date | None = None,
    category: Few = "",
    state: Few = "",
    exercises: bool = False,
) -> Response:
    """The file."""
    return await exported(request, officer, form, first, last, category, state, exercises=exercises)
