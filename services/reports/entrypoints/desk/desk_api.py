"""The JSON API of the desk: the board, incidents and what is done with them, units, search."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Body, Path, Response
from starlette.requests import Request

from services.reports.context import reports_of
from services.reports.entrypoints.api import ACCEPTED_LATER, PREFIX
from services.reports.entrypoints.desk.asked import AskedCursor, AskedFilter, AskedSearch
from services.reports.entrypoints.desk.intake import IntakeBody, part_of, take_in
from services.reports.entrypoints.desk.representations import (
    BoardOut,
    HandedOverOut,
    HitsOut,
    IncidentOut,
    UnitOut,
)
from services.reports.entrypoints.desk.steps import STEPS, UNIT_STEPS, HandOverAllBody, StepBody
from services.reports.entrypoints.staff import MayReportFromField, MayWorkAtDesk
from services.reports.live.boards import board_topic, incident_topic, unit_topic
from shared.contracts.fields import Id, Slug
from shared.contracts.reports.incidents import HandOver
from shared.messaging.errors import Declined, Pending, Transient
from shared.staff.entrypoints.officer import Officer
from shared.staff.sign_outs import account_topic
from shared.web.app import web
from shared.web.ask import ask, command_id
from shared.web.i18n import language
from shared.web.outcomes import PROBLEM
from shared.web.sse import EventStreamResponse

router = APIRouter(prefix=PREFIX + "/offices/{office}", tags=["desk"], responses=PROBLEM)

INCIDENT = "/incidents/{incident}"
UNIT = "/units/{unit}"
UnitStep = Annotated[str, Path(pattern=f"^({'|'.join(UNIT_STEPS)})$")]


@router.get("/board")
async def board(request: Request, office: str, officer: MayWorkAtDesk, wanted: AskedFilter) -> BoardOut:
    """The open incidents: `state`, `priority`, `category`, `charge` (`me`, `nobody`, a user name), `late`,
    `escalated`, `exercise` (`only`, `without`) and `text` choose among them.
    """
    officer.must_work_at(office)
    known = await reports_of(request).desk.boards.open(office)
    return BoardOut.of(known.board(wanted.of(officer.username)))


@router.get("/board/stream", response_class=Response, tags=["live"])
async def board_stream(request: Request, office: str, officer: MayWorkAtDesk, wanted: AskedFilter) -> Response:
    """The same, now and at each change."""
    officer.must_work_at(office)
    code, chosen, live = language(), wanted.of(officer.username), reports_of(request).desk.live

    async def first() -> bytes:
        return await live.board(office, chosen, code)

    topics = board_topic(office, chosen, code), account_topic(officer.account)
    return EventStreamResponse(web(request).hub, *topics, first=first)


@router.get("/incidents")
async def search(
    request: Request, office: str, officer: MayWorkAtDesk, wanted: AskedSearch, cursor: AskedCursor
) -> HitsOut:
    """Incidents in which all words of `q` occur, the newest first; a number or tracking code leads straight to one."""
    officer.must_work_at(office)
    return HitsOut.of(await reports_of(request).desk.search.find(office, wanted, cursor))


@router.post("/incidents", status_code=201, responses=ACCEPTED_LATER)
async def take_in_for_a_caller(request: Request, office: Slug, body: IntakeBody, officer: MayWorkAtDesk) -> IncidentOut:
    """Take a report in for somebody who calls or stands at the desk, judged at once if told how."""
    officer.must_work_at(office)
    incident = await take_in(request, officer, body, command_id(request))
    return IncidentOut.of(await reports_of(request).desk.dossiers.of(office, incident))


@router.post("/hand-over")
async def hand_over_all(request: Request, office: Slug, body: HandOverAllBody, officer: MayWorkAtDesk) -> HandedOverOut:
    """Hand over several incidents at once, as at a change of shift. Each by itself: one that cannot holds up none."""
    officer.must_work_at(office)
    try:
        return await handed_over(request, officer, body, command_id(request))
    except Pending as pending:  # each has an outcome of its own, so that there is none to wait for
        raise Transient("not all that was handed over is done yet") from pending


@router.get(INCIDENT)
async def incident(request: Request, office: str, incident: Id, officer: MayWorkAtDesk) -> IncidentOut:
    """An incident with its timeline, its clocks, and what can be done now."""
    officer.must_work_at(office)
    return IncidentOut.of(await reports_of(request).desk.dossiers.of(office, incident))


@router.get(INCIDENT + "/stream", response_class=Response, tags=["live"])
async def incident_stream(request: Request, office: str, incident: Id, officer: MayReportFromField) -> Response:
    """How often it has changed, now and at each change: whoever shows it asks for it anew."""
    officer.must_work_at(office)
    reports = reports_of(request)

    async def first() -> bytes:
        return reports.desk.words.incident((await reports.desk.dossiers.incident(office, incident)).revision)

    topics = incident_topic(incident), account_topic(officer.account)
    return EventStreamResponse(web(request).hub, *topics, first=first)


@router.get("/units")
async def units(request: Request, office: str, officer: MayReportFromField) -> list[UnitOut]:
    """Every unit, and how far it is."""
    officer.must_work_at(office)
    reports = reports_of(request)
    known = await reports.offices.office(office)
    found = await reports.desk.dossiers.units(known)
    return [UnitOut.of(plan, found[plan.id]) for plan in known.plan.units]


@router.get(UNIT + "/stream", response_class=Response, tags=["live"])
async def unit_stream(request: Request, office: str, unit: Slug, officer: MayReportFromField) -> Response:
    """How far a unit is and how often its incident has changed, now and at each change."""
    officer.must_work_at(office)
    reports = reports_of(request)
    (await reports.offices.office(office)).unit(unit)

    async def first() -> bytes:
        return await reports.desk.live.unit(office, unit)

    topics = unit_topic(office, unit), account_topic(officer.account)
    return EventStreamResponse(web(request).hub, *topics, first=first)


@router.post(UNIT + "/{step}", responses=ACCEPTED_LATER)
async def unit_step(request: Request, office: Slug, unit: Slug, step: UnitStep, officer: MayReportFromField) -> UnitOut:
    """Accept, arrive, check in, clear; in service, out of service."""
    officer.must_work_at(office)
    await ask(request, UNIT_STEPS[step](office=office, unit=unit), actor=officer.actor(unit))
    reports = reports_of(request)
    known = await reports.offices.office(office)
    return UnitOut.of(known.unit(unit), (await reports.desk.dossiers.units(known))[unit])


async def handed_over(request: Request, officer: Officer, body: HandOverAllBody, key: str) -> HandedOverOut:
    """Hand over each; a key of its own follows from the one of all."""
    done, refused = [], {}
    for incident in dict.fromkeys(body.incidents):
        command = HandOver(office=officer.office, incident=incident, to=body.to, note=body.note)
        try:
            await ask(request, command, actor=officer.actor(), key=part_of(key, incident))
        except Declined as declined:
            refused[incident] = declined.slug
        else:
            done.append(incident)
    return HandedOverOut(done=done, refused=refused)


def _step(body_type: type[StepBody]) -> Callable[..., Awaitable[IncidentOut]]:
    """The endpoint of a step."""

    async def act(request: Request, office: Slug, incident: Id, officer: MayWorkAtDesk, body: StepBody) -> IncidentOut:
        officer.must_work_at(office)
        await ask(request, body.command(office, incident), actor=officer.actor())
        return IncidentOut.of(await reports_of(request).desk.dossiers.of(office, incident))

    needless = not any(field.is_required() for field in body_type.model_fields.values())
    act.__annotations__["body"] = Annotated[body_type, Body(default_factory=body_type)] if needless else body_type
    act.__doc__ = body_type.__doc__
    return act


for _name, _body in STEPS.items():
    router.add_api_route(
        f"{INCIDENT}/{_name}",
        _step(_body),
        methods=["POST"],
        name=_name,
        responses=ACCEPTED_LATER,
    )
