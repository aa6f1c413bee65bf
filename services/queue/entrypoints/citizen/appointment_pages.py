"""The page of an appointment, for whoever has its link: what to bring, move it, give it up, check in."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from services.queue.context import queue_of
from services.queue.entrypoints.citizen import ical, qr
from services.queue.entrypoints.citizen.pages import NeedField
from services.queue.entrypoints.counter.why import need_words
from shared.contracts.queue import AppointmentCommand, CancelAppointment, CheckIn, TicketTaken
from shared.messaging.errors import Declined, Pending
from shared.web.app import web
from shared.web.ask import Key, ask, new_key
from shared.web.outcomes import see, wait
from shared.web.problems import Problem

router = APIRouter(prefix="/queue/a/{token}", include_in_schema=False)


@router.get("")
async def appointment(request: Request, token: str) -> Response:
    """An appointment as it stands now."""
    return await appointment_page(request, token)


@router.get("/calendar.ics")
async def calendar_file(request: Request, token: str) -> Response:
    """For the calendar of a phone or a computer."""
    queue = queue_of(request)
    view = await queue.appointments.appointment(queue.appointment_links.appointment(token))
    content = ical.calendar_file(view, qr.address(request, queue.appointment_links.path(view.id)))
    name = f"{view.service}-{view.begins.date().isoformat()}.ics"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=ical.MEDIA_TYPE, headers=headers)


@router.post("/cancel")
async def cancel(request: Request, token: str, key: Key) -> Response:
    """Give the slot back."""
    id, office = await _which(request, token)
    return await _do(request, token, CancelAppointment(office=office, appointment=id), key)


@router.post("/check-in")
async def check_in(request: Request, token: str, key: Key, need: NeedField = None) -> Response:
    """Join the line, and go to the ticket."""
    id, office = await _which(request, token)
    return await _do(request, token, CheckIn(office=office, appointment=id, need=need), key)


async def _which(request: Request, token: str) -> tuple[str, str]:
    """The appointment's id and its office."""
    queue = queue_of(request)
    view = await queue.appointments.appointment(queue.appointment_links.appointment(token))
    return view.id, view.office


async def _do(request: Request, token: str, command: AppointmentCommand, key: str) -> Response:
    try:
        done = await ask(request, command, key=key)
    except Declined as declined:
        problem = web(request).problems.refusal(declined.slug, declined.details)
        return await appointment_page(request, token, problem)
    except Pending as pending:
        return wait(request, pending, back=f"/queue/a/{token}")
    return see(queue_of(request).links.path(done.ticket) if isinstance(done, TicketTaken) else f"/queue/a/{token}")


async def appointment_page(request: Request, token: str, problem: Problem | None = None) -> Response:
    """The page, with what was refused."""
    queue = queue_of(request)
    view = await queue.appointments.appointment(queue.appointment_links.appointment(token))
    return web(request).templates.page(
        request,
        "appointment.html",
        problem.status if problem else 200,
        appointment=view,
        token=token,
        code=qr.code(qr.address(request, queue.appointment_links.path(view.id))),
        ticket=queue.links.path(view.ticket) if view.ticket else "",
        needs=need_words(),
        new_key=new_key,
        problem=problem,
    )
