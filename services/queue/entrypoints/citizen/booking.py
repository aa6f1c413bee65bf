"""What the pages of booking share: the calendar, and the appointment that somebody wishes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Form
from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from services.queue.context import queue_of
from services.queue.views.citizen_shown import AppointmentView
from shared.contracts.queue import AppointmentBooked, BookAppointment, SlotTime
from shared.messaging.errors import Declined, Pending
from shared.web import phone
from shared.web.app import web
from shared.web.ask import Key, ask, new_key
from shared.web.i18n import gettext
from shared.web.outcomes import see, wait
from shared.web.problems import Problem

SlotField = Annotated[str, Form(max_length=64)]

_SLOT: TypeAdapter[datetime] = TypeAdapter(SlotTime)


@dataclass(frozen=True, slots=True)
class Wish:
    """An appointment that somebody wants, as far as it can be read."""

    office: str
    service: str
    key: str
    """The form's own, under which it is booked once."""
    slot: str
    """As it was sent."""
    written: str
    """The telephone number as it was written."""

    @property
    def begins(self) -> datetime | None:
        """When the slot begins; None where that can't be read."""
        return slot_of(self.slot)

    @property
    def phone(self) -> str | None:
        """The number in E.164 form; None where it is none."""
        try:
            return phone.normal(self.written)
        except ValueError:
            return None

    @property
    def address(self) -> str:
        """Where it is wished."""
        return f"/queue/offices/{self.office}/services/{self.service}/appointments"

    @property
    def errors(self) -> Mapping[str, str]:
        """Field → what is wrong in it."""
        errors = {}
        if self.begins is None:
            errors["slot"] = gettext("Please choose a time.")
        if self.phone is None:
            errors["phone"] = gettext("Please write a telephone number such as 0812 3456 7890.")
        return errors


async def _wished(
    office: str,
    service: str,
    key: Key,
    slot: SlotField = "",
    written: Annotated[str, Form(alias="phone", max_length=64)] = "",
) -> Wish:
    return Wish(office, service, key, slot, written)


Wished = Annotated[Wish, Depends(_wished)]
"""What the form of the page says."""


async def reserve(request: Request, wish: Wish, *, proven: bool) -> Response:
    """Book what is wished, which has no errors, and go to the appointment; or to the calendar with what was refused."""
    assert wish.begins
    assert wish.phone
    command = BookAppointment(
        office=wish.office, service=wish.service, slot=wish.begins, phone=wish.phone, proven=proven
    )
    try:
        booked = await ask(request, command, key=wish.key)
    except Declined as declined:
        return await calendar_page(
            request, wish, problem=web(request).problems.refusal(declined.slug, declined.details)
        )
    except Pending as pending:
        return wait(request, pending, back=wish.address)
    assert isinstance(booked, AppointmentBooked)
    return see(queue_of(request).appointment_links.path(booked.appointment))


async def calendar_page(
    request: Request,
    wish: Wish,
    *,
    errors: Mapping[str, str] | None = None,
    problem: Problem | None = None,
    moving: AppointmentView | None = None,
    token: str = "",
) -> Response:
    """The days and slots that can be had, of the day that the slot's text begins with.

    `moving` is the appointment, held by `token`, for which another time is looked for.
    """
    queue = queue_of(request)
    view = await queue.appointments.calendar(wish.office, wish.service)
    return web(request).templates.page(
        request,
        "calendar.html",
        problem.status if problem else 422 if errors else 200,
        calendar=view,
        chosen=view.chosen(wish.slot[:10]),
        address=f"/queue/a/{token}/move" if moving else wish.address,
        moving=moving,
        token=token,
        slot=wish.slot,
        phone=wish.written,
        errors=errors or {},
        problem=problem,
        idempotency_key=new_key(),
        proves=queue.proving is not None,
    )


def slot_of(written: str) -> datetime | None:
    """When a slot begins; None where that can't be read."""
    try:
        return _SLOT.validate_python(written)
    except ValidationError:
        return None
