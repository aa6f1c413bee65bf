"""An agency's own page: what is shared with it, what it says, rules, webhooks, and how far its programs have read.

For a person with one of the agency's tokens, which is entered once and stays in this page's cookie.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Form
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from services.reports.bridges.destinations import Destination
from services.reports.bridges.webhooks import Webhooks
from services.reports.context import reports_of
from services.reports.entrypoints.agencies.agency_api import standing_of
from services.reports.entrypoints.agencies.caller import COOKIE, PAGE, Caller, Visiting, signed_in
from services.reports.entrypoints.agencies.representations import WebhookBody
from services.reports.entrypoints.agencies.room import room_of
from services.reports.entrypoints.agencies.webhook_steps import take_step
from services.reports.entrypoints.agencies.words import (
    rule_sign,
    status_words,
    talk_words,
    tier_words,
    webhook_words,
)
from services.reports.entrypoints.desk import names
from services.reports.views.agencies_lag import lag_of
from shared.contracts.message import Command
from shared.contracts.reports.agencies import (
    AcceptRule,
    AcknowledgeIncident,
    EndRule,
    ReportAgencyUnit,
    SendAgencyMessage,
)
from shared.errors import Refused
from shared.messaging.errors import Declined, Pending
from shared.web.app import web
from shared.web.ask import Key, ask, new_key
from shared.web.outcomes import see, wait
from shared.web.problems import Problem, problem

SHOWN_MOST = 200
_STEPS: Mapping[str, type[Command]] = {
    "acknowledge": AcknowledgeIncident,
    "unit": ReportAgencyUnit,
    "say": SendAgencyMessage,
}

router = APIRouter(prefix=PAGE, include_in_schema=False)

Words = Annotated[str, Form(max_length=4000)]


@router.get("/sign-in")
async def sign_in_form(request: Request) -> Response:
    """Ask for the token."""
    return web(request).templates.page(request, "agency_sign_in.html", problem=None)


@router.post("/sign-in")
async def sign_in(request: Request, token: Words = "") -> Response:
    """Take the token into this page's cookie."""
    text = token.strip()
    try:
        await signed_in(request, text)
    except Problem as wrong:
        return web(request).templates.page(request, "agency_sign_in.html", wrong.status, problem=wrong)
    answer = see(PAGE)
    answer.set_cookie(COOKIE, text, path=PAGE, httponly=True, samesite="lax", secure=room_of(request).settings.https)
    return answer


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """Forget it."""
    answer = see(f"{PAGE}/sign-in")
    answer.delete_cookie(COOKIE, path=PAGE)
    return answer


@router.get("")
async def overview(request: Request, caller: Visiting) -> Response:
    """Everything at one glance."""
    return await _page(request, caller)


@router.get("/incidents/{incident}")
async def incident(request: Request, incident: str, caller: Visiting) -> Response:
    """One incident, and what was said about it."""
    return await _incident(request, caller, incident)


@router.post("/incidents/{incident}/{step}")
async def act(
    request: Request,
    incident: str,
    step: str,
    caller: Visiting,
    key: Key,
    reference: Words = "",
    unit: Words = "",
    status: Words = "",
    words: Words = "",
) -> Response:
    """Take note of it, tell of a unit, or write to the desk."""
    if step not in _STEPS:
        raise problem(404)
    told: Mapping[str, Mapping[str, str]] = {
        "acknowledge": {"reference": reference},
        "unit": {"unit": unit, "status": status},
        "say": {"words": words, "side": "agency"},
    }
    body = {"office": caller.office, "agency": caller.agency, "incident": incident, **told[step]}
    try:
        await ask(request, _STEPS[step].model_validate(body), actor=caller.actor, key=key)
    except ValidationError:
        return await _incident(request, caller, incident, problem(422))
    except Declined as declined:
        return await _incident(request, caller, incident, web(request).problems.of(declined))
    except Pending as pending:
        return wait(request, pending, back=f"{PAGE}/incidents/{incident}")
    return see(f"{PAGE}/incidents/{incident}")


