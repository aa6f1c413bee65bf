"""The citizen's pages and the lobby board: plain forms and links, right without JavaScript."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from services.queue.context import queue_of
from services.queue.entrypoints.api import Some, outcome_out
from services.queue.entrypoints.counter.why import need_words
from services.queue.entrypoints.joining import joining
from services.queue.views.lobby import Part
from shared.contracts.queue import Need, TicketTaken
from shared.messaging.errors import Declined, Pending
from shared.web import phone
from shared.web.app import web
from shared.web.ask import Key, ask, new_key
from shared.web.i18n import gettext
from shared.web.outcomes import CommandId, see, wait
from shared.web.problems import Problem

HOME = "/queue/"

router = APIRouter(prefix="/queue", include_in_schema=False)

NeedField = Annotated[Need | None, Form()]
"""Why somebody goes first; empty for nobody."""


@router.get("/")
async def offices(request: Request) -> Response:
    """Where a citizen begins."""
    return web(request).templates.page(request, "offices.html", offices=await queue_of(request).views.offices())


@router.get("/offices/{office}")
async def office(request: Request, office: str) -> Response:
    """An office's services."""
    return web(request).templates.page(request, "office.html", office=await queue_of(request).views.office(office))


@router.get("/offices/{office}/services/{service}")
async def service(request: Request, office: str, service: str) -> Response:
    """A service's procedure, and the way into its line."""
    return await _service_page(request, office, service)


@router.post("/offices/{office}/services/{service}")
async def take_ticket(
    request: Request,
    office: str,
    service: str,
    key: Key,
    written: Annotated[str, Form(alias="phone")] = "",
    need: NeedField = None,
) -> Response:
    """Take a ticket, and go to it."""
    queue = queue_of(request)
    try:
        command = joining(request, office, service, phone=phone.normal(written), need=need)
    except ValueError:
        wrong = gettext("Please write a telephone number such as 0812 3456 7890, or leave this empty.")
        return await _service_page(request, office, service, 422, written=written, need=need, phone_error=wrong)
    try:
        taken = await ask(request, command, key=key)
    except Declined as declined:
        problem = web(request).problems.refusal(declined.slug, declined.details)
        return await _service_page(
            request, office, service, problem.status, written=written, need=need, problem=problem
        )
    except Pending as pending:
        return wait(request, pending, back=HOME)
    assert isinstance(taken, TicketTaken)
    return see(queue.links.path(taken.ticket))


@router.get("/offices/{office}/board")
async def board(request: Request, office: str, counters: Some = "", services: Some = "") -> Response:
    """The lobby board, of the whole office or of some counters."""
    part = Part.read(counters, services)
    view = await queue_of(request).lobby.board(office, part)
    return web(request).templates.page(request, "board.html", board=view, part=part.query)


@router.get("/commands/{id}")
async def command(request: Request, id: CommandId, back: str = HOME) -> Response:
    """Waits, by reloading itself, for a command whose outcome takes longer; then shows it."""
    outcome = await outcome_out(queue_of(request), id)
    back = back if back.startswith(HOME) else HOME
    if outcome.status == "pending":
        return web(request).templates.page(request, "accepted.html", 202, back=back)
    if outcome.status == "refused":
        raise web(request).problems.refusal(outcome.reason or "", outcome.details)
    made = outcome.ticket or outcome.appointment
    return see(made.link if made else back)


async def _service_page(
    request: Request,
    office: str,
    service: str,
    status: int = 200,
    *,
    written: str = "",
    need: Need | None = None,
    phone_error: str | None = None,
    problem: Problem | None = None,
) -> Response:
    view = await queue_of(request).views.office(office)
    return web(request).templates.page(
        request,
        "service.html",
        status,
        office=view,
        service=view.service(service),
        idempotency_key=new_key(),
        phone=written,
        need=need,
        needs=need_words(),
        phone_error=phone_error,
        problem=problem,
    )
