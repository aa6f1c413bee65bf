"""The managers' pages of other agencies: who they are, what is agreed with them, and their programs' ways in."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Form
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from services.reports.bridges.tokens import Token
from services.reports.context import reports_of
from services.reports.entrypoints.agencies.representations import AgencyBody, TokenBody
from services.reports.entrypoints.agencies.room import room_of
from services.reports.entrypoints.agencies.terms_form import TermsForm, read_terms
from services.reports.entrypoints.agencies.topics import must_have_topics
from services.reports.entrypoints.agencies.webhook_steps import take_step
from services.reports.entrypoints.agencies.words import kind_words, rule_sign, tier_words, webhook_words
from services.reports.entrypoints.desk import names
from services.reports.entrypoints.staff import MayShareWithAgencies
from services.reports.views.agencies_lag import lag_of
from shared.contracts.message import Command
from shared.contracts.reports.agencies import AcceptRule, AddAgency, EndRule, ProposeRule, RemoveAgency
from shared.errors import Refused
from shared.messaging.errors import Declined, Pending
from shared.staff.entrypoints.officer import Officer
from shared.web.app import web
from shared.web.ask import Key, ask, new_key
from shared.web.outcomes import see, wait
from shared.web.problems import Problem, problem
from shared.web.validation import field_errors

AGENCIES = "/reports/desk/agencies"

router = APIRouter(prefix=AGENCIES, include_in_schema=False)

Words = Annotated[str, Form(max_length=500)]


@router.get("")
async def agencies(request: Request, officer: MayShareWithAgencies) -> Response:
    """Whom the office shares incidents with."""
    return await _list(request, officer, {}, {})


@router.post("")
async def add(request: Request, officer: MayShareWithAgencies, key: Key) -> Response:
    """Have one more, which the operator has given its topics."""
    form = await request.form()
    written = {name: str(form.get(name, "")).strip() for name in ("slug", "name", "kind")}
    told = {**written, "name": {"id": written["name"], "en": written["name"]}}
    try:
        body = AgencyBody.model_validate(told)
        if not written["name"]:
            raise problem(422)
        await must_have_topics(request, body.slug)
        command = AddAgency(office=officer.office, agency=body.slug, name=body.name, kind=body.kind)
        await ask(request, command, actor=officer.actor(), key=key)
    except ValidationError as error:
        return await _list(request, officer, written, _errors(error))
    except (Problem, Declined) as refused:
        return await _list(request, officer, written, {}, web(request).problems.of(refused))
    except Pending as pending:
        return wait(request, pending, back=AGENCIES)
    return see(f"{AGENCIES}/{body.slug}")


@router.get("/{slug}")
async def agency(request: Request, slug: str, officer: MayShareWithAgencies) -> Response:
    """One agency: rules, tokens, webhooks, and how far it has read."""
    return await _page(request, officer, slug)


@router.post("/{slug}/remove")
async def remove(request: Request, slug: str, officer: MayShareWithAgencies, key: Key, reason: Words = "") -> Response:
    """Share nothing with it any more."""
    return await _do(request, officer, slug, RemoveAgency, key, agency=slug, reason=reason)


@router.get("/{slug}/rules/new")
async def new_rule(request: Request, slug: str, officer: MayShareWithAgencies) -> Response:
    """A form for what could be shared."""
    return await _form(request, officer, slug, TermsForm())


@router.post("/{slug}/rules/new")
async def propose(request: Request, slug: str, officer: MayShareWithAgencies, key: Key) -> Response:
    """Propose it."""
    office = await reports_of(request).offices.office(officer.office)
    told = read_terms(await request.form(), office)
    if told.terms is None:
        return await _form(request, officer, slug, told)
    try:
        command = ProposeRule(office=officer.office, agency=slug, terms=told.terms)
        await ask(request, command, actor=officer.actor(), key=key)
    except Declined as declined:
        return await _form(request, officer, slug, told, web(request).problems.of(declined))
    except Pending as pending:
        return wait(request, pending, back=f"{AGENCIES}/{slug}")
    return see(f"{AGENCIES}/{slug}")


@router.post("/{slug}/rules/{rule}/accept")
async def accept(request: Request, slug: str, rule: str, officer: MayShareWithAgencies, key: Key) -> Response:
    """Agree to what the agency proposes."""
    return await _do(request, officer, slug, AcceptRule, key, rule=rule)


@router.post("/{slug}/rules/{rule}/end")
async def end(
    request: Request, slug: str, rule: str, officer: MayShareWithAgencies, key: Key, reason: Words = ""
) -> Response:
    """Share nothing by it any more."""
    return await _do(request, officer, slug, EndRule, key, rule=rule, reason=reason)


@router.post("/{slug}/tokens")
async def make_token(request: Request, slug: str, officer: MayShareWithAgencies, name: Words = "") -> Response:
    """A token for one of the agency's programs: shown once."""
    await room_of(request).agencies.agency(officer.office, slug)
    try:
        body = TokenBody.model_validate({"name": name})
        made = await room_of(request).bridges.tokens.make(officer.office, slug, body.name, officer.actor())
    except ValidationError:
        return await _page(request, officer, slug, told=problem(422))
    except Refused as refused:
        return await _page(request, officer, slug, told=web(request).problems.of(refused))
    return await _page(request, officer, slug, made=made)


