"""The board of open incidents, and the office's units."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from services.reports.context import reports_of
from services.reports.entrypoints.desk.asked import CHARGES, AskedFilter, address_of
from services.reports.entrypoints.desk.names import KINDS, STATES, STATUSES
from services.reports.entrypoints.desk.people import people_of
from services.reports.entrypoints.desk.steps import UNIT_STEPS
from services.reports.entrypoints.staff import MayReportFromField, MayWorkAtDesk
from services.reports.views.board_shown import MINE, NOBODY
from shared.contracts.fields import Slug
from shared.messaging.errors import Declined, Pending
from shared.staff.entrypoints.officer import Officer
from shared.web.app import web
from shared.web.ask import Key, ask, new_key
from shared.web.i18n import language
from shared.web.outcomes import see, wait
from shared.web.problems import Problem, problem

DESK = "/reports/desk"
FIELD = "/reports/field"

router = APIRouter(prefix=DESK, include_in_schema=False)


@router.get("")
async def board(request: Request, officer: MayReportFromField, wanted: AskedFilter) -> Response:
    """The open incidents. Who works in the field alone is led to where they work."""
    if not officer.may("work-at-desk"):
        return see(FIELD)
    reports = reports_of(request)
    known = await reports.desk.boards.open(officer.office)
    view = known.board(wanted.of(officer.username))
    words, code = reports.desk.words, language()
    return web(request).templates.page(
        request,
        "board.html",
        officer=officer,
        board=view,
        office=known.office.plan,
        rows=[words.row(card, code) for card in view.cards],
        latest=[words.row(card, code) for card in view.latest],
        asked=wanted,
        waiting=await reports.desk.boards.asked(officer.office),
        address=address_of(wanted),
        charge={value: name for name, value in CHARGES.items()}.get(wanted.charge, wanted.charge),
        mine=MINE,
        nobody=NOBODY,
        states=STATES,
        people=await people_of(request, officer),
        tiles=reports.tiles,
    )


@router.get("/units")
async def units(request: Request, officer: MayWorkAtDesk) -> Response:
    """Every unit, and how far it is."""
    return await _units_page(request, officer)


@router.post("/units/{unit}/{step}")
async def unit_step(request: Request, unit: Slug, step: str, officer: MayWorkAtDesk, key: Key) -> Response:
    """What a crew says by radio."""
    if step not in UNIT_STEPS:
        raise problem(404)
    try:
        await ask(request, UNIT_STEPS[step](office=officer.office, unit=unit), actor=officer.actor(unit), key=key)
    except Declined as declined:
        told = web(request).problems.refusal(declined.slug, declined.details)
        return await _units_page(request, officer, unit, told)
    except Pending as pending:
        return wait(request, pending, back=f"{DESK}/units")
    return see(f"{DESK}/units")


async def _units_page(request: Request, officer: Officer, refused: str = "", told: Problem | None = None) -> Response:
    reports = reports_of(request)
    office = await reports.offices.office(officer.office)
    known = await reports.desk.boards.open(officer.office)
    return web(request).templates.page(
        request,
        "units.html",
        told.status if told else 200,
        officer=officer,
        office=office.plan,
        units=await reports.desk.dossiers.units(office),
        cards=known.cards,
        statuses=STATUSES,
        kinds=KINDS,
        refused=refused,
        problem=told,
        new_key=new_key,
    )