@router.post("/rules/{rule}/accept")
async def accept(request: Request, rule: str, caller: Visiting, key: Key) -> Response:
    """Agree to what the office proposes."""
    return await _decide(request, caller, AcceptRule, key, rule=rule)


@router.post("/rules/{rule}/end")
async def end(request: Request, rule: str, caller: Visiting, key: Key, reason: Words = "") -> Response:
    """Have no more of it."""
    return await _decide(request, caller, EndRule, key, rule=rule, reason=reason)


@router.post("/webhooks")
async def add_webhook(request: Request, caller: Visiting, name: Words = "", url: Words = "") -> Response:
    """Have webhooks sent; the secret is shown once."""
    try:
        body = WebhookBody.model_validate({"name": name, "url": url})
        made = await _webhooks(request, caller).add(body.name, body.url, caller.actor)
    except ValidationError:
        return await _page(request, caller, told=problem(422))
    except Refused as refused:
        return await _page(request, caller, told=web(request).problems.of(refused))
    return await _page(request, caller, made=made)


@router.post("/webhooks/{webhook}/{step}")
async def change_webhook(request: Request, webhook: str, step: str, caller: Visiting, since: Words = "") -> Response:
    """Remove it, switch it on again, or have everything since a moment sent once more."""
    webhooks = _webhooks(request, caller)
    wrong = await take_step(request, webhooks, webhook, step, since, of=("remove", "enable", "replay"))
    return await _page(request, caller, told=wrong) if wrong else see(PAGE)


def _webhooks(request: Request, caller: Caller) -> Webhooks:
    return room_of(request).bridges.webhooks(caller.office, caller.agency)


async def _decide(request: Request, caller: Caller, kind: type[Command], key: str, **told: Any) -> Response:
    try:
        command = kind.model_validate({"office": caller.office, **told})
        await ask(request, command, actor=caller.actor, key=key)
    except ValidationError:
        return await _page(request, caller, told=problem(422))
    except Declined as declined:
        return await _page(request, caller, told=web(request).problems.of(declined))
    except Pending as pending:
        return wait(request, pending, back=PAGE)
    return see(PAGE)


async def _page(
    request: Request, caller: Caller, *, told: Problem | None = None, made: tuple[Destination, str] | None = None
) -> Response:
    room, reports = room_of(request), reports_of(request)
    shown = await room.bridges.mirror.page(caller.agency, caller.office, limit=SHOWN_MOST)
    return web(request).templates.page(
        request,
        "agency_own.html",
        told.status if told else 200,
        headers={"Cache-Control": "no-store"},
        caller=caller,
        agency=await room.agencies.agency(caller.office, caller.agency),
        office=(await reports.offices.office(caller.office)).plan,
        standings=sorted(shown.standings, key=lambda standing: standing.at, reverse=True),
        more=shown.after is not None,
        acknowledged=await room.agencies.acknowledged_last(
            caller.office, caller.agency, [standing.state.incident for standing in shown.standings]
        ),
        rules=await room.agencies.rules(caller.office, caller.agency),
        webhooks=await _webhooks(request, caller).all(),
        groups=await lag_of(room.settings, caller.agency),
        zone=await reports.offices.time_zone(caller.office),
        made=made,
        problem=told,
        tiers=tier_words(),
        rule_sign=rule_sign,
        webhook_words=webhook_words,
        names=names,
        new_key=new_key,
    )


async def _incident(request: Request, caller: Caller, incident: str, told: Problem | None = None) -> Response:
    reports = reports_of(request)
    standing = await standing_of(request, caller, incident)
    return web(request).templates.page(
        request,
        "agency_own_incident.html",
        told.status if told else 200,
        headers={"Cache-Control": "no-store"},
        caller=caller,
        standing=standing,
        state=standing.state,
        talk=await room_of(request).agencies.talk(caller.office, incident, caller.agency),
        zone=await reports.offices.time_zone(caller.office),
        problem=told,
        talk_words=talk_words,
        statuses=status_words(),
        names=names,
        new_key=new_key,
    )
