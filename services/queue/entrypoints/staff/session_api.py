"""The staff's JSON API to their own sessions and password."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from starlette.requests import Request

from services.queue.context import queue_of
from services.queue.entrypoints.api import ACCEPTED_LATER, PREFIX
from services.queue.entrypoints.staff.accounts import change_own_password
from services.queue.entrypoints.staff.officer import SignedIn
from services.queue.entrypoints.staff.roles import rights_of
from services.queue.entrypoints.staff.sign_in import sign_in
from services.queue.entrypoints.staff.staff_representations import (
    OfficerOut,
    OwnPasswordBody,
    SessionOut,
    SessionStartedOut,
    SignInBody,
)
from shared.messaging.errors import Pending
from shared.web.outcomes import PROBLEM, later
from shared.web.problems import problem

router = APIRouter(prefix=PREFIX, tags=["sessions"], responses=PROBLEM)


@router.post("/sessions", status_code=201)
async def start_session(request: Request, body: SignInBody) -> SessionStartedOut:
    """Sign in by a local account."""
    return SessionStartedOut(token=await sign_in(request, body.office, body.username, body.password))


@router.get("/sessions")
async def sessions(request: Request, officer: SignedIn) -> list[SessionOut]:
    """One's own sessions, the newest first."""
    return [
        SessionOut(
            id=session.id,
            device=session.device,
            started_at=session.started_at,
            seen_at=session.seen_at,
            expires_at=session.expires_at,
            current=session.id == officer.session,
        )
        for session in await queue_of(request).sessions.of(officer.user)
    ]


@router.delete("/sessions", status_code=204)
async def end_other_sessions(request: Request, officer: SignedIn) -> None:
    """Sign out everywhere else."""
    await queue_of(request).sessions.end_others(officer.user, officer.session)


@router.get("/sessions/current")
async def current_session(officer: SignedIn) -> OfficerOut:
    """Who is signed in, and what they may do."""
    return OfficerOut(
        office=officer.office,
        username=officer.username,
        name=officer.name,
        roles=sorted(officer.roles),
        rights=rights_of(officer.roles),
        one_time=officer.one_time,
    )


@router.delete("/sessions/current", status_code=204)
async def end_session(request: Request, officer: SignedIn) -> None:
    """Sign out."""
    await queue_of(request).sessions.end(officer.session)


@router.delete("/sessions/{id}", status_code=204)
async def end_one_session(request: Request, id: Annotated[str, Path(max_length=64)], officer: SignedIn) -> None:
    """Sign out of one session of one's own."""
    if not await queue_of(request).sessions.end_of(officer.user, id):
        raise problem(404)


@router.post("/password", response_model=SessionStartedOut, responses=ACCEPTED_LATER)
async def change_password(request: Request, body: OwnPasswordBody, officer: SignedIn) -> SessionStartedOut | Response:
    """Choose another password. Every session of before is over; the answer has a new one."""
    try:
        return SessionStartedOut(token=await change_own_password(request, officer, body.current, body.new))
    except Pending as pending:
        return later(request, pending)
