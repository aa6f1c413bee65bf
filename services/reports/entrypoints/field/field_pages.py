"""The crew's page: which unit, what it is sent to, and how far it is, by one thumb."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from services.reports.context import Reports, reports_of
from services.reports.domain.errors import UnitUnknown
from services.reports.domain.office import Office
from services.reports.entrypoints.desk import names
from services.reports.entrypoints.desk.board_pages import FIELD
from services.reports.entrypoints.desk.people import people_of
from services.reports.entrypoints.desk.steps import UNIT_STEPS
from services.reports.entrypoints.evidence.desk import desk_evidence
from services.reports.entrypoints.field.unit_cookie import forget, remember, unit_of
from services.reports.entrypoints.staff import MayReportFromField
from shared.contracts.fields import Id, Slug
from shared.contracts.message import Command
from shared.contracts.reports.incidents import AddNote
from shared.contracts.reports.office import UnitPlan
from shared.messaging.errors import Declined, Pending
from shared.staff.entrypoints.officer import Officer
from shared.web.app import web
from shared.web.ask import Key, ask, new_key
from shared.web.outcomes import see, wait
from shared.web.problems import Problem, problem

router = APIRouter(prefix=FIELD, include_in_schema=False)

Written = Annotated[str, Form(min_length=1, max_length=4000)]


@router.get("")
async def field(request: Request, officer: MayReportFromField) -> Response:
    """The unit that was chosen, or the choice."""
    return await _page(request, officer)


@router.post("/unit")
async def choose(
    request: Request, officer: MayReportFromField, unit: Annotated[str, Form(max_length=40)] = ""
) -> Response:
    """Ride with a unit from now on; with none by leaving it empty."""
    response = see(FIELD)
    if not unit:
        forget(response)
        return response
    office = await reports_of(request).offices.office(officer.office)
    remember(response, office.id, office.unit(unit).id, secure=request.url.scheme == "https")
    return response


@router.post("/units/{unit}/note")
async def note(
    request: Request,
    unit: Slug,
    officer: MayReportFromField,
    key: Key,
    incident: Annotated[Id, Form()],
    words: Written,
) -> Response:
    """Write something down about what the unit is sent to."""
    command = AddNote(office=officer.office, incident=incident, words=words, via="field")
    return await _do(request, officer, unit, command, key)


@router.post("/units/{unit}/{step}")
async def step(request: Request, unit: Slug, step: str, officer: MayReportFromField, key: Key) -> Response:
    """Accept, on scene, check in, clear; in service, out of service."""
    if step not in UNIT_STEPS:
        raise problem(404)
    return await _do(request, officer, unit, UNIT_STEPS[step](office=officer.office, unit=unit), key)


async def _do(request: Request, officer: Officer, unit: str, command: Command, key: str) -> Response:
    try:
        await ask(request, command, actor=officer.actor(unit), key=key)
    except Declined as declined:
        return await _page(request, officer, web(request).problems.refusal(declined.slug, declined.details))
    except Pending as pending:
        return wait(request, pending, back=FIELD)
    return see(FIELD)


async def _page(request: Request, officer: Officer, told: Problem | None = None) -> Response:
    reports = reports_of(request)
    office = await reports.offices.office(officer.office)
    plan = _chosen(request, office)
    units = await reports.desk.dossiers.units(office)
    if plan is None:
        return web(request).templates.page(
            request, "field_units.html", officer=officer, office=office.plan, units=units, names=names, new_key=new_key
        )
    return await _unit_page(request, reports, officer, office, plan, told)


async def _unit_page(
    request: Request, reports: Reports, officer: Officer, office: Office, plan: UnitPlan, told: Problem | None
) -> Response:
    unit, incident = await reports.desk.boards.unit(office.id, plan.id)
    view = await reports.desk.dossiers.of(office.id, incident.id) if incident else None
    return web(request).templates.page(
        request,
        "field.html",
        told.status if told else 200,
        officer=officer,
        office=office.plan,
        plan=plan,
        unit=unit,
        incident=view,
        units={one.id: one.name for one in office.plan.units},
        names=names,
        people=await people_of(request, officer),
        evidence=await desk_evidence(request, officer, incident) if incident else None,
        problem=told,
        new_key=new_key,
    )


def _chosen(request: Request, office: Office) -> UnitPlan | None:
    try:
        return office.unit(unit_of(request, office.id))
    except UnitUnknown:
        return None
