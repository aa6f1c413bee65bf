"""Webhooks of an agency's, by its token: where they go, how that goes, and everything once more."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from starlette.requests import Request

from services.reports.bridges.webhooks import Webhooks
from services.reports.entrypoints.agencies.agency_api import AGENCY
from services.reports.entrypoints.agencies.caller import Caller, Calling
from services.reports.entrypoints.agencies.representations import ReplayBody, WebhookBody, WebhookMadeOut, WebhookOut
from services.reports.entrypoints.agencies.room import room_of
from shared.web.outcomes import PROBLEM

router = APIRouter(prefix=f"{AGENCY}/webhooks", tags=["agencies"], responses=PROBLEM)

WebhookId = Annotated[str, Path(max_length=64)]


@router.get("")
async def webhooks(request: Request, caller: Calling) -> list[WebhookOut]:
    """Where webhooks go."""
    return [WebhookOut.of(webhook) for webhook in await _own(request, caller).all()]


@router.post("", status_code=201)
async def add(request: Request, response: Response, body: WebhookBody, caller: Calling) -> WebhookMadeOut:
    """Have webhooks sent to a public https address from now on, signed as Standard Webhooks has it."""
    own = _own(request, caller)
    made, secret = await own.add(body.name, body.url, caller.actor)
    response.headers["Location"] = f"{AGENCY}/webhooks/{made.id}"
    return WebhookMadeOut.with_secret(await own.counted(made), secret)


@router.get("/{id}")
async def webhook(request: Request, id: WebhookId, caller: Calling) -> WebhookOut:
    """One webhook."""
    return WebhookOut.of(await _own(request, caller).one(id))


@router.delete("/{id}", status_code=204)
async def remove(request: Request, id: WebhookId, caller: Calling) -> Response:
    """Have no more sent there."""
    await _own(request, caller).remove(id)
    return Response(status_code=204)


@router.post("/{id}/enable")
async def enable(request: Request, id: WebhookId, caller: Calling) -> WebhookOut:
    """Have what comes from now on sent there again."""
    await _own(request, caller).enable(id)
    return await webhook(request, id, caller)


@router.post("/{id}/replay")
async def replay(request: Request, id: WebhookId, body: ReplayBody, caller: Calling) -> WebhookOut:
    """Have everything since a moment sent once more, with the same `webhook-id`s."""
    await _own(request, caller).replay(id, body.since)
    return await webhook(request, id, caller)


def _own(request: Request, caller: Caller) -> Webhooks:
    return room_of(request).bridges.webhooks(caller.office, caller.agency)
