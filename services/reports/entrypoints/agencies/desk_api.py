"""The staff's JSON API about other agencies: rules, tokens, and who has an incident."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from starlette.requests import Request

from services.reports.context import reports_of
from services.reports.entrypoints.agencies.representations import (
    AgencyBody,
    AgencyOut,
    MessageOut,
    ReasonBody,
    ReplyBody,
    RuleBody,
    RuleOut,
    ShareBody,
    SharedWithOut,
    TokenBody,
    TokenMadeOut,
    TokenOut,
)
from services.reports.entrypoints.agencies.room import room_of
from services.reports.entrypoints.agencies.topics import must_have_topics
from services.reports.entrypoints.api import ACCEPTED_LATER, PREFIX
from services.reports.entrypoints.staff import MayShareWithAgencies, MayWorkAtDesk
from shared.contracts.reports.agencies import (
    AcceptRule,
    AddAgency,
    EndRule,
    ProposeRule,
    RemoveAgency,
    RemoveExercise,
    RuleProposed,
    SendAgencyMessage,
    ShareIncident,
)
from shared.staff.entrypoints.officer import Officer
from shared.web.ask import ask
from shared.web.outcomes import PROBLEM

router = APIRouter(prefix=PREFIX, tags=["agencies"], responses=PROBLEM)

Slug = Annotated[str, Path(max_length=40, description="The agency's short name")]
Given = Annotated[str, Path(max_length=64)]


@router.get("/agencies")
async def agencies(request: Request, officer: MayWorkAtDesk) -> list[AgencyOut]:
    """Whom the office shares incidents with."""
    return [AgencyOut.of(view) for view in await room_of(request).agencies.all(officer.office)]


@router.post("/agencies", status_code=201, responses=ACCEPTED_LATER)
async def add(request: Request, body: AgencyBody, officer: MayShareWithAgencies) -> AgencyOut:
    """Have an agency that the operator has given its topics; again: call it otherwise."""
    await must_have_topics(request, body.slug)
    command = AddAgency(office=officer.office, agency=body.slug, name=body.name, kind=body.kind)
    await ask(request, command, actor=officer.actor())
    return await _agency(request, officer, body.slug)


@router.post("/agencies/{slug}/remove", responses=ACCEPTED_LATER)
async def remove(request: Request, slug: Slug, body: ReasonBody, officer: MayShareWithAgencies) -> AgencyOut:
    """Share nothing with it any more: every rule ends, and so do its tokens."""
    command = RemoveAgency.model_validate({"office": officer.office, "agency": slug, "reason": body.reason})
    await ask(request, command, actor=officer.actor())
    return await _agency(request, officer, slug)


@router.get("/agencies/{slug}/rules")
async def rules(request: Request, slug: Slug, officer: MayShareWithAgencies) -> list[RuleOut]:
    """What is agreed, or proposed."""
    return [RuleOut.of(rule) for rule in await room_of(request).agencies.rules(officer.office, slug)]


@router.post("/agencies/{slug}/rules", status_code=201, responses=ACCEPTED_LATER)
async def propose(request: Request, slug: Slug, body: RuleBody, officer: MayShareWithAgencies) -> RuleOut:
    """Propose what could be shared. Nothing is before the agency agrees."""
    command = ProposeRule.model_validate({"office": officer.office, "agency": slug, "terms": body.terms})
    proposed = await ask(request, command, actor=officer.actor())
    assert isinstance(proposed, RuleProposed)
    return await _rule(request, officer, slug, proposed.rule)


@router.post("/agencies/{slug}/rules/{rule}/accept", responses=ACCEPTED_LATER)
async def accept(request: Request, slug: Slug, rule: Given, officer: MayShareWithAgencies) -> RuleOut:
    """Agree to what the agency proposes."""
    command = AcceptRule(office=officer.office, rule=rule)
    await ask(request, command, actor=officer.actor())
    return await _rule(request, officer, slug, rule)


@router.post("/agencies/{slug}/rules/{rule}/end", responses=ACCEPTED_LATER)
async def end(request: Request, slug: Slug, rule: Given, body: ReasonBody, officer: MayShareWithAgencies) -> RuleOut:
    """Share nothing by it any more."""
    command = EndRule(office=officer.office, rule=rule, reason=body.reason)
    await ask(request, command, actor=officer.actor())
    return await _rule(request, officer, slug, rule)


@router.get("/agencies/{slug}/tokens")
async def tokens(request: Request, slug: Slug, officer: MayShareWithAgencies) -> list[TokenOut]:
    """The agency's programs."""
    return [TokenOut.of(token) for token in await room_of(request).bridges.tokens.of(officer.office, slug)]


