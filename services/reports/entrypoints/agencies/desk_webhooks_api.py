"""An agency's webhooks for the office's managers, as JSON: the same that the agency itself sees and does."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from starlette.requests import Request

from services.reports.bridges.webhooks import Webhooks
from services.reports.entrypoints.agencies.representations import ReplayBody, WebhookBody, WebhookMadeOut, WebhookOut
from services.reports.entrypoints.agencies.room import room_of
from services.reports.entrypoints.agencies.webhooks_api import WebhookId
from services.reports.entrypoints.api import PREFIX
from services.reports.entrypoints.staff import MayShareWithAgencies
from shared.staff.entrypoints.officer import Officer
from shared.web.outcomes import PROBLEM

router = APIRouter(prefix=f"{PREFIX}/agencies/{{slug}}/webhooks", tags=["agencies"], responses=PROBLEM)

Slug = Annotated[str, Path(max_length=40, description="The agency's short name")]


@router.get("")
async def webhooks(request: Request, slug: Slug, officer: MayShareWithAgencies) -> list[WebhookOut]:
    """Where webhooks go, and how that goes."""
    return [WebhookOut.of(webhook) for webhook in await _theirs(request, slug, officer).all()]


@router.post("", status_code=201)
async def add(
    request: Request, response: Response, slug: Slug, body: WebhookBody, officer: MayShareWithAgencies
) -> WebhookMadeOut:
    """Have webhooks sent for an agency that does not register them itself. The secret is told only now."""
    await room_of(request).agencies.agency(officer.office, slug)
    theirs = _theirs(request, slug, officer)
    made, secret = await theirs.add(body.name, body.url, officer.actor())
    response.headers["Location"] = f"{PREFIX}/agencies/{slug}/webhooks/{made.id}"
    return WebhookMadeOut.with_secret(await theirs.counted(made), secret)


@router.get("/{id}")
async def webhook(request: Request, slug: Slug, id: WebhookId, officer: MayShareWithAgencies) -> WebhookOut:
    """One webhook."""
    return WebhookOut.of(await _theirs(request, slug, officer).one(id))


@router.delete("/{id}", status_code=204)
async def remove(request: Request, slug: Slug, id: WebhookId, officer: MayShareWithAgencies) -> Response:
    """Have no more sent there."""
    await _theirs(request, slug, officer).remove(id)
    return Response(status_code=204)


@router.post("/{id}/disable")
async def disable(request: Request, slug: Slug, id: WebhookId, officer: MayShareWithAgencies) -> WebhookOut:
    """Switch it off."""
    await _theirs(request, slug, officer).disable(id)
    return await webhook(request, slug, id, officer)


@router.post("/{id}/enable")
async def enable(request: Request, slug: Slug, id: WebhookId, officer: MayShareWithAgencies) -> WebhookOut:
    """Have what comes from now on sent there again."""
    await _theirs(request, slug, officer).enable(id)
    return await webhook(request, slug, id, officer)


@router.post("/{id}/replay")
async def replay(
    request: Request, slug: Slug, id: WebhookId, body: ReplayBody, officer: MayShareWithAgencies
) -> WebhookOut:
    """Have everything since a moment sent once more, with the same `webhook-id`s."""
    await _theirs(request, slug, officer).replay(id, body.since)
    return await webhook(request, slug, id, officer)


def _theirs(request: Request, slug: str, officer: Officer) -> Webhooks:
    return room_of(request).bridges.webhooks(officer.office, slug)
