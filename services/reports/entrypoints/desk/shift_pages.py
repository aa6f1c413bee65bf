"""The change of shift: what somebody looks after, what the next one must know, and handing all of it over."""

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from services.reports.context import reports_of
from services.reports.entrypoints.desk import names
from services.reports.entrypoints.desk.board_pages import DESK
from services.reports.entrypoints.desk.desk_api import handed_over
from services.reports.entrypoints.desk.people import people_of
from services.reports.entrypoints.desk.representations import HandedOverOut
from services.reports.entrypoints.desk.steps import HandOverAllBody
from services.reports.entrypoints.staff import MayWorkAtDesk
from services.reports.views.board_shown import Filter
from shared.messaging.errors import Pending
from shared.staff.entrypoints.officer import Officer
from shared.web.app import web
from shared.web.ask import Key, new_key
from shared.web.i18n import gettext
from shared.web.outcomes import wait
from shared.web.problems import Problem

SHIFT = f"{DESK}/shift"

router = APIRouter(prefix=SHIFT, include_in_schema=False)


@router.get("")
async def shift(request: Request, officer: MayWorkAtDesk) -> Response:
    """What the next shift must know."""
    return await _page(request, officer)


@router.post("")
async def hand_over(request: Request, officer: MayWorkAtDesk, key: Key) -> Response:
    """Hand over what is marked."""
    sent = await request.form()
    told = {"to": sent.get("to"), "note": sent.get("note", ""), "incidents": sent.getlist("incidents")}
    try:
        body = HandOverAllBody.model_validate(told)
    except ValidationError:
        title = gettext("Something is missing or wrong")
        detail = gettext("Please choose a colleague and mark what they take over.")
        return await _page(request, officer, told=Problem(422, "step-incomplete", title, detail))
    try:
        done = await handed_over(request, officer, body, key)
    except Pending as pending:
        return wait(request, pending, back=SHIFT)
    return await _page(request, officer, done)


async def _page(
    request: Request, officer: Officer, done: HandedOverOut | None = None, told: Problem | None = None
) -> Response:
    reports = reports_of(request)
    known = await reports.desk.boards.open(officer.office)
    units = await reports.desk.dossiers.units(known.office)
    cards = known.board(Filter()).cards
    problems = web(request).problems
    return web(request).templates.page(
        request,
        "shift.html",
        told.status if told else 200,
        officer=officer,
        office=known.office.plan,
        mine=[card for card in cards if card.in_charge == officer.username],
        others=[card for card in cards if card.in_charge is None or card.late],
        busy=[(plan, units[plan.id]) for plan in known.office.plan.units if units[plan.id].incident],
        cards=known.cards,
        names=names,
        people=await people_of(request, officer),
        done=done,
        refused={id: problems.refusal(slug, {}) for id, slug in (done.refused if done else {}).items()},
        problem=told,
        idempotency_key=new_key(),
    )
