"""The calendar in which a slot is chosen, for a new appointment or instead of one that is there."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from services.queue.context import queue_of
from services.queue.entrypoints.citizen.appointment_pages import appointment_page
from services.queue.entrypoints.citizen.booking import SlotField, Wish, Wished, calendar_page, reserve, slot_of
from services.queue.entrypoints.citizen.phone_pages import code_page, is_proven_here
from services.queue.views.citizen_shown import AppointmentView
from shared.contracts.queue import MoveAppointment
from shared.messaging.errors import Declined, Pending
from shared.web.app import web
from shared.web.ask import Key, ask, new_key
from shared.web.i18n import gettext
from shared.web.outcomes import see, wait

router = APIRouter(prefix="/queue", include_in_schema=False)


@router.get("/offices/{office}/services/{service}/appointments")
async def calendar(request: Request, office: str, service: str, day: str = "") -> Response:
    """The days and slots that can be had."""
    return await calendar_page(request, Wish(office, service, new_key(), day, ""))


@router.post("/offices/{office}/services/{service}/appointments")
async def book(request: Request, wish: Wished, change: Annotated[bool, Form()] = False) -> Response:
    """Reserve a slot, and go to the appointment; first of all to the number's proof, where it needs one.

    `change`: only show the calendar again with what was written, so that something of it can be changed.
    """
    if change:
        return await calendar_page(request, wish)
    if wish.errors:
        return await calendar_page(request, wish, errors=wish.errors)
    if queue_of(request).proving is None:
        return await reserve(request, wish, proven=False)
    if not is_proven_here(request, wish):
        return await code_page(request, wish)
    return await reserve(request, wish, proven=True)


@router.get("/a/{token}/move")
async def other_slots(request: Request, token: str, day: str = "") -> Response:
    """The days and slots that can be had instead."""
    view = await _moving(request, token)
    if not view.can_move:
        return see(f"/queue/a/{token}")
    return await calendar_page(request, _instead(view, day), moving=view, token=token)


@router.post("/a/{token}/move")
async def move(request: Request, token: str, key: Key, slot: SlotField = "") -> Response:
    """Take another slot."""
    view, begins = await _moving(request, token), slot_of(slot)
    wish = _instead(view, slot)
    if begins is None:
        errors = {"slot": gettext("Please choose a time.")}
        return await calendar_page(request, wish, errors=errors, moving=view, token=token)
    try:
        await ask(request, MoveAppointment(office=view.office, appointment=view.id, slot=begins), key=key)
    except Declined as declined:
        problem = web(request).problems.refusal(declined.slug, declined.details)
        if not (await _moving(request, token)).can_move:
            return await appointment_page(request, token, problem)
        return await calendar_page(request, wish, problem=problem, moving=view, token=token)
    except Pending as pending:
        return wait(request, pending, back=f"/queue/a/{token}")
    return see(f"/queue/a/{token}")


async def _moving(request: Request, token: str) -> AppointmentView:
    queue = queue_of(request)
    return await queue.appointments.appointment(queue.appointment_links.appointment(token))


def _instead(view: AppointmentView, slot: str) -> Wish:
    return Wish(view.office, view.service, new_key(), slot, "")
