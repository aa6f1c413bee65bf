"""The staff's pages of requests to cameras' owners, and the letter that can be printed."""

from typing import Annotated

from fastapi import APIRouter, Form
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from services.reports.context import reports_of
from services.reports.entrypoints.cameras.moments import moment_in
from services.reports.entrypoints.cameras.representations import AnswerBody, ReasonBody
from services.reports.entrypoints.cameras.words import answer_words, offset_words, state_words
from services.reports.entrypoints.evidence.room import room_of
from services.reports.entrypoints.staff import MayKeepEvidence, MaySeeEvidence
from shared.contracts.reports.cameras import AnswerRequest, FootageRequested, RequestFootage, WithdrawRequest
from shared.messaging.errors import Declined, Pending
from shared.staff.entrypoints.officer import Officer
from shared.web.app import web
from shared.web.ask import Key, ask, new_key
from shared.web.outcomes import see, wait
from shared.web.problems import Problem, problem

REQUESTS = "/reports/requests"
INCIDENTS = "/reports/incidents"

router = APIRouter(prefix="/reports", include_in_schema=False)

Words = Annotated[str, Form(max_length=2000)]


@router.post("/incidents/{incident}/requests")
async def ask_owner(
    request: Request,
    incident: str,
    officer: MayKeepEvidence,
    key: Key,
    camera: Annotated[str, Form()] = "",
    starts_at: Annotated[str, Form()] = "",
    ends_at: Annotated[str, Form()] = "",
    note: Words = "",
) -> Response:
    """Ask a camera's owner for a recording, and go to the request."""
    office = await reports_of(request).offices.office(officer.office)
    try:
        command = RequestFootage(
            office=officer.office,
            incident=incident,
            camera=camera,
            starts_at=moment_in(office, starts_at),
            ends_at=moment_in(office, ends_at),
            note=note,
        )
        asked = await ask(request, command, actor=officer.actor(), key=key)
    except ValueError:
        raise problem(422) from None
    except Pending as pending:
        return wait(request, pending, back=f"{INCIDENTS}/{incident}")
    assert isinstance(asked, FootageRequested)
    return see(f"{REQUESTS}/{asked.request}")


@router.get("/requests/{id}")
async def owner_request(request: Request, id: str, officer: MaySeeEvidence) -> Response:
    """One request."""
    return await _page(request, officer, id)


@router.get("/requests/{id}/letter")
async def letter(request: Request, id: str, officer: MaySeeEvidence) -> Response:
    """The letter to the owner, to be printed."""
    return web(request).templates.page(
        request,
        "letter.html",
        wanted=await room_of(request).cameras.request(officer.office, id),
        office=(await reports_of(request).offices.office(officer.office)).plan,
        officer=officer,
        offset_words=offset_words,
    )


@router.post("/requests/{id}/answer")
async def answer(
    request: Request,
    id: str,
    officer: MayKeepEvidence,
    key: Key,
    answer: Annotated[str, Form()] = "",
    note: Words = "",
) -> Response:
    """Write down what the owner says."""
    try:
        body = AnswerBody.model_validate({"answer": answer, "note": note})
    except ValidationError:
        return await _page(request, officer, id, problem(422))
    command = AnswerRequest(office=officer.office, request=id, answer=body.answer, note=body.note)
    return await _do(request, officer, id, command, key)


@router.post("/requests/{id}/withdraw")
async def withdraw(request: Request, id: str, officer: MayKeepEvidence, key: Key, reason: Words = "") -> Response:
    """The recording is not needed any more."""
    try:
        body = ReasonBody.model_validate({"reason": reason})
    except ValidationError:
        return await _page(request, officer, id, problem(422))
    command = WithdrawRequest(office=officer.office, request=id, reason=body.reason)
    return await _do(request, officer, id, command, key)


async def _do(
    request: Request, officer: Officer, id: str, command: AnswerRequest | WithdrawRequest, key: str
) -> Response:
    try:
        await ask(request, command, actor=officer.actor(), key=key)
    except Declined as declined:
        return await _page(request, officer, id, web(request).problems.of(declined))
    except Pending as pending:
        return wait(request, pending, back=f"{REQUESTS}/{id}")
    return see(f"{REQUESTS}/{id}")


async def _page(request: Request, officer: Officer, id: str, told: Problem | None = None) -> Response:
    return web(request).templates.page(
        request,
        "request.html",
        told.status if told else 200,
        wanted=await room_of(request).cameras.request(officer.office, id),
        officer=officer,
        problem=told,
        answers=answer_words(),
        state_words=state_words,
        offset_words=offset_words,
        new_key=new_key,
    )
