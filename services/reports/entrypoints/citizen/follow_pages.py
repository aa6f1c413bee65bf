"""The page of somebody who follows another's report: how it stands, and the way out."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from services.reports.context import reports_of
from services.reports.entrypoints.citizen.counted import counted
from services.reports.entrypoints.citizen.deeds import address_of
from services.reports.entrypoints.citizen.following import follow, unfollow
from services.reports.entrypoints.citizen.pages import HOME
from shared.messaging.errors import Pending
from shared.web.app import web
from shared.web.ask import Key, new_key
from shared.web.i18n import language
from shared.web.outcomes import see, wait

router = APIRouter(prefix="/reports", include_in_schema=False)


@router.post("/follow")
async def follow_report(request: Request, key: Key, offer: Annotated[str, Form(max_length=400)]) -> Response:
    """Follow the report that was offered, and go to its page."""
    await counted(request, "follow")
    try:
        return see(await follow(request, offer, key))
    except Pending as pending:
        return wait(request, pending, back=HOME)


@router.get("/f/{token}")
async def followed(request: Request, token: str) -> Response:
    """How the report stands."""
    reports = reports_of(request)
    view = await reports.incidents.followed(reports.follower_links.read(token))
    return web(request).templates.page(
        request,
        "report_followed.html",
        followed=view,
        told=reports.telling.follow(view, language()),
        token=token,
        link=address_of(request, reports.follower_links.path(view.id)),
        new_key=new_key,
    )


@router.post("/f/{token}/leave")
async def leave(request: Request, token: str, key: Key) -> Response:
    """Be told no more."""
    try:
        await unfollow(request, token, key)
    except Pending as pending:
        return wait(request, pending, back=HOME)
    return web(request).templates.page(request, "report_left.html")
