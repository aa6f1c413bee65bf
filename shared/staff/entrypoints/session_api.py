"""The staff's JSON API to their own sessions and password."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel
from starlette.requests import Request

from shared.staff.entrypoints.changes import change_own_password
from shared.staff.entrypoints.officer import SignedIn
from shared.staff.entrypoints.representations import (
    OfficerOut,
    OwnPasswordBody,
    SessionOut,
    SessionStartedOut,
    SignInBody,
)
from shared.staff.entrypoints.sign_in import sign_in
from shared.staff.kit import staff_of
from shared.staff.rules import StaffRules
from shared.web.outcomes import PROBLEM, accepted_later
from shared.web.problems import problem


def session_api(rules: StaffRules, outcome: type[BaseModel]) -> APIRouter:
    """The API of one service."""
    router = APIRouter(prefix=rules.api, tags=["sessions"], responses=PROBLEM)
    router.post("/sessions", status_code=201)(start_session)
    router.get("/sessions")(sessions)
    router.delete("/sessions", status_code=204)(end_other_sessions)
    router.get("/sessions/current", response_model=rules.shapes.officer)(current_session)
    router.delete("/sessions/current", status_code=204)(end_session)
    router.delete("/sessions/{id}", status_code=204)(end_one_session)
    router.post("/password", responses=accepted_later(outcome))(change_password)
    return router


async def start_session(request: Request, body: SignInBody) -> SessionStartedOut:
    """Sign in by a local account."""
    return SessionStartedOut(token=await sign_in(request, body.office, body.username, body.password))


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
        for session in await staff_of(request).sessions.of(officer.user)
    ]


async def end_other_sessions(request: Request, officer: SignedIn) -> None:
    """Sign out everywhere else."""
    await staff_of(request).sessions.end_others(officer.user, officer.session)


async def current_session(officer: SignedIn) -> OfficerOut:
    """Who is signed in, and what they may do."""
    return OfficerOut(
        office=officer.office,
        username=officer.username,
        name=officer.name,
        roles=sorted(officer.roles),
        rights=list(officer.rights),
        one_time=officer.one_time,
    )


async def end_session(request: Request, officer: SignedIn) -> None:
    """Sign out."""
    await staff_of(request).sessions.end(officer.session)


async def end_one_session(request: Request, id: Annotated[str, Path(max_length=64)], officer: SignedIn) -> None:
    """Sign out of one session of one's own."""
    if not await staff_of(request).sessions.end_of(officer.user, id):
        raise problem(404)


async def change_password(request: Request, body: OwnPasswordBody, officer: SignedIn) -> SessionStartedOut:
    """Choose another password. Every session of before is over; the answer has a new one."""
    return SessionStartedOut(token=await change_own_password(request, officer, body.current, body.new))
