"""An agency's own JSON API, by its token: what is shared with it, what it agrees to, and what it says to the desk."""

import hashlib
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from starlette.requests import Request

from services.reports.bridges.shared import Standing
from services.reports.domain.agency_errors import NotShared
from services.reports.entrypoints.agencies.caller import Caller, Calling
from services.reports.entrypoints.agencies.representations import (
    AcknowledgeBody,
    MessageBody,
    MessageOut,
    ReasonBody,
    RuleBody,
    RuleOut,
    SharedOut,
    UnitBody,
)
from services.reports.entrypoints.agencies.room import room_of
from services.reports.entrypoints.api import ACCEPTED_LATER, PREFIX
from shared.contracts.message import Command
from shared.contracts.reports.agencies import (
    AcceptRule,
    AcknowledgeIncident,
    EndRule,
    ProposeRule,
    ReportAgencyUnit,
    RuleProposed,
    SendAgencyMessage,
)
from shared.contracts.share import IncidentState
from shared.web.ask import ask
from shared.web.outcomes import PROBLEM

AGENCY = f"{PREFIX}/agency"

router = APIRouter(prefix=AGENCY, tags=["agencies"], responses=PROBLEM)

IncidentId = Annotated[str, Path(max_length=64)]
RuleId = Annotated[str, Path(max_length=64)]


@router.get("/incidents", response_model=SharedOut)
async def incidents(
    request: Request,
    caller: Calling,
    after: Annotated[str, Query(max_length=64, description="The last id of the page before")] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ended: Annotated[bool, Query(description="Also those that are not shared any more")] = False,
) -> Response:
    """How every incident stands that is shared with you. With `ETag`: ask again by `If-None-Match`."""
    page = await room_of(request).bridges.mirror.page(
        caller.agency, caller.office, after=after, limit=limit, ended=ended
    )
    address = page.after and f"{AGENCY}/incidents?after={page.after}&limit={limit}{'&ended=true' if ended else ''}"
    out = SharedOut(incidents=[standing.state for standing in page.standings], next=address)
    links = {"Link": f'<{address}>; rel="next"'} if address else {}
    return answered(request, out.model_dump_json().encode(), "application/json", links)


@router.get("/incidents/{incident}", response_model=IncidentState)
async def incident(request: Request, incident: IncidentId, caller: Calling) -> Response:
    """How one stands."""
    standing = await standing_of(request, caller, incident)
    return answered(request, standing.state.model_dump_json().encode(), "application/json")


@router.post("/incidents/{incident}/acknowledgement", status_code=204, responses=ACCEPTED_LATER)
async def acknowledge(request: Request, incident: IncidentId, body: AcknowledgeBody, caller: Calling) -> None:
    """Say that you have it."""
    command = AcknowledgeIncident(
        office=caller.office, incident=incident, agency=caller.agency, reference=body.reference
    )
    await ask(request, command, actor=caller.actor)


@router.post("/incidents/{incident}/units", status_code=204, responses=ACCEPTED_LATER)
async def unit(request: Request, incident: IncidentId, body: UnitBody, caller: Calling) -> None:
    """Say how far one of your units is."""
    command = ReportAgencyUnit(
        office=caller.office, incident=incident, agency=caller.agency, unit=body.unit, status=body.status
    )
    await ask(request, command, actor=caller.actor)


@router.get("/incidents/{incident}/messages")
async def messages(request: Request, incident: IncidentId, caller: Calling) -> list[MessageOut]:
    """What you and the desk wrote to each other."""
    agencies = room_of(request).agencies
    await agencies.told(caller.office, caller.agency, incident)
    talk = await agencies.talk(caller.office, incident, caller.agency)
    return [MessageOut.of(line) for line in talk if line.what == "AgencyMessageSent"]


@router.post("/incidents/{incident}/messages", status_code=204, responses=ACCEPTED_LATER)
async def say(request: Request, incident: IncidentId, body: MessageBody, caller: Calling) -> None:
    """Write to the desk."""
    command = SendAgencyMessage(
        office=caller.office, incident=incident, agency=caller.agency, words=body.words, side="agency"
    )
    await ask(request, command, actor=caller.actor)


@router.get("/rules")
async def rules(request: Request, caller: Calling) -> list[RuleOut]:
    """What you and the office agreed to, or might."""
    return [RuleOut.of(rule) for rule in await room_of(request).agencies.rules(caller.office, caller.agency)]


@router.post("/rules", status_code=201, responses=ACCEPTED_LATER)
async def propose(request: Request, response: Response, body: RuleBody, caller: Calling) -> RuleOut:
    """Propose what the office could share with you. Nothing is shared before it agrees."""
    command = ProposeRule(office=caller.office, agency=caller.agency, terms=body.terms)
    proposed = await ask(request, command, actor=caller.actor)
    assert isinstance(proposed, RuleProposed)
    response.headers["Location"] = f"{AGENCY}/rules/{proposed.rule}"
    return await rule(request, proposed.rule, caller)


@router.get("/rules/{id}")
async def rule(request: Request, id: RuleId, caller: Calling) -> RuleOut:
    """One of your rules."""
    return RuleOut.of(await room_of(request).agencies.rule(caller.office, caller.agency, id))


@router.post("/rules/{id}/accept", responses=ACCEPTED_LATER)
async def accept(request: Request, id: RuleId, caller: Calling) -> RuleOut:
    """Agree to what the office proposes: from now on it is shared with you."""
    return await _decide(request, id, caller, AcceptRule(office=caller.office, rule=id))


@router.post("/rules/{id}/end", responses=ACCEPTED_LATER)
async def end(request: Request, id: RuleId, body: ReasonBody, caller: Calling) -> RuleOut:
    """Have no more of it."""
    return await _decide(request, id, caller, EndRule(office=caller.office, rule=id, reason=body.reason))


async def standing_of(request: Request, caller: Caller, incident: str) -> Standing:
    """How an incident stands for the caller. Raises `NotShared`."""
    standing = await room_of(request).bridges.mirror.one(caller.agency, caller.office, incident)
    if standing is None:
        raise NotShared
    return standing


def answered(request: Request, body: bytes, kind: str, headers: dict[str, str] | None = None) -> Response:
    """The body, or that it is still the same. No cache on the way keeps it: it is for one agency."""
    tag = f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
    told = {"ETag": tag, "Cache-Control": "private, no-cache", **(headers or {})}
    sent = {part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")}
    if tag in sent:
        return Response(status_code=304, headers=told)
    return Response(body, media_type=kind, headers=told)


async def _decide(request: Request, id: str, caller: Caller, command: Command) -> RuleOut:
    await ask(request, command, actor=caller.actor)
    return await rule(request, id, caller)