@router.post("/{slug}/tokens/{token}/end")
async def end_token(request: Request, slug: str, token: str, officer: MayShareWithAgencies) -> Response:
    """The program gets in no more."""
    await room_of(request).bridges.tokens.end(officer.office, slug, token, officer.actor())
    return see(f"{AGENCIES}/{slug}")


@router.post("/{slug}/webhooks/{webhook}/{step}")
async def change_webhook(
    request: Request, slug: str, webhook: str, step: str, officer: MayShareWithAgencies, since: Words = ""
) -> Response:
    """Switch it off or on, or send everything since a moment once more."""
    webhooks = room_of(request).bridges.webhooks(officer.office, slug)
    wrong = await take_step(request, webhooks, webhook, step, since, of=("disable", "enable", "replay"))
    return await _page(request, officer, slug, told=wrong) if wrong else see(f"{AGENCIES}/{slug}")


async def _do(request: Request, officer: Officer, slug: str, kind: type[Command], key: str, **told: Any) -> Response:
    try:
        command = kind.model_validate({"office": officer.office, **told})
        await ask(request, command, actor=officer.actor(), key=key)
    except ValidationError:
        return await _page(request, officer, slug, told=problem(422))
    except Declined as declined:
        return await _page(request, officer, slug, told=web(request).problems.of(declined))
    except Pending as pending:
        return wait(request, pending, back=f"{AGENCIES}/{slug}")
    return see(f"{AGENCIES}/{slug}")


def _errors(error: ValidationError) -> dict[str, str]:
    return {told["field"].partition(".")[0]: told["message"] for told in field_errors(error.errors())}


async def _list(
    request: Request,
    officer: Officer,
    written: Mapping[str, str],
    errors: Mapping[str, str],
    told: Problem | None = None,
) -> Response:
    return web(request).templates.page(
        request,
        "agencies.html",
        told.status if told else 422 if errors else 200,
        officer=officer,
        agencies=await room_of(request).agencies.all(officer.office),
        kinds=kind_words(),
        written=written,
        errors=errors,
        problem=told,
        new_key=new_key,
    )


async def _page(
    request: Request,
    officer: Officer,
    slug: str,
    *,
    made: tuple[Token, str] | None = None,
    told: Problem | None = None,
) -> Response:
    room, reports = room_of(request), reports_of(request)
    view = await room.agencies.agency(officer.office, slug)
    return web(request).templates.page(
        request,
        "agency.html",
        told.status if told else 200,
        headers={"Cache-Control": "no-store"} if made else None,
        officer=officer,
        agency=view,
        office=(await reports.offices.office(officer.office)).plan,
        rules=await room.agencies.rules(officer.office, slug),
        tokens=await room.bridges.tokens.of(officer.office, slug),
        webhooks=await room.bridges.webhooks(officer.office, slug).all(),
        groups=await lag_of(room.settings, slug),
        zone=await reports.offices.time_zone(officer.office),
        made=made,
        problem=told,
        kinds=kind_words(),
        tiers=tier_words(),
        rule_sign=rule_sign,
        webhook_words=webhook_words,
        names=names,
        new_key=new_key,
    )


async def _form(
    request: Request, officer: Officer, slug: str, form: TermsForm, told: Problem | None = None
) -> Response:
    reports = reports_of(request)
    return web(request).templates.page(
        request,
        "agency_rule.html",
        told.status if told else 422 if form.errors else 200,
        officer=officer,
        agency=await room_of(request).agencies.agency(officer.office, slug),
        office=(await reports.offices.office(officer.office)).plan,
        form=form,
        tiers=tier_words(),
        severities=list(names.SEVERITIES.items())[::-1],
        tiles=reports.tiles,
        problem=told,
        new_key=new_key,
    )
