"""The pages by which the staff come in and go out."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.queue.context import queue_of
from services.queue.domain.staff import staff_id
from services.queue.entrypoints.counter.counter_pages import COUNTERS
from services.queue.entrypoints.staff.officer import SIGN_IN, find_officer, token_of
from services.queue.entrypoints.staff.sign_in import enter, sign_in
from shared.web.app import web
from shared.web.problems import Problem

router = APIRouter(prefix="/queue", include_in_schema=False)


@router.get("/sign-in")
async def page(request: Request) -> Response:
    """Where an officer begins."""
    if await find_officer(request):
        return RedirectResponse(COUNTERS, 303)
    return await sign_in_page(request)


@router.post("/sign-in")
async def come_in(
    request: Request,
    office: Annotated[str, Form(max_length=40)],
    username: Annotated[str, Form(max_length=64)],
    password: Annotated[str, Form(max_length=200)],
) -> Response:
    """Sign in, and go to the counters."""
    name = username.strip().lower()
    try:
        token = await sign_in(request, office, name, password)
    except Problem as wrong:
        return await sign_in_page(request, wrong, office, username)
    response = RedirectResponse(COUNTERS, 303)
    await enter(request, response, token)
    queue_of(request).known_devices.remember(request, response, staff_id(office, name))
    return response


@router.post("/sign-out")
async def go_out(request: Request) -> Response:
    """Sign out, at the provider too for who signed in by it."""
    queue = queue_of(request)
    session = await queue.sessions.find(token_of(request))
    address = None
    if session:
        await queue.sessions.end(session.id)
        if session.outsider and queue.outside:
            address = await queue.outside.provider.sign_out_address(session.outsider.id_token)
    response = _leave_page(request, address) if address else RedirectResponse(SIGN_IN, 303)
    queue.session_cookie.clear(response)
    return response


def _leave_page(request: Request, address: str) -> Response:
    """Goes on to the provider by itself. A redirect could not: a form may lead to our own pages only."""
    outside = queue_of(request).outside
    return web(request).templates.page(
        request,
        "signed_out.html",
        headers={"Refresh": f"0; url={address}"},
        provider=outside.name if outside else "",
        address=address,
    )


async def sign_in_page(
    request: Request, wrong: Problem | None = None, office: str = "", username: str = ""
) -> Response:
    """The page, with what was wrong and what was filled in."""
    queue = queue_of(request)
    return web(request).templates.page(
        request,
        "sign_in.html",
        wrong.status if wrong else 200,
        headers=wrong.headers if wrong else None,
        offices=await queue.views.office_names() if queue.local_sign_in else (),
        local=queue.local_sign_in,
        provider=queue.outside.name if queue.outside else "",
        office=office,
        username=username,
        problem=wrong,
    )
