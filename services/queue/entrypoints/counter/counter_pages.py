"""The officer's pages: which counter, and the counter itself, worked by keyboard or by touch."""

from typing import Annotated

from fastapi import APIRouter, Form
from pydantic import BeforeValidator
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.queue.context import Queue, queue_of
from services.queue.domain.errors import TicketUnknown
from services.queue.entrypoints.counter.counter_api import ACTIONS
from services.queue.entrypoints.counter.why import need_words, why
from services.queue.entrypoints.joining import joining
from services.queue.entrypoints.staff import MayCloseLines, MayWorkAtCounters
from services.queue.views.shown import TicketView
from shared.contracts.queue import (
    CloseLine,
    Need,
    PutBackTicket,
    QueueCommand,
    ReopenLine,
    ResumeTicket,
    SignOn,
    Slug,
    Text,
    TicketId,
    TicketTaken,
    TransferTicket,
)
from shared.messaging.errors import Declined, Pending
from shared.staff.entrypoints.officer import Officer
from shared.web.app import web
from shared.web.ask import Key, ask, new_key
from shared.web.formats import formats
from shared.web.i18n import gettext
from shared.web.outcomes import wait
from shared.web.problems import Problem, problem

COUNTERS = "/queue/counters"

router = APIRouter(prefix="/queue", include_in_schema=False)

Words = Annotated[str, Form(max_length=500)]
ChosenNeed = Annotated[Need | None, BeforeValidator(lambda written: written or None), Form()]


@router.get("/counters")
async def counters(request: Request, officer: MayWorkAtCounters) -> Response:
    """Which counter?"""
    queue = queue_of(request)
    office, desks = await queue.views.office(officer.office), await queue.desk.counters(officer.office)
    return web(request).templates.page(request, "counters.html", office=office, desks=desks, officer=officer)


@router.get("/counters/{counter}")
async def counter(
    request: Request, counter: str, officer: MayWorkAtCounters, given: TicketId | None = None
) -> Response:
    """A counter at work. `given` is a ticket that was taken here for somebody."""
    ticket = await _given(queue_of(request), officer, given) if given else None
    return await _counter_page(request, officer, counter, given=ticket)


@router.post("/counters/{counter}/sign-on")
async def sign_on(
    request: Request,
    counter: Slug,
    officer: MayWorkAtCounters,
    key: Key,
    services: Annotated[tuple[Slug, ...], Form(max_length=50)] = (),
) -> Response:
    """Begin to work at a counter, for all of its services or for some."""
    return await _do(request, officer, counter, SignOn(office=officer.office, counter=counter, services=services), key)


@router.post("/counters/{counter}/put-back")
async def put_back(
    request: Request, counter: Slug, officer: MayWorkAtCounters, key: Key, ticket: Annotated[TicketId, Form()]
) -> Response:
    """Return a called or missed person to the line."""
    command = PutBackTicket(office=officer.office, counter=counter, ticket=ticket)
    return await _do(request, officer, counter, command, key)


@router.post("/counters/{counter}/resume-ticket")
async def resume_ticket(
    request: Request, counter: Slug, officer: MayWorkAtCounters, key: Key, ticket: Annotated[TicketId, Form()]
) -> Response:
    """Go on serving a parked person."""
    command = ResumeTicket(office=officer.office, counter=counter, ticket=ticket)
    return await _do(request, officer, counter, command, key)


@router.post("/counters/{counter}/transfer")
async def transfer(
    request: Request, counter: Slug, officer: MayWorkAtCounters, key: Key, service: Annotated[Slug, Form()]
) -> Response:
    """Send the served person on to another service."""
    command = TransferTicket(office=officer.office, counter=counter, service=service)
    return await _do(request, officer, counter, command, key)


@router.post("/counters/{counter}/walk-in")
async def walk_in(
    request: Request,
    counter: Slug,
    officer: MayWorkAtCounters,
    key: Key,
    service: Annotated[Slug, Form()],
    need: ChosenNeed = None,
) -> Response:
    """Take a ticket for a person without a telephone, and show it."""
    command = joining(request, officer.office, service, way="counter", need=need)
    return await _do(request, officer, counter, command, key)


@router.post("/counters/{counter}/close")
async def close_line(
    request: Request,
    counter: Slug,
    officer: MayCloseLines,
    key: Key,
    service: Annotated[Slug, Form()],
    message_id: Words = "",
    message_en: Words = "",
) -> Response:
    """Give out no more tickets of a service today, and tell those who wait."""
    message = Text(message_id.strip(), message_en.strip())
    if bool(message.id) != bool(message.en):
        title = gettext("The message is missing in one language")
        detail = gettext("Please write it in both, or leave both empty.")
        return await _counter_page(request, officer, counter, Problem(422, "message-incomplete", title, detail))
    command = CloseLine(office=officer.office, service=service, message=message if message.id else None)
    return await _do(request, officer, counter, command, key)


@router.post("/counters/{counter}/reopen")
async def reopen_line(
    request: Request, counter: Slug, officer: MayCloseLines, key: Key, service: Annotated[Slug, Form()]
) -> Response:
    """Take back, within ten seconds, that no more tickets are given out."""
    return await _do(request, officer, counter, ReopenLine(office=officer.office, service=service), key)


@router.post("/counters/{counter}/{action}")
async def act(request: Request, counter: Slug, action: str, officer: MayWorkAtCounters, key: Key) -> Response:
    """Call next, recall, serve, finish, park, mark as not come, take a step back; pause, resume, sign off."""
    if action not in ACTIONS:
        raise problem(404)
    return await _do(request, officer, counter, ACTIONS[action](office=officer.office, counter=counter), key)


async def _do(request: Request, officer: Officer, counter: str, command: QueueCommand, key: str) -> Response:
    here = f"{COUNTERS}/{counter}"
    try:
        done = await ask(request, command, actor=officer.actor(counter), key=key)
    except Declined as declined:
        refused = web(request).problems.refusal(declined.slug, declined.details)
        return await _counter_page(request, officer, counter, refused)
    except Pending as pending:
        return wait(request, pending, back=here)
    return RedirectResponse(f"{here}?given={done.ticket}" if isinstance(done, TicketTaken) else here, 303)


async def _given(queue: Queue, officer: Officer, ticket: str) -> TicketView | None:
    """A ticket of the officer's own office."""
    try:
        view = await queue.views.ticket(ticket)
    except TicketUnknown:
        return None
    return view if view.office == officer.office else None


async def _counter_page(
    request: Request,
    officer: Officer,
    counter: str,
    refused: Problem | None = None,
    *,
    given: TicketView | None = None,
) -> Response:
    queue = queue_of(request)
    view = await queue.desk.counter(officer.office, counter)
    return web(request).templates.page(
        request,
        "counter.html",
        refused.status if refused else 200,
        officer=officer,
        counter=view,
        why=why(view.next, formats(), gettext) if view.next else "",
        needs=need_words(),
        given=given,
        given_path=queue.links.path(given.id) if given else "",
        new_key=new_key,
        problem=refused,
    )
