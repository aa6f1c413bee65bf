"""Appointments: slots and who can have them, moving, giving back, coming early, in time and late."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from services.queue.domain.appointment import FREE_AFTER_LEAST, FREE_AFTER_MOST, MOVES_MOST, Agenda, Appointment
from services.queue.domain.line import Line
from services.queue.domain.order import number_of, rank_of
from shared.contracts.queue import (
    AppointmentBooked,
    AppointmentMoved,
    AppointmentPlan,
    BookAppointment,
    CancelAppointment,
    CheckIn,
    CloseLine,
    Holiday,
    MoveAppointment,
    OfficePlan,
    ServicePlan,
    Shares,
    TakeTicket,
    TicketTaken,
)
from tests.queue.scene import MONDAY, OFFICE, PHONE, PLAN, Scene, daily, text

SLOTS = AppointmentPlan(minutes=30, capacity=2, days_ahead=14, early_minutes=15, late_minutes=10)
NINE = MONDAY + timedelta(hours=1)
TUESDAY = MONDAY + timedelta(days=1)
PHONES = [f"+62812345670{n:02}" for n in range(40)]


def plan(slots: AppointmentPlan | None = SLOTS, *, quota: int = 100, shares: Shares = Shares()) -> OfficePlan:  # noqa: B008  # never changed
    sim, skck = PLAN.services
    return replace(PLAN, services=(replace(sim, quota=quota, shares=shares, appointments=slots), skck))


class Booking(Scene):
    """A scene in which people have appointments."""

    async def book(self, slot: datetime = NINE, phone: str = PHONE, *, proven: bool = False) -> str:
        booked = await self.done(self.wish(slot, phone, proven=proven), actor="citizen")
        assert isinstance(booked, AppointmentBooked)
        return booked.appointment

    async def come(self, appointment: str) -> TicketTaken:
        taken = await self.done(CheckIn(office=OFFICE, appointment=appointment), actor="citizen")
        assert isinstance(taken, TicketTaken)
        return taken

    async def move(self, appointment: str, slot: datetime) -> AppointmentMoved:
        moved = await self.done(MoveAppointment(office=OFFICE, appointment=appointment, slot=slot), actor="citizen")
        assert isinstance(moved, AppointmentMoved)
        return moved

    async def cancel(self, appointment: str) -> None:
        await self.done(CancelAppointment(office=OFFICE, appointment=appointment), actor="citizen")

    def wish(
        self, slot: datetime = NINE, phone: str = PHONE, service: str = "sim", *, proven: bool = False
    ) -> BookAppointment:
        return BookAppointment(office=OFFICE, service=service, slot=slot, phone=phone, proven=proven)

    def appointment(self, id: str) -> Appointment:
        (found,) = [one for one in self.all(Appointment) if one.id == id]
        assert isinstance(found, Appointment)
        return found


async def opened(to: OfficePlan | None = None, now: datetime = MONDAY) -> Booking:
    scene = await Booking.opened(to or plan(), now)
    assert isinstance(scene, Booking)
    return scene


# Booking --------------------------------------------------------------------------------------------------


async def test_a_slot_takes_as_many_as_it_has_room_for() -> None:
    scene = await opened()
    for phone in PHONES[:2]:
        await scene.book(phone=phone)
    assert await scene.refused(scene.wish(phone=PHONES[2])) == ("slot-full", {})
    await scene.book(NINE + timedelta(minutes=30), PHONES[2])


async def test_many_who_want_one_slot_in_one_batch_do_not_overbook_it() -> None:
    scene = await opened()
    for n, phone in enumerate(PHONES):
        scene.put(scene.wish(phone=phone), id=f"wish-{n}")
    await scene.run()
    assert [one.id for one in scene.all(Appointment)] == ["wish-0", "wish-1"]


@pytest.mark.parametrize(
    "slot",
    [
        NINE + timedelta(minutes=1),  # between slots
        MONDAY,  # begins this very moment
        MONDAY - timedelta(days=7),
        MONDAY + timedelta(hours=6),  # when the office closes
        MONDAY + timedelta(days=5, hours=1),  # a Saturday
        MONDAY + timedelta(days=15, hours=1),  # too far ahead
    ],
)
async def test_a_time_that_is_no_slot_cannot_be_booked(slot: datetime) -> None:
    scene = await opened()
    assert await scene.refused(scene.wish(slot)) == ("slot-unknown", {})


async def test_a_holiday_has_no_slots() -> None:
    holiday = Holiday(TUESDAY.date(), text("Nyepi"))
    scene = await opened(replace(plan(), holidays=(holiday,)))
    assert await scene.refused(scene.wish(TUESDAY + timedelta(hours=1))) == ("slot-unknown", {})


async def test_a_service_without_appointments_has_none() -> None:
    scene = await opened()
    assert await scene.refused(scene.wish(service="skck")) == ("no-appointments", {})


async def test_the_same_moment_in_another_zone_is_the_same_slot() -> None:
    scene = await opened()
    await scene.book(NINE, PHONES[0])
    await scene.book(datetime.fromisoformat("2026-03-02T09:00:00+08:00"), PHONES[1])
    assert await scene.refused(scene.wish(datetime.fromisoformat("2026-03-02T10:00:00+09:00"), PHONES[2])) == (
        "slot-full",
        {},
    )


async def test_a_person_has_one_open_appointment_for_a_service() -> None:
    scene = await opened()
    first = await scene.book()
    assert await scene.refused(scene.wish(NINE + timedelta(hours=1))) == ("already-booked", {})
    await scene.cancel(first)
    await scene.book(NINE + timedelta(hours=1))


async def test_who_did_not_come_can_book_again() -> None:
    scene = await opened()
    missed = await scene.book()
    scene.now = NINE + timedelta(minutes=10)
    assert await scene.refused(scene.wish(TUESDAY)) == ("already-booked", {})
    scene.pass_time(seconds=1)
    again = await scene.book(TUESDAY)
    assert [scene.appointment(id).state for id in (missed, again)] == ["missed", "booked"]
    assert scene.appointment(missed).person is None


# The day's numbers ----------------------------------------------------------------------------------------


async def test_numbers_are_kept_for_those_who_have_an_appointment() -> None:
    scene = await opened(plan(quota=3))
    for phone in PHONES[:2]:
        await scene.book(phone=phone)
    await scene.take()
    reason, _ = await scene.refused(TakeTicket(office=OFFICE, service="sim"))
    assert reason == "quota-reached"


async def test_numbers_that_are_given_out_can_not_be_booked() -> None:
    scene = await opened(plan(quota=3))
    for _ in range(2):
        await scene.take()
    await scene.book(phone=PHONES[0])
    assert await scene.refused(scene.wish(phone=PHONES[1])) == ("slot-full", {})
    await scene.book(TUESDAY, PHONES[1])


async def test_appointments_use_up_no_more_than_their_share_of_a_day() -> None:
    scene = await opened(plan(shares=Shares(appointment=1)))
    await scene.book(phone=PHONES[0])
    assert await scene.refused(scene.wish(NINE + timedelta(hours=2), PHONES[1])) == ("slot-full", {})
    await scene.book(TUESDAY, PHONES[1])


async def test_what_an_agenda_says_is_left_is_what_it_takes() -> None:
    service = plan(quota=7, shares=Shares(appointment=5)).services[0]
    line = Line("polres-palu:sim:2026-03-02", OFFICE, "sim", "A", sequence=1)
    agenda = Agenda("polres-palu:sim:2026-03-02")
    slots = [NINE + timedelta(minutes=30 * n) for n in range(3)]
    booked = 0
    while left := [slot for slot, some in agenda.left(slots, service, line, MONDAY).items() if some]:
        agenda.reserve(f"a-{booked}", left[0], service, line, MONDAY)
        booked += 1
    assert booked == 5
    line.sequence = 7
    assert agenda.left(slots, service, line, MONDAY) == dict.fromkeys(slots, 0)


async def test_a_closed_line_gives_no_appointments_of_its_day() -> None:
    scene = await opened()
    tuesday = await scene.book(TUESDAY, PHONES[0])
    await scene.done(CloseLine(office=OFFICE, service="sim"))
    assert await scene.refused(scene.wish(phone=PHONES[1])) == ("line-closed", {})
    move = MoveAppointment(office=OFFICE, appointment=tuesday, slot=NINE)
    assert await scene.refused(move) == ("line-closed", {})
    sim, _ = plan().services
    assert Agenda(scene.line().id).left([NINE], sim, scene.line(), MONDAY) == {NINE: 0}
    await scene.book(TUESDAY, PHONES[1])


# Giving back ----------------------------------------------------------------------------------------------


async def test_a_place_that_was_given_back_comes_free_at_a_moment_that_nobody_knows() -> None:
    moments = set()
    for n in range(8):
        scene = await opened(plan(replace(SLOTS, capacity=1)))
        first = await scene.book(phone=PHONES[0])
        await scene.done(CancelAppointment(office=OFFICE, appointment=first), id=f"cancel-{n}", actor="citizen")
        (agenda,) = scene.all(Agenda)
        (place,) = agenda.places
        moments.add(place.free_at)
        assert MONDAY + FREE_AFTER_LEAST <= place.free_at <= MONDAY + FREE_AFTER_MOST
        scene.now = place.free_at - timedelta(milliseconds=1)
        assert await scene.refused(scene.wish(phone=PHONES[1])) == ("slot-full", {})
        scene.now = place.free_at + timedelta(milliseconds=1)
        await scene.book(phone=PHONES[1])
    assert len(moments) > 1


async def test_a_cancelled_appointment_is_over() -> None:
    scene = await opened()
    id = await scene.book()
    await scene.cancel(id)
    over = ("appointment-over", {"state": "cancelled"})
    for command in (CheckIn, CancelAppointment):
        assert await scene.refused(command(office=OFFICE, appointment=id)) == over
    assert await scene.refused(MoveAppointment(office=OFFICE, appointment=id, slot=TUESDAY)) == over
    assert scene.appointment(id).person is None
    assert scene.appointment(id).claim is None


async def test_redelivered_booking_and_cancelling_count_once() -> None:
    scene = await opened()
    for _ in range(3):
        scene.put(scene.wish(), id="wish-1")
    await scene.run()
    for _ in range(3):
        scene.put(CancelAppointment(office=OFFICE, appointment="wish-1"), id="wish-2")
    await scene.run()
    assert len({event for event, cause in scene.events() if cause in ("wish-1", "wish-2")}) == 2


# Moving ---------------------------------------------------------------------------------------------------


async def test_a_moved_appointment_has_the_new_place_and_leaves_the_old_one() -> None:
    scene = await opened(plan(replace(SLOTS, capacity=1)))
    id = await scene.book(phone=PHONES[0])
    moved = await scene.move(id, TUESDAY)
    assert (moved.former, moved.slot) == (NINE, TUESDAY)
    assert await scene.refused(scene.wish(TUESDAY, PHONES[1])) == ("slot-full", {})
    assert await scene.refused(scene.wish(NINE, PHONES[1])) == ("slot-full", {})
    scene.now += FREE_AFTER_MOST
    await scene.book(NINE, PHONES[1])


async def test_moves_are_bounded() -> None:
    scene = await opened()
    id = await scene.book()
    slots = [TUESDAY + timedelta(minutes=30 * n) for n in range(MOVES_MOST + 1)]
    for slot in slots[:MOVES_MOST]:
        await scene.move(id, slot)
    refused = await scene.refused(MoveAppointment(office=OFFICE, appointment=id, slot=slots[-1]))
    assert refused == ("move-exhausted", {"times": MOVES_MOST})
    assert scene.appointment(id).slot == slots[-2]


async def test_an_appointment_is_not_moved_to_where_it_is_or_where_no_room_is() -> None:
    scene = await opened(plan(replace(SLOTS, capacity=1)))
    id = await scene.book(phone=PHONES[0])
    await scene.book(TUESDAY, PHONES[1])
    for slot, reason in ((NINE, "slot-unknown"), (TUESDAY, "slot-full")):
        assert (await scene.refused(MoveAppointment(office=OFFICE, appointment=id, slot=slot)))[0] == reason
    assert (scene.appointment(id).slot, scene.appointment(id).moves) == (NINE, 0)


async def test_a_missed_appointment_is_not_moved() -> None:
    scene = await opened()
    id = await scene.book()
    scene.now = NINE + timedelta(minutes=11)
    refused = await scene.refused(MoveAppointment(office=OFFICE, appointment=id, slot=TUESDAY))
    assert refused == ("appointment-over", {"state": "missed"})


# Coming ---------------------------------------------------------------------------------------------------


async def test_who_comes_too_early_is_told_when_in_the_office_s_time() -> None:
    scene = await opened()
    id = await scene.book()
    scene.now = NINE - timedelta(minutes=15, seconds=1)
    reason, details = await scene.refused(CheckIn(office=OFFICE, appointment=id))
    assert (reason, details) == ("check-in-too-early", {"opens": "2026-03-02T08:45:00+08:00"})
    scene.pass_time(seconds=1)
    assert (await scene.come(id)).slot == NINE


async def test_who_comes_for_the_first_slot_can_check_in_before_the_office_opens() -> None:
    scene = await opened(now=MONDAY - timedelta(hours=2))
    id = await scene.book(MONDAY)
    scene.now = MONDAY - timedelta(minutes=10)
    taken = await scene.come(id)
    assert (taken.number, taken.place, taken.group) == ("A-001", 1, "appointment")


async def test_nobody_checks_in_on_the_day_before() -> None:
    hours = daily(time(0), time(0), range(7))
    sim: ServicePlan = replace(plan().services[0], hours=hours)
    midnight = datetime(2026, 3, 2, 16, tzinfo=UTC)
    scene = await opened(replace(plan(), services=(sim, PLAN.services[1])), now=midnight - timedelta(hours=1))
    id = await scene.book(midnight)
    scene.now = midnight - timedelta(minutes=5)
    reason, details = await scene.refused(CheckIn(office=OFFICE, appointment=id))
    assert (reason, details) == ("check-in-too-early", {"opens": "2026-03-03T00:00:00+08:00"})


@pytest.mark.parametrize("late", [timedelta(0), timedelta(minutes=10)])
async def test_who_comes_in_time_counts_from_the_slot(late: timedelta) -> None:
    scene = await opened()
    id = await scene.book()
    scene.now = NINE - timedelta(minutes=20)
    waiting = [await scene.take() for _ in range(3)]
    scene.now = NINE + late
    taken = await scene.come(id)
    head_start = timedelta(minutes=PLAN.order.appointment_minutes)
    assert taken.rank == rank_of(NINE, head_start, "2026-03-02", number_of("A", 4))
    assert taken.place == 1
    assert scene.appointment(id).ticket == taken.ticket
    assert scene.appointment(id).state == "kept"
    assert scene.waiting()[1:] == [scene.ticket(id).number for id in waiting]


async def test_who_comes_late_joins_the_line_like_everybody() -> None:
    scene = await opened()
    id = await scene.book()
    for _ in range(3):
        await scene.take()
    scene.now = NINE + timedelta(minutes=10, seconds=1)
    taken = await scene.come(id)
    assert (taken.place, taken.group, taken.slot, taken.way) == (4, "ordinary", None, "appointment")


async def test_on_the_next_day_nobody_checks_in() -> None:
    scene = await opened()
    id = await scene.book()
    scene.now = TUESDAY + timedelta(hours=1)
    for command in (CheckIn, CancelAppointment):
        assert await scene.refused(command(office=OFFICE, appointment=id)) == ("appointment-over", {"state": "missed"})


async def test_a_line_closed_early_still_takes_who_has_an_appointment() -> None:
    scene = await opened()
    first, second = await scene.book(phone=PHONES[0]), await scene.book(phone=PHONES[1])
    await scene.done(CloseLine(office=OFFICE, service="sim"))
    scene.now = NINE
    assert (await scene.come(first)).place == 1
    scene.now = NINE + timedelta(minutes=11)
    assert (await scene.refused(CheckIn(office=OFFICE, appointment=second)))[0] == "line-closed"
    assert scene.appointment(second).state == "booked"


async def test_an_office_that_lowers_its_quota_keeps_the_appointments_it_has_promised() -> None:
    scene = await opened()
    id = await scene.book()
    await scene.take()
    await scene.configure(plan(quota=1))
    assert (await scene.refused(TakeTicket(office=OFFICE, service="sim")))[0] == "quota-reached"
    scene.now = NINE
    assert (await scene.come(id)).number == "A-002"


async def test_an_office_that_gives_appointments_up_keeps_those_it_has_promised() -> None:
    scene = await opened()
    id = await scene.book()
    await scene.configure(plan(None))
    scene.now = NINE
    assert (await scene.come(id)).group == "appointment"


async def test_who_waits_already_does_not_check_in_too() -> None:
    scene = await opened()
    id = await scene.book()
    await scene.take(phone=PHONE)
    scene.now = NINE
    assert await scene.refused(CheckIn(office=OFFICE, appointment=id)) == ("already-waiting", {})
    assert scene.appointment(id).state == "booked"


async def test_another_office_s_appointment_is_unknown() -> None:
    scene = await opened()
    id = await scene.book()
    other = replace(plan(), id="polres-sigi")
    await scene.configure(other)
    reasons: Sequence[str] = [
        (await scene.refused(CheckIn(office="polres-sigi", appointment=id)))[0],
        (await scene.refused(CheckIn(office=OFFICE, appointment="nothing")))[0],
    ]
    assert reasons == ["appointment-unknown"] * 2


# Proven numbers -------------------------------------------------------------------------------------------


async def test_a_number_that_was_proven_has_one_open_appointment_for_a_service() -> None:
    scene = await opened()
    first = await scene.book(proven=True)
    assert scene.appointment(first).proven
    for proven in (True, False):
        assert await scene.refused(scene.wish(NINE + timedelta(hours=1), proven=proven)) == ("already-booked", {})
    await scene.cancel(first)
    await scene.book(NINE + timedelta(hours=1), proven=True)


async def test_a_number_that_was_only_claimed_is_its_owner_s_all_the_same() -> None:
    scene = await opened()
    claimed = await scene.book()
    proven = await scene.book(NINE + timedelta(hours=1), proven=True)
    assert [scene.appointment(id).state for id in (claimed, proven)] == ["booked", "booked"]
    assert scene.appointment(claimed).claim != scene.appointment(proven).claim
    for again in (True, False):
        assert await scene.refused(scene.wish(TUESDAY, proven=again)) == ("already-booked", {})


async def test_many_who_prove_one_number_in_one_batch_have_one_appointment() -> None:
    scene = await opened()
    for n in range(5):
        scene.put(scene.wish(NINE + n * timedelta(minutes=30), proven=True), id=f"wish-{n}")
    await scene.run()
    assert [one.id for one in scene.all(Appointment)] == ["wish-0"]


async def test_who_proved_a_number_and_did_not_come_can_book_again() -> None:
    scene = await opened()
    missed = await scene.book(proven=True)
    scene.now = NINE + timedelta(minutes=10, seconds=1)
    again = await scene.book(TUESDAY, proven=True)
    assert [scene.appointment(id).state for id in (missed, again)] == ["missed", "booked"]


async def test_a_stranger_s_ticket_by_a_claimed_number_does_not_keep_its_owner_from_checking_in() -> None:
    scene = await opened()
    appointment = await scene.book(proven=True)
    claimed = await scene.take(phone=PHONE)
    scene.now = NINE
    taken = await scene.come(appointment)
    assert scene.ticket(taken.ticket).proven
    assert not scene.ticket(claimed).proven


async def test_a_command_from_before_numbers_were_proven_claims_one() -> None:
    scene = await opened()
    wish = BookAppointment.model_validate(scene.wish().model_dump(exclude={"proven"}))
    booked = await scene.done(wish, actor="citizen")
    assert isinstance(booked, AppointmentBooked)
    assert not scene.appointment(booked.appointment).proven
