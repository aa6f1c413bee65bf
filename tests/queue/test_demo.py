"""The demo office is one that an office could work by."""

from datetime import UTC, datetime

from services.queue.demo import OFFICE, demo_office
from shared.contracts.queue import (
    AppointmentBooked,
    BookAppointment,
    CallNext,
    CheckIn,
    OfficePlan,
    TakeTicket,
    Text,
)
from tests.queue.scene import PHONE, Scene

NIGHT_OF_INDEPENDENCE_DAY = datetime(2026, 8, 16, 18, tzinfo=UTC)
"""02:00 on 17 August 2026 in Palu."""


async def demo(now: datetime, *, always_open: bool = False) -> Scene:
    scene = Scene(now)
    await scene.configure(demo_office(always_open=always_open).plan)
    return scene


async def test_every_service_gives_tickets_and_is_called_on_a_working_day() -> None:
    scene = await demo(datetime(2026, 3, 2, 1, tzinfo=UTC))
    for service in demo_office().plan.services:
        await scene.done(TakeTicket(office=OFFICE, service=service.id))
    for counter in demo_office().plan.counters:
        await scene.done(CallNext(office=OFFICE, counter=counter.id))


async def test_holiday_is_refused_with_the_next_working_day() -> None:
    scene = await demo(NIGHT_OF_INDEPENDENCE_DAY)
    reason, details = await scene.refused(TakeTicket(office=OFFICE, service="skck"))
    assert (reason, details) == ("service-closed", {"next_opening": "2026-08-18T08:00:00+08:00"})


async def test_always_open_office_gives_tickets_at_night_on_a_holiday() -> None:
    scene = await demo(NIGHT_OF_INDEPENDENCE_DAY, always_open=True)
    await scene.done(TakeTicket(office=OFFICE, service="skck"))


async def test_whoever_has_an_appointment_is_served_beside_those_who_walk_in() -> None:
    scene = await demo(datetime(2026, 3, 2, 1, tzinfo=UTC))
    book = BookAppointment(office=OFFICE, service="sim-baru", slot=datetime(2026, 3, 2, 2, tzinfo=UTC), phone=PHONE)
    booked = await scene.done(book)
    assert isinstance(booked, AppointmentBooked)
    await scene.done(TakeTicket(office=OFFICE, service="sim-baru"))
    scene.now = datetime(2026, 3, 2, 1, 45, tzinfo=UTC)
    await scene.done(CheckIn(office=OFFICE, appointment=booked.appointment))
    assert scene.line("sim-baru").waiting == 2


def test_the_online_door_never_starves_who_comes() -> None:
    for service in demo_office().plan.services:
        assert service.shares.online is not None
        appointments = service.shares.appointment or 0
        assert service.shares.online <= service.quota * 2 / 3
        assert service.appointments is None or appointments > 0


def test_every_procedure_tells_what_to_bring_the_steps_the_cost_and_its_source() -> None:
    for service in demo_office().plan.services:
        procedure = service.procedure
        assert procedure.requirements
        assert procedure.steps
        assert procedure.fees
        assert procedure.validity
        assert procedure.source


def test_fees_are_those_of_the_regulation() -> None:
    fees = {s.id: [fee.rupiah for fee in s.procedure.fees] for s in demo_office().plan.services}
    assert fees == {
        "sim-baru": [120_000, 100_000, 50_000],
        "sim-perpanjangan": [80_000, 75_000, 30_000],
        "skck": [30_000],
    }


def test_no_text_is_missing_in_either_language() -> None:
    def texts(part: object) -> list[Text]:
        if isinstance(part, Text):
            return [part]
        if isinstance(part, tuple):
            return [text for item in part for text in texts(item)]
        slots = getattr(part, "__slots__", ())
        return [text for name in slots for text in texts(getattr(part, name))]

    plan: OfficePlan = demo_office().plan
    assert len(texts(plan)) > 50
    assert all(text.id.strip() and text.en.strip() for text in texts(plan))
