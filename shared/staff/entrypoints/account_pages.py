"""The pages to one's own sessions and password."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from shared.messaging.errors import Declined, Pending
from shared.staff.entrypoints.changes import change_own_password
from shared.staff.entrypoints.device_names import device_name
from shared.staff.entrypoints.officer import Officer, SignedIn
from shared.staff.entrypoints.sign_in import enter
from shared.staff.kit import staff_of
from shared.staff.rules import StaffRules
from shared.web.app import web
from shared.web.ask import Key, new_key
from shared.web.i18n import gettext
from shared.web.outcomes import see, wait
from shared.web.problems import Problem, invalid

_pages = APIRouter()

Password = Annotated[str, Form(max_length=1000)]


def account_pages(rules: StaffRules) -> APIRouter:
    """The pages of one service."""
    router = APIRouter()
    router.include_router(_pages, prefix=rules.home, include_in_schema=False)
    return router


@_pages.get("/sessions")
async def sessions(request: Request, officer: SignedIn) -> Response:
    """Where one is signed in."""
    kit = staff_of(request)
    zone = await kit.offices.time_zone(officer.office)
    return web(request).templates.page(
        request,
        "sessions.html",
        officer=officer,
        sessions=[
            {
                "id": session.id,
                "device": device_name(session.device),
                "started_at": session.started_at.astimezone(zone),
                "seen_at": session.seen_at.astimezone(zone),
                "current": session.id == officer.session,
            }
            for session in await kit.sessions.of(officer.user)
        ],
    )


@_pages.post("/sessions/end")
async def end_session(request: Request, officer: SignedIn, id: Annotated[str, Form(max_length=64)]) -> Response:
    """Sign out of one session. One that is over already needs no complaint."""
    await staff_of(request).sessions.end_of(officer.user, id)
    return see(f"{staff_of(request).rules.home}/sessions")


@_pages.post("/sessions/end-others")
async def end_other_sessions(request: Request, officer: SignedIn) -> Response:
    """Sign out everywhere else."""
    await staff_of(request).sessions.end_others(officer.user, officer.session)
    return see(f"{staff_of(request).rules.home}/sessions")


@_pages.get("/password")
async def password(request: Request, officer: SignedIn) -> Response:
    """Where one chooses a password."""
    return _password_page(request, officer)


@_pages.post("/password")
async def choose_password(
    request: Request, officer: SignedIn, key: Key, current: Password, new: Password, again: Password
) -> Response:
    """Change one's own password, and go on in a new session."""
    try:
        if new != again:
            raise invalid([{"field": "again", "message": gettext("The two are not the same.")}])
        token = await change_own_password(request, officer, current, new, key=key)
    except Problem as wrong:
        return _password_page(request, officer, wrong)
    except Declined as declined:
        return _password_page(request, officer, web(request).problems.refusal(declined.slug, declined.details))
    except Pending as pending:
        return wait(request, pending, back=f"{staff_of(request).rules.home}/password")
    response = see(staff_of(request).rules.start)
    await enter(request, response, token)
    return response


def _password_page(request: Request, officer: Officer, wrong: Problem | None = None) -> Response:
    told = wrong.extensions.get("errors", ()) if wrong else ()
    return web(request).templates.page(
        request,
        "password.html",
        wrong.status if wrong else 200,
        headers=wrong.headers if wrong else None,
        officer=officer,
        errors={error["field"]: error["message"] for error in told},
        problem=None if told else wrong,
        idempotency_key=new_key(),
    )
