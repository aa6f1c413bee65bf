"""The pages to one's own sessions and password."""

from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.queue.context import queue_of
from services.queue.entrypoints.counter.counter_pages import COUNTERS
from services.queue.entrypoints.staff.accounts import change_own_password
from services.queue.entrypoints.staff.device_names import device_name
from services.queue.entrypoints.staff.officer import OWN_PASSWORD, Officer, SignedIn
from services.queue.entrypoints.staff.sign_in import enter
from shared.messaging.errors import Declined, Pending
from shared.web.app import web
from shared.web.ask import Key, new_key
from shared.web.i18n import gettext
from shared.web.outcomes import wait
from shared.web.problems import Problem, invalid

SESSIONS = "/queue/sessions"

router = APIRouter(prefix="/queue", include_in_schema=False)

Password = Annotated[str, Form(max_length=1000)]


@router.get("/sessions")
async def sessions(request: Request, officer: SignedIn) -> Response:
    """Where one is signed in."""
    queue = queue_of(request)
    office = await queue.views.office(officer.office)
    zone = ZoneInfo(office.time_zone)
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
            for session in await queue.sessions.of(officer.user)
        ],
    )


@router.post("/sessions/end")
async def end_session(request: Request, officer: SignedIn, id: Annotated[str, Form(max_length=64)]) -> Response:
    """Sign out of one session. One that is over already needs no complaint."""
    await queue_of(request).sessions.end_of(officer.user, id)
    return RedirectResponse(SESSIONS, 303)


@router.post("/sessions/end-others")
async def end_other_sessions(request: Request, officer: SignedIn) -> Response:
    """Sign out everywhere else."""
    await queue_of(request).sessions.end_others(officer.user, officer.session)
    return RedirectResponse(SESSIONS, 303)


@router.get("/password")
async def password(request: Request, officer: SignedIn) -> Response:
    """Where one chooses a password."""
    return _password_page(request, officer)


@router.post("/password")
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
        return wait(request, pending, back=OWN_PASSWORD)
    response = RedirectResponse(COUNTERS, 303)
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
