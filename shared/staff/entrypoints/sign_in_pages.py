"""The pages by which the staff come in and go out."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from shared.staff.domain.account import staff_id
from shared.staff.entrypoints.officer import find_officer, token_of
from shared.staff.entrypoints.sign_in import enter, sign_in
from shared.staff.kit import staff_of
from shared.staff.rules import StaffRules
from shared.web.app import web
from shared.web.outcomes import see
from shared.web.problems import Problem

_pages = APIRouter()


def sign_in_pages(rules: StaffRules) -> APIRouter:
    """The pages of one service."""
    router = APIRouter()
    router.include_router(_pages, prefix=rules.home, include_in_schema=False)
    return router


@_pages.get("/sign-in")
async def page(request: Request) -> Response:
    """Where somebody of the staff begins."""
    if await find_officer(request):
        return see(staff_of(request).rules.start)
    return await sign_in_page(request)


@_pages.post("/sign-in")
async def come_in(
    request: Request,
    office: Annotated[str, Form(max_length=40)],
    username: Annotated[str, Form(max_length=64)],
    password: Annotated[str, Form(max_length=200)],
) -> Response:
    """Sign in, and go to work."""
    name = username.strip().lower()
    try:
        token = await sign_in(request, office, name, password)
    except Problem as wrong:
        return await sign_in_page(request, wrong, office, username)
    kit = staff_of(request)
    response = see(kit.rules.start)
    await enter(request, response, token)
    kit.known_devices.remember(request, response, staff_id(office, name))
    return response


@_pages.post("/sign-out")
async def go_out(request: Request) -> Response:
    """Sign out, at the provider too for who signed in by it."""
    kit = staff_of(request)
    session = await kit.sessions.find(token_of(request))
    address = None
    if session:
        await kit.sessions.end(session.id)
        if session.outsider and kit.outside:
            address = await kit.outside.provider.sign_out_address(session.outsider.id_token)
    response = _leave_page(request, address) if address else see(f"{kit.rules.home}/sign-in")
    kit.session_cookie.clear(response)
    return response


def _leave_page(request: Request, address: str) -> Response:
    """Goes on to the provider by itself. A redirect could not: a form may lead to our own pages only."""
    outside = staff_of(request).outside
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
    kit = staff_of(request)
    return web(request).templates.page(
        request,
        "sign_in.html",
        wrong.status if wrong else 200,
        headers=wrong.headers if wrong else None,
        offices=await kit.offices.office_names() if kit.local_sign_in else (),
        local=kit.local_sign_in,
        provider=kit.outside.name if kit.outside else "",
        office=office,
        username=username,
        problem=wrong,
        welcome=kit.rules.welcome,
    )
