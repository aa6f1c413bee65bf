"""An agency's webhooks for the office's managers, as JSON: the same that the agency itself sees and does."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from starlette.requests import Request

from services.reports.bridges.destinations import Destination
from services.reports.entrypoints.agencies.representations import (
    ReplayBody,
    WebhookBody,
    WebhookMadeOut,
    WebhookOut,
)
from services.reports.entrypoints.agencies.room import room_of
from services.reports.entrypoints.agencies.webhooks_api import WebhookId, made_out, webhook_out
from services.reports.entrypoints.api import PREFIX
from services.reports.entrypoints.staff import MayShareWithAgencies
from shared.staff.entrypoints.officer import Officer
from shared.web.outcomes import PROBLEM

router = APIRouter(prefix=f"{PREFIX}/agencies/{{slug}}/webhooks", tags=["agencies"], responses=PROBLEM)

Slug = Annotated[str, Path(max_length=40, description="The agency's short name")]


@router.get("")
async def webhooks(request: Request, slug: Slug, officer: MayShareWithAgencies) -> list[WebhookOut]:
    """Where webhooks go, and how that goes."""
    found = await room_of(request).bridges.destinations.of(officer.office, slug)
    return [await webhook_out(request, one) for one in found]


@router.post("", status_code=201)
async def add(
    request: Request, response: Response, slug: Slug, body: WebhookBody, officer: MayShareWithAgencies
) -> WebhookMadeOut:
    """Have webhooks sent for an agency that does not register them itself. The secret is told only now."""
    room = room_of(request)
    await room.agencies.agency(officer.office, slug)
    made, secret = await room.bridges.register(officer.office, slug, body.name, body.url, officer.actor())
    response.headers["Location"] = f"{PREFIX}/agencies/{slug}/webhooks/{made.id}"
    return await made_out(request, made, secret)


@router.get("/{id}")
async def webhook(request: Request, slug: Slug, id: WebhookId, officer: MayShareWithAgencies) -> WebhookOut:
    """One webhook."""
    return await webhook_out(request, await _of_agency(request, slug, id, officer))


@router.delete("/{id}", status_code=204)
async def remove(request: Request, slug: Slug, id: WebhookId, officer: MayShareWithAgencies) -> Response:
    """Have no more sent there."""
    await room_of(request).bridges.forget(await _of_agency(request, slug, id, officer))
    return Response(status_code=204)


@router.post("/{id}/disable")
async def disable(request: Request, slug: Slug, id: WebhookId, officer: MayShareWithAgencies) -> WebhookOut:
    """Switch it off."""
    found = await _of_agency(request, slug, id, officer)
    await room_of(request).bridges.destinations.disable(found.id, "switched off by the office")
    return await webhook(request, slug, id, officer)


@router.post("/{id}/enable")
async def enable(request: Request, slug: Slug, id: WebhookId, officer: MayShareWithAgencies) -> WebhookOut:
    """Have what comes from now on sent there again."""
    found = await _of_agency(request, slug, id, officer)
    await room_of(request).bridges.destinations.enable(found.id)
    return await webhook(request, slug, id, officer)


@router.post("/{id}/replay")
async def replay(
    request: Request, slug: Slug, id: WebhookId, body: ReplayBody, officer: MayShareWithAgencies
) -> WebhookOut:
    """Have everything since a moment sent once more, with the same `webhook-id`s."""
    found = await _of_agency(request, slug, id, officer)
    await room_of(request).bridges.destinations.replay(found.id, body.since)
    return await webhook(request, slug, id, officer)


async def _of_agency(request: Request, slug: str, id: str, officer: Officer) -> Destination:
    return await room_of(request).bridges.destinations.one(id, officer.office, slug)
