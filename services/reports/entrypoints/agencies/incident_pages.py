"""One incident and other agencies, for the desk: who has it, what they say, sharing it by hand, taking a drill away."""

from typing import Annotated, Any

from fastapi import APIRouter, Form
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from services.reports.context import reports_of
from services.reports.entrypoints.agencies.room import room_of
from services.reports.entrypoints.agencies.words import talk_words, tier_words
from services.reports.entrypoints.desk import names
from services.reports.entrypoints.staff import MayWorkAtDesk
from shared.contracts.fields import Id
from shared.contracts.message import Command
from shared.contracts.reports.agencies import RemoveExercise, SendAgencyMessage, ShareIncident
from shared.messaging.errors import Declined, Pending
from shared.staff.entrypoints.officer import Officer
from shared.web.app import web
from shared.web.ask import Key, ask, new_key
from shared.web.outcomes import see, wait
from shared.web.problems import Problem, problem

INCIDENTS = "/reports/desk/incidents"

router = APIRouter(prefix=INCIDENTS + "/{incident}/agencies", include_in_schema=False)

Words = Annotated[str, Form(max_length=4000)]
Short = Annotated[str, Form(max_length=300)]


@router.get("")
async def agencies(request: Request, incident: Id, officer: MayWorkAtDesk) -> Response:
    """Who has it, and what was said."""
    return await _page(request, officer, incident)


@router.post("/share")
async def share(
    request: Request,
    incident: Id,
    officer: MayWorkAtDesk,
    key: Key,
    agency: Short = "",
    tier: Short = "",
    purpose: Words = "",
) -> Response:
    """Share it by hand, whatever the rules say."""
    told = {"agency": agency, "tier": tier, "purpose": purpose}
    return await _do(request, officer, incident, ShareIncident, key, **told)


@router.post("/reply")
async def reply(
    request: Request, incident: Id, officer: MayWorkAtDesk, key: Key, agency: Short = "", words: Words = ""
) -> Response:
    """Write to an agency that has it."""
    told = {"agency": agency, "words": words, "side": "office"}
    return await _do(request, officer, incident, SendAgencyMessage, key, **told)


@router.post("/remove-exercise")
async def remove_exercise(
    request: Request, incident: Id, officer: MayWorkAtDesk, key: Key, reason: Words = ""
) -> Response:
    """Take a drill away from all who have it; back to the board, since no page shows it any more."""
    return await _do(request, officer, incident, RemoveExercise, key, back="/reports/desk", reason=reason)


async def _do(
    request: Request,
    officer: Officer,
    incident: str,
    kind: type[Command],
    key: str,
    *,
    back: str | None = None,
    **told: Any,
) -> Response:
    back = back or f"{INCIDENTS}/{incident}/agencies"
    try:
        command = kind.model_validate({"office": officer.office, "incident": incident, **told})
        await ask(request, command, actor=officer.actor(), key=key)
    except ValidationError:
        return await _page(request, officer, incident, problem(422))
    except Declined as declined:
        return await _page(request, officer, incident, web(request).problems.of(declined))
    except Pending as pending:
        return wait(request, pending, back=back)
    return see(back)


async def _page(request: Request, officer: Officer, incident: str, told: Problem | None = None) -> Response:
    room, reports = room_of(request), reports_of(request)
    view = await reports.desk.dossiers.of(officer.office, incident)
    shared = await room.agencies.shared_with(officer.office, incident)
    has = {one.agency for one in shared if one.has_it}
    known = await room.agencies.all(officer.office)
    return web(request).templates.page(
        request,
        "incident_agencies.html",
        told.status if told else 200,
        officer=officer,
        incident=view,
        shared=shared,
        others=[agency for agency in known if not agency.gone and agency.slug not in has],
        agencies={agency.slug: agency for agency in known},
        talk=await room.agencies.talk(officer.office, incident),
        tiers=tier_words(),
        talk_words=talk_words,
        names=names,
        problem=told,
        new_key=new_key,
    )
