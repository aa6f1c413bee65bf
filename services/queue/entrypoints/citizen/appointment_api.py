"""The public JSON API of appointments: slots that can be had, and the appointments of who has their link."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from starlette.requests import Request

from services.queue.context import Queue, queue_of
from services.queue.entrypoints.api import ACCEPTED_LATER, PREFIX, booked_out, take
from services.queue.entrypoints.citizen.citizen_representations import (
    AppointmentOut,
    BookBody,
    CheckInBody,
    DayOut,
    MoveBody,
)
from services.queue.entrypoints.citizen.phone_proof import is_proven
from services.queue.entrypoints.representations import AppointmentBookedOut, TicketTakenOut
from shared.contracts.queue import (
    AppointmentBooked,
    AppointmentCommand,
    BookAppointment,
    CancelAppointment,
    CheckIn,
    MoveAppointment,
)
from shared.web.ask import ask
from shared.web.outcomes import PROBLEM

router = APIRouter(prefix=PREFIX, tags=["appointments"], responses=PROBLEM)

UNPROVEN: dict[int | str, dict[str, Any]] = {
    403: {"description": "The telephone number is not proven", "content": {"application/problem+json": {}}}
}
Token = Annotated[
    str, Path(max_length=128, description="`<appointment id>.<proof>`, the last part of an appointment's link")
]


@router.get("/offices/{office}/services/{service}/slots")
async def slots(request: Request, office: str, service: str, day: date | None = None) -> list[DayOut]:
    """The days that can be booked, with their slots and what is left of each; one day where it is named."""
    calendar = await queue_of(request).appointments.calendar(office, service)
    return [DayOut.model_validate(view) for view in calendar.days if day in (None, view.day)]


@router.post("/appointments", status_code=201, responses={**ACCEPTED_LATER, **UNPROVEN})
async def book(request: Request, response: Response, body: BookBody) -> AppointmentBookedOut:
    """Reserve a slot. The `Idempotency-Key` is the appointment's id: sent again it gives the same appointment.

    Where telephone numbers are proven, it is refused without a proof, 403 `phone-unproven`.
    """
    command = BookAppointment(
        office=body.office,
        service=body.service,
        slot=body.slot,
        phone=body.phone,
        proven=is_proven(request, body.phone, body.proof),
    )
    booked = await ask(request, command)
    assert isinstance(booked, AppointmentBooked)
    appointment = booked_out(queue_of(request), booked)
    response.headers["Location"] = f"{PREFIX}/appointments/{appointment.link.rpartition('/')[2]}"
    return appointment


@router.get("/appointments/{token}")
async def appointment(request: Request, token: Token) -> AppointmentOut:
    """An appointment as it stands now, for its holder."""
    queue = queue_of(request)
    return await _out(queue, queue.appointment_links.appointment(token))


@router.post("/appointments/{token}/move", responses=ACCEPTED_LATER)
async def move(request: Request, token: Token, body: MoveBody) -> AppointmentOut:
    """Take another slot."""
    queue = queue_of(request)
    view = await queue.appointments.appointment(queue.appointment_links.appointment(token))
    return await _after(request, MoveAppointment(office=view.office, appointment=view.id, slot=body.slot))


@router.post("/appointments/{token}/cancel", responses=ACCEPTED_LATER)
async def cancel(request: Request, token: Token) -> AppointmentOut:
    """Give the slot back."""
    queue = queue_of(request)
    view = await queue.appointments.appointment(queue.appointment_links.appointment(token))
    return await _after(request, CancelAppointment(office=view.office, appointment=view.id))


@router.post("/appointments/{token}/check-in", status_code=201, responses=ACCEPTED_LATER)
async def check_in(
    request: Request, response: Response, token: Token, body: CheckInBody | None = None
) -> TicketTakenOut:
    """Join the line, having come to the office. Too late, one joins it like everybody."""
    queue = queue_of(request)
    view = await queue.appointments.appointment(queue.appointment_links.appointment(token))
    need = body.need if body else None
    return await take(request, response, CheckIn(office=view.office, appointment=view.id, need=need))


async def _after(request: Request, command: AppointmentCommand) -> AppointmentOut:
    await ask(request, command)
    return await _out(queue_of(request), command.appointment)


async def _out(queue: Queue, id: str) -> AppointmentOut:
    return AppointmentOut.of(await queue.appointments.appointment(id), queue.appointment_links, queue.links)
