"""Offices that give appointments, and appointments whose time has come or gone."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from httpx import AsyncClient, Response

from services.queue.domain.appointment import Agenda, Appointment, Place
from services.queue.domain.line import line_id
from services.queue.domain.office import Office as DomainOffice
from shared.contracts.queue import AppointmentPlan, OfficePlan
from tests.queue.running import API, Office, Site, new_plan, of, with_key

NEAR = AppointmentPlan(minutes=15, capacity=1, days_ahead=3, early_minutes=60)
"""Whoever books the next slot can check in at once."""
PHONE = "0812 3456 7890"


def with_slots(slots: AppointmentPlan = NEAR) -> OfficePlan:
    """An office whose first service is given by appointment too."""
    plan = new_plan()
    return replace(plan, services=(replace(plan.services[0], appointments=slots), plan.services[1]))


async def slots_of(client: AsyncClient, office: Office, day: date | None = None) -> list[dict[str, Any]]:
    """The days that can be booked."""
    query = {} if day is None else {"day": day.isoformat()}
    days: list[dict[str, Any]] = of(await client.get(f"{office.path}/services/sim/slots", params=query), 200)
    return days


async def free_slot(client: AsyncClient, office: Office, *, day: int = 0) -> str:
    """When the first free slot of a day begins; today is the first day."""
    found: str = next(slot["begins"] for slot in (await slots_of(client, office))[day]["slots"] if slot["left"])
    return found


async def book(
    client: AsyncClient, office: Office, slot: str, *, phone: str = PHONE, key: str | None = None
) -> Response:
    """Ask for an appointment."""
    body = {"office": office.id, "service": "sim", "slot": slot, "phone": phone}
    return await client.post(f"{API}/appointments", json=body, headers=with_key(key))


async def booked(client: AsyncClient, office: Office, *, day: int = 0, phone: str = PHONE) -> Any:
    """An appointment in the first free slot of a day."""
    return of(await book(client, office, await free_slot(client, office, day=day), phone=phone), 201)


async def appointment_of(site: Site, office: Office, ago: timedelta) -> str:
    """The token of an appointment whose slot began some time ago."""
    slot = datetime.now(UTC) - ago
    id = str(uuid4())
    agenda = line_id(office.id, "sim", DomainOffice(office.id, office.plan).day(slot))
    await site.keep(
        Appointment(id, office.id, "sim", slot, agenda, None, slot, "citizen", claim=str(uuid4())),
        Agenda(agenda, (Place(id, slot),)),
    )
    return site.queue.appointment_links.token(id)
