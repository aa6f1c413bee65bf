"""The calendar in which a slot is chosen, for a new appointment or instead of one that is there."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form
from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from services.queue.context import queue_of
from services.queue.entrypoints.citizen.appointment_pages import appointment_page
from services.queue.views.citizen_shown import AppointmentView
from shared.contracts.queue import AppointmentBooked, BookAppointment, MoveAppointment, SlotTime
from shared.messaging.errors import Declined, Pending
from shared.web import phone
from shared.web.app import web
from shared.web.ask import Key, ask, new_key
from shared.web.i18n import gettext
from shared.web.outcomes import see, wait
from shared.web.problems import Problem

router = APIRouter(prefix="/queue", include_in_schema=False)

_SLOT: TypeAdapter[datetime] = TypeAdapter(SlotTime)
_Slot = Annotated[str, Form(max_length=64)]


@router.get("/offices/{office}/services/{service}/appointments")
async def calendar(request: Request, office: str, service: str, day: str = "") -> Response:
    """The days and slots that can be had."""
    return await _calendar(request, office, service, day)


@router.post("/offices/{office}/services/{service}/appointments")
async def book(
    request: Request,
    office: str,
    service: str,
    key: Key,
    slot: _Slot = "",
    written: Annotated[str, Form(alias="phone", max_length=64)] = "",
) -> Response:
    """Reserve a slot, and go to the appointment."""
    begins, number, errors = _slot(slot), _phone(written), {}
    if begins is None:
        errors["slot"] = gettext("Please choose a time.")
    if number is None:
        errors["phone"] = gettext("Please write a telephone number such as 0812 3456 7890.")
    if begins is None or number is None:
        return await _calendar(request, office, service, slot[:10], slot=slot, written=written, errors=errors)
    command = BookAppointment(office=office, service=service, slot=begins, phone=number)
    try:
        booked = await ask(request, command, key=key)
    except Declined as declined:
        problem = web(request).problems.refusal(declined.slug, declined.details)
        return await _calendar(request, office, service, slot[:10], slot=slot, written=written, problem=problem)
    except Pending as pending:
        return wait(request, pending, back=request.scope["path"])
    assert isinstance(booked, AppointmentBooked)
    return see(queue_of(request).appointment_links.path(booked.appointment))


@router.get("/a/{token}/move")
async def other_slots(request: Request, token: str, day: str = "") -> Response:
    """The days and slots that can be had instead."""
    view = await _moving(request, token)
    if not view.can_move:
        return see(f"/queue/a/{token}")
    return await _calendar(request, view.office, view.service, day, moving=view, token=token)


@router.post("/a/{token}/move")
async def move(request: Request, token: str, key: Key, slot: _Slot = "") -> Response:
    """Take another slot."""
    view, begins = await _moving(request, token), _slot(slot)
    if begins is None:
        errors = {"slot": gettext("Please choose a time.")}
        return await _calendar(request, view.office, view.service, slot[:10], errors=errors, moving=view, token=token)
    try:
        await ask(request, MoveAppointment(office=view.office, appointment=view.id, slot=begins), key=key)
    except Declined as declined:
        problem = web(request).problems.refusal(declined.slug, declined.details)
        if not (await _moving(request, token)).can_move:
            return await appointment_page(request, token, problem)
        return await _calendar(request, view.office, view.service, slot[:10], problem=problem, moving=view, token=token)
    except Pending as pending:
        return wait(request, pending, back=f"/queue/a/{token}")
    return see(f"/queue/a/{token}")


async def _moving(request: Request, token: str) -> AppointmentView:
    queue = queue_of(request)
    return await queue.appointments.appointment(queue.appointment_links.appointment(token))


async def _calendar(
    request: Request,
    office: str,
    service: str,
    day: str,
    *,
    slot: str = "",
    written: str = "",
    errors: Mapping[str, str] | None = None,
    problem: Problem | None = None,
    moving: AppointmentView | None = None,
    token: str = "",
) -> Response:
    view = await queue_of(request).appointments.calendar(office, service)
    address = f"/queue/a/{token}/move" if moving else f"/queue/offices/{office}/services/{service}/appointments"
    return web(request).templates.page(
        request,
        "calendar.html",
        problem.status if problem else 422 if errors else 200,
        calendar=view,
        chosen=view.chosen(day),
        address=address,
        moving=moving,
        token=token,
        slot=slot,
        phone=written,
        errors=errors or {},
        problem=problem,
        idempotency_key=new_key(),
    )


def _slot(written: str) -> datetime | None:
    try:
        return _SLOT.validate_python(written)
    except ValidationError:
        return None


def _phone(written: str) -> str | None:
    try:
        return phone.normal(written)
    except ValueError:
        return None
