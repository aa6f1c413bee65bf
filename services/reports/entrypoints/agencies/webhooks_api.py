"""Webhooks of an agency's, by its token: where they go, how that goes, and everything once more."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from starlette.requests import Request

from services.reports.bridges.destinations import Destination
from services.reports.entrypoints.agencies.agency_api import AGENCY
from services.reports.entrypoints.agencies.caller import Caller, Calling
from services.reports.entrypoints.agencies.representations import (
    ReplayBody,
    WebhookBody,
    WebhookMadeOut,
    WebhookOut,
)
from services.reports.entrypoints.agencies.room import room_of
from shared.web.outcomes import PROBLEM

router = APIRouter(prefix=f"{AGENCY}/webhooks", tags=["agencies"], responses=PROBLEM)

WebhookId = Annotated[str, Path(max_length=64)]


@router.get("")
async def webhooks(request: Request, caller: Calling) -> list[WebhookOut]:
    """Where webhooks go."""
    destinations = room_of(request).bridges.destinations
    return [await webhook_out(request, found) for found in await destinations.of(caller.office, caller.agency)]


@router.post("", status_code=201)
async def add(request: Request, response: Response, body: WebhookBody, caller: Calling) -> WebhookMadeOut:
    """Have webhooks sent to a public https address from now on, signed as Standard Webhooks has it."""
    bridges = room_of(request).bridges
    made, secret = await bridges.register(caller.office, caller.agency, body.name, body.url, caller.actor)
    response.headers["Location"] = f"{AGENCY}/webhooks/{made.id}"
    return await made_out(request, made, secret)


@router.get("/{id}")
async def webhook(request: Request, id: WebhookId, caller: Calling) -> WebhookOut:
    """One webhook."""
    return await webhook_out(request, await _own(request, id, caller))


@router.delete("/{id}", status_code=204)
async def remove(request: Request, id: WebhookId, caller: Calling) -> Response:
    """Have no more sent there."""
    await room_of(request).bridges.forget(await _own(request, id, caller))
    return Response(status_code=204)


@router.post("/{id}/enable")
async def enable(request: Request, id: WebhookId, caller: Calling) -> WebhookOut:
    """Have what comes from now on sent there again."""
    await room_of(request).bridges.destinations.enable((await _own(request, id, caller)).id)
    return await webhook(request, id, caller)


@router.post("/{id}/replay")
async def replay(request: Request, id: WebhookId, body: ReplayBody, caller: Calling) -> WebhookOut:
    """Have everything since a moment sent once more, with the same `webhook-id`s."""
    await room_of(request).bridges.destinations.replay((await _own(request, id, caller)).id, body.since)
    return await webhook(request, id, caller)


async def webhook_out(request: Request, destination: Destination) -> WebhookOut:
    """A destination with its figures."""
    return WebhookOut.of(destination, await room_of(request).bridges.deliveries.figures(destination.id))


async def made_out(request: Request, made: Destination, secret: str) -> WebhookMadeOut:
    """A new destination, with the secret that is told only now."""
    return WebhookMadeOut.model_validate({**(await webhook_out(request, made)).model_dump(), "secret": secret})


async def _own(request: Request, id: str, caller: Caller) -> Destination:
    return await room_of(request).bridges.destinations.one(id, caller.office, caller.agency)
