"""The page of a ticket, for whoever has its link, and everything that can be wished there."""

from typing import Annotated, Any

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from services.queue.context import queue_of
from services.queue.domain.ticket import DELAYS_MOST
from services.queue.entrypoints.citizen import qr
from services.queue.entrypoints.citizen.pages import NeedField
from services.queue.entrypoints.counter.why import need_words
from services.queue.entrypoints.joining import joining
from services.queue.entrypoints.words import shown_state
from shared.contracts.queue import (
    CancelTicket,
    DelayTicket,
    GiveFeedback,
    QueueCommand,
    Slug,
    TicketTaken,
)
from shared.messaging.errors import Declined, Pending
from shared.web.app import web
from shared.web.ask import Key, ask, new_key
from shared.web.i18n import gettext
from shared.web.outcomes import see, wait
from shared.web.problems import Problem

DELAYS = (5, 10, 15, 20, 30)
"""Minutes for which others can be let go first."""

router = APIRouter(prefix="/queue/t/{token}", include_in_schema=False)


@router.get("")
async def ticket(request: Request, token: str) -> Response:
    """A ticket, for whoever has its link."""
    return await _page(request, token)


@router.post("/cancel")
async def cancel_ticket(request: Request, token: str, key: Key) -> Response:
    """Leave the line."""
    view = await queue_of(request).views.ticket(queue_of(request).links.ticket(token))
    return await _do(request, token, CancelTicket(office=view.office, ticket=view.id), key)


@router.post("/delay")
async def delay_ticket(request: Request, token: str, key: Key, minutes: Annotated[int, Form(ge=5, le=30)]) -> Response:
    """Let others go first for a while."""
    view = await queue_of(request).views.ticket(queue_of(request).links.ticket(token))
    return await _do(request, token, DelayTicket(office=view.office, ticket=view.id, minutes=minutes), key)


@router.post("/feedback")
async def give_feedback(
    request: Request,
    token: str,
    key: Key,
    score: Annotated[int | None, Form(ge=1, le=5)] = None,
    words: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Say how it was."""
    view = await queue_of(request).views.ticket(queue_of(request).links.ticket(token))
    words = words.replace("\r\n", "\n")
    if score is None or len(words) > 1000:
        error = gettext("Please choose from 1 to 5.") if score is None else gettext("This is too long.")
        return await _page(request, token, 422, words=words, score=score, feedback_error=error)
    return await _do(request, token, GiveFeedback(office=view.office, ticket=view.id, score=score, words=words), key)


@router.post("/family")
async def take_for_family(
    request: Request, token: str, key: Key, service: Annotated[Slug, Form()], need: NeedField = None
) -> Response:
    """One more ticket, for a member of the family; and go to it."""
    queue = queue_of(request)
    view = await queue.views.ticket(queue.links.ticket(token))
    command = joining(request, view.office, service, need=need, family=view.id)
    try:
        taken = await ask(request, command, key=key)
    except Declined as declined:
        return await _refused(request, token, declined)
    except Pending as pending:
        return wait(request, pending, back=f"/queue/t/{token}")
    assert isinstance(taken, TicketTaken)
    return see(queue.links.path(taken.ticket))


async def _do(request: Request, token: str, command: QueueCommand, key: str) -> Response:
    try:
        await ask(request, command, key=key)
    except Declined as declined:
        return await _refused(request, token, declined)
    except Pending as pending:
        return wait(request, pending, back=f"/queue/t/{token}")
    return see(f"/queue/t/{token}")


async def _refused(request: Request, token: str, declined: Declined) -> Response:
    problem = web(request).problems.refusal(declined.slug, declined.details)
    return await _page(request, token, problem.status, problem=problem)


async def _page(
    request: Request,
    token: str,
    status: int = 200,
    *,
    problem: Problem | None = None,
    words: str = "",
    score: int | None = None,
    feedback_error: str = "",
) -> Response:
    queue = queue_of(request)
    view = await queue.views.ticket(queue.links.ticket(token))
    visit = await queue.holders.visit(view.id)
    family: list[dict[str, Any]] = [
        {"member": member, "path": queue.links.path(member.ticket)} for member in visit.family
    ]
    return web(request).templates.page(
        request,
        "ticket.html",
        status,
        ticket=view,
        visit=visit,
        family=family,
        state=shown_state(view.state, view.ahead),
        token=token,
        code=qr.code(qr.address(request, queue.links.path(view.id))),
        delays=DELAYS,
        delays_most=DELAYS_MOST,
        needs=need_words(),
        new_key=new_key,
        problem=problem,
        words=words,
        score=score,
        feedback_error=feedback_error,
    )
