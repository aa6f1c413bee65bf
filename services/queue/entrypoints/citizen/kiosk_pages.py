"""The kiosk in the lobby, for people without a phone: which service, whether one goes first, the ticket on paper.

Its pages lead nowhere else, go back to the beginning by themselves, and show a ticket for some minutes only, since the
next person stands there soon.
"""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.queue.context import queue_of
from services.queue.entrypoints.api import outcome_out
from services.queue.entrypoints.citizen import qr
from services.queue.entrypoints.citizen.kiosk import find_kiosk, open_kiosk, the_kiosk
from services.queue.entrypoints.citizen.pages import NeedField
from services.queue.entrypoints.counter.why import need_words
from services.queue.entrypoints.joining import joining
from services.queue.entrypoints.staff import MayWorkAtCounters
from shared.contracts.queue import Slug, TicketTaken
from shared.messaging.errors import Declined, Pending
from shared.staff.entrypoints.officer import find_officer
from shared.staff.kit import staff_of
from shared.web.app import web
from shared.web.ask import Key, ask, new_key
from shared.web.outcomes import CommandId, see
from shared.web.problems import Problem, problem

KIOSKS = "/queue/kiosks"
SHOWN = timedelta(minutes=3)
"""For how long a kiosk shows a ticket to whoever stands there."""

router = APIRouter(prefix="/queue", include_in_schema=False)


@router.get("/offices/{office}/kiosk")
async def services(request: Request, office: str) -> Response:
    """Which service? On any other device: how one becomes a kiosk."""
    view = await queue_of(request).views.office(office)
    if await find_kiosk(request, office):
        return _page(request, "kiosk.html", office, office=view)
    officer = await find_officer(request)
    if officer and officer.office == office and officer.may("work-at-counters"):
        return see(KIOSKS)
    return web(request).templates.page(request, "kiosk_closed.html", 403, office=view)


@router.get("/offices/{office}/kiosk/services/{service}")
async def needs(request: Request, office: str, service: str) -> Response:
    """Does the person go first?"""
    await the_kiosk(request, office)
    return await _needs(request, office, service)


@router.post("/offices/{office}/kiosk/services/{service}")
async def take_ticket(request: Request, office: Slug, service: Slug, key: Key, need: NeedField = None) -> Response:
    """Take a ticket, and show it."""
    kiosk = await the_kiosk(request, office)
    command = joining(request, office, service, way="kiosk", need=need)
    try:
        taken = await ask(request, command, actor=kiosk.actor, key=key)
    except Declined as declined:
        refused = web(request).problems.refusal(declined.slug, declined.details)
        return await _needs(request, office, service, refused)
    except Pending as pending:
        return see(f"{_base(office)}/commands/{pending.command_id}")
    assert isinstance(taken, TicketTaken)
    return see(f"{_base(office)}/tickets/{queue_of(request).links.token(taken.ticket)}")


@router.get("/offices/{office}/kiosk/tickets/{token}")
async def ticket(request: Request, office: str, token: str) -> Response:
    """The ticket, printed."""
    await the_kiosk(request, office)
    queue = queue_of(request)
    view = await queue.views.ticket(queue.links.ticket(token))
    if view.office != office:
        raise problem(404)
    if queue.clock() - view.taken_at > SHOWN:
        return see(_base(office))
    visit = await queue.holders.visit(view.id)
    code = qr.code(qr.address(request, queue.links.path(view.id)))
    return _page(request, "kiosk_ticket.html", office, ticket=view, visit=visit, code=code)


@router.get("/offices/{office}/kiosk/commands/{id}")
async def waits(request: Request, office: str, id: CommandId) -> Response:
    """Until the ticket is there."""
    await the_kiosk(request, office)
    outcome = await outcome_out(queue_of(request), id)
    if outcome.status == "pending":
        return web(request).templates.page(request, "accepted.html", 202, back=_base(office))
    if outcome.status == "refused":
        raise web(request).problems.refusal(outcome.reason or "", outcome.details)
    taken = outcome.ticket
    return see(f"{_base(office)}/tickets/{taken.link.rpartition('/')[2]}" if taken else _base(office))


@router.get("/kiosks")
async def kiosks(request: Request, officer: MayWorkAtCounters) -> Response:
    """The office's kiosks, and how this device becomes one."""
    devices = await queue_of(request).kiosks.of(officer.office)
    return web(request).templates.page(request, "kiosks.html", officer=officer, kiosks=devices)


@router.post("/kiosks/open")
async def open_here(request: Request, officer: MayWorkAtCounters) -> Response:
    """Make this device a kiosk. Who did so is signed out of it: it stands in the lobby."""
    queue = queue_of(request)
    token = await open_kiosk(request, officer)
    await staff_of(request).sessions.end(officer.session)
    response = RedirectResponse(_base(officer.office), 303)
    staff_of(request).session_cookie.clear(response)
    queue.kiosk_cookie.set(response, token)
    return response


@router.post("/kiosks/end")
async def end(request: Request, officer: MayWorkAtCounters, id: Annotated[str, Form(max_length=64)]) -> Response:
    """Have a device be a kiosk no more."""
    await queue_of(request).kiosks.end_of(officer.office, id)
    return see(KIOSKS)


async def _needs(request: Request, office: str, service: str, refused: Problem | None = None) -> Response:
    view = await queue_of(request).views.office(office)
    return _page(
        request,
        "kiosk_needs.html",
        office,
        refused.status if refused else 200,
        office=view,
        service=view.service(service),
        needs=need_words(),
        idempotency_key=new_key(),
        problem=refused,
    )


def _page(request: Request, template: str, id: str, status: int = 200, **context: Any) -> Response:
    return web(request).templates.page(request, template, status, base=_base(id), **context)


def _base(office: str) -> str:
    return f"/queue/offices/{office}/kiosk"
