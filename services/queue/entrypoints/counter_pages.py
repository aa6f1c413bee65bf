"""The officer's pages: which counter, and the counter itself, worked by keyboard or by touch."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.queue.context import queue_of
from services.queue.entrypoints.ask import ask, new_key
from services.queue.entrypoints.counter_api import ACTIONS
from services.queue.entrypoints.officer import MayCloseLines, MayWorkAtCounters, Officer
from services.queue.entrypoints.pages import Key
from shared.contracts.queue import CloseLine, PutBackTicket, QueueCommand, Slug, TicketId
from shared.messaging.errors import Declined, Pending
from shared.web.app import web
from shared.web.problems import Problem, problem

COUNTERS = "/queue/counters"

router = APIRouter(prefix="/queue", include_in_schema=False)


@router.get("/counters")
async def counters(request: Request, officer: MayWorkAtCounters) -> Response:
    """Which counter?"""
    office = await queue_of(request).views.office(officer.office)
    return web(request).templates.page(request, "counters.html", office=office, officer=officer)


@router.get("/counters/{counter}")
async def counter(request: Request, counter: str, officer: MayWorkAtCounters) -> Response:
    """A counter at work."""
    return await _counter_page(request, officer, counter)


@router.post("/counters/{counter}/put-back")
async def put_back(
    request: Request, counter: Slug, officer: MayWorkAtCounters, key: Key, ticket: Annotated[TicketId, Form()]
) -> Response:
    """Return a called or missed person to the line."""
    command = PutBackTicket(office=officer.office, counter=counter, ticket=ticket)
    return await _do(request, officer, counter, command, key)


@router.post("/counters/{counter}/close")
async def close_line(
    request: Request, counter: Slug, officer: MayCloseLines, key: Key, service: Annotated[Slug, Form()]
) -> Response:
    """Give out no more tickets of a service today."""
    return await _do(request, officer, counter, CloseLine(office=officer.office, service=service), key)


@router.post("/counters/{counter}/{action}")
async def act(request: Request, counter: Slug, action: str, officer: MayWorkAtCounters, key: Key) -> Response:
    """Call next, recall, serve, finish, or mark as not come."""
    if action not in ACTIONS:
        raise problem(404)
    return await _do(request, officer, counter, ACTIONS[action](office=officer.office, counter=counter), key)


async def _do(request: Request, officer: Officer, counter: str, command: QueueCommand, key: str) -> Response:
    here = f"{COUNTERS}/{counter}"
    try:
        await ask(request, command, actor=officer.actor(counter), key=key)
    except Declined as declined:
        refused = web(request).problems.refusal(declined.slug, declined.details)
        return await _counter_page(request, officer, counter, refused)
    except Pending as pending:
        return RedirectResponse(f"/queue/commands/{pending.command_id}?back={here}", 303)
    return RedirectResponse(here, 303)


async def _counter_page(request: Request, officer: Officer, counter: str, refused: Problem | None = None) -> Response:
    views = queue_of(request).views
    return web(request).templates.page(
        request,
        "counter.html",
        refused.status if refused else 200,
        officer=officer,
        counter=await views.counter(officer.office, counter),
        new_key=new_key,
        problem=refused,
    )