@router.post("/agencies/{slug}/tokens", status_code=201)
async def make_token(request: Request, slug: Slug, body: TokenBody, officer: MayShareWithAgencies) -> TokenMadeOut:
    """A token for a program of the agency's. It is told only now."""
    await room_of(request).agencies.agency(officer.office, slug)
    made, text = await room_of(request).bridges.tokens.make(officer.office, slug, body.name, officer.actor())
    return TokenMadeOut.model_validate({**TokenOut.of(made).model_dump(), "token": text})


@router.post("/agencies/{slug}/tokens/{token}/end", status_code=204)
async def end_token(request: Request, slug: Slug, token: Given, officer: MayShareWithAgencies) -> Response:
    """The program gets in no more."""
    await room_of(request).bridges.tokens.end(officer.office, slug, token, officer.actor())
    return Response(status_code=204)


@router.get("/incidents/{incident}/agencies")
async def shared_with(request: Request, incident: Given, officer: MayWorkAtDesk) -> list[SharedWithOut]:
    """Who has the incident, or had it, and by which rule."""
    await reports_of(request).desk.dossiers.incident(officer.office, incident)
    return [SharedWithOut.of(one) for one in await room_of(request).agencies.shared_with(officer.office, incident)]


@router.post("/incidents/{incident}/agencies", status_code=204, responses=ACCEPTED_LATER)
async def share(request: Request, incident: Given, body: ShareBody, officer: MayWorkAtDesk) -> None:
    """Share it by hand."""
    command = ShareIncident(office=officer.office, incident=incident, **body.model_dump())
    await ask(request, command, actor=officer.actor())


@router.get("/incidents/{incident}/agencies/{slug}/messages")
async def messages(request: Request, incident: Given, slug: Slug, officer: MayWorkAtDesk) -> list[MessageOut]:
    """What desk and agency wrote to each other."""
    await reports_of(request).desk.dossiers.incident(officer.office, incident)
    talk = await room_of(request).agencies.talk(officer.office, incident, slug)
    return [MessageOut.of(line) for line in talk if line.what == "AgencyMessageSent"]


@router.post("/incidents/{incident}/agencies/messages", status_code=204, responses=ACCEPTED_LATER)
async def reply(request: Request, incident: Given, body: ReplyBody, officer: MayWorkAtDesk) -> None:
    """Write to an agency that has it."""
    command = SendAgencyMessage(office=officer.office, incident=incident, side="office", **body.model_dump())
    await ask(request, command, actor=officer.actor())


@router.post("/incidents/{incident}/remove-exercise", status_code=204, responses=ACCEPTED_LATER)
async def remove_exercise(request: Request, incident: Given, body: ReasonBody, officer: MayWorkAtDesk) -> None:
    """Take a drill away from all who have it."""
    command = RemoveExercise(office=officer.office, incident=incident, reason=body.reason)
    await ask(request, command, actor=officer.actor())


async def _agency(request: Request, officer: Officer, slug: str) -> AgencyOut:
    return AgencyOut.of(await room_of(request).agencies.agency(officer.office, slug))


async def _rule(request: Request, officer: Officer, slug: str, rule: str) -> RuleOut:
    return RuleOut.of(await room_of(request).agencies.rule(officer.office, slug, rule))
