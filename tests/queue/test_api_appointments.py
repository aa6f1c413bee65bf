"""Appointments by the JSON API: what can be had, booking it, moving it, giving it back, coming."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from httpx import AsyncClient

from tests.queue.running import API, Office, Site, of, problem_of, with_key
from tests.queue.slots import NEAR, appointment_of, book, booked, free_slot, slots_of, with_slots


@pytest.fixture
async def office(site: Site) -> Office:
    return await site.open_office(with_slots())


def address(link: str, action: str = "") -> str:
    return f"{API}/appointments/{link.rpartition('/')[2]}{action and '/'}{action}"


async def test_slots_are_told_by_day_with_what_is_left(office: Office, citizen: AsyncClient) -> None:
    days = await slots_of(citizen, office)
    assert len(days) == NEAR.days_ahead + 1
    assert [len(day["slots"]) for day in days[1:]] == [24 * 60 // NEAR.minutes] * NEAR.days_ahead
    first = days[0]["slots"][0]
    assert datetime.fromisoformat(first["begins"]) > datetime.now(UTC) - timedelta(seconds=5)
    assert {slot["left"] for day in days for slot in day["slots"]} == {1}
    (only,) = await slots_of(citizen, office, date.fromisoformat(days[1]["day"]))
    assert only == days[1]
    assert await slots_of(citizen, office, date(2020, 1, 1)) == []


async def test_what_is_booked_is_left_to_nobody_else(office: Office, citizen: AsyncClient) -> None:
    slot = await free_slot(citizen, office)
    answer = await book(citizen, office, slot)
    appointment = of(answer, 201)
    assert (appointment["office"], appointment["service"]) == (office.id, "sim")
    assert datetime.fromisoformat(appointment["slot"]) == datetime.fromisoformat(slot)
    assert answer.headers["location"] == address(appointment["link"])
    left = {s["begins"]: s["left"] for day in await slots_of(citizen, office) for s in day["slots"]}
    assert left[slot] == 0
    problem_of(await book(citizen, office, slot, phone="081200000001"), 409, "slot-full")


async def test_the_key_is_the_appointment_and_sent_again_gives_the_same_one(
    office: Office, citizen: AsyncClient
) -> None:
    slot, key = await free_slot(citizen, office), str(uuid4())
    first, again = [await book(citizen, office, slot, key=key) for _ in range(2)]
    assert of(first, 201) == of(again, 201)
    assert of(first, 201)["id"] == key
    outcome = of(await citizen.get(f"{API}/commands/{key}"), 200)
    assert outcome["appointment"] == of(first, 201)
    assert outcome["ticket"] is None


async def test_a_person_has_one_open_appointment_however_the_number_is_written(
    office: Office, citizen: AsyncClient
) -> None:
    await booked(citizen, office, phone="0812-3456-7890")
    answer = await book(citizen, office, await free_slot(citizen, office), phone="+62 812 3456 7890")
    assert "081" not in problem_of(answer, 409, "already-booked")["detail"]


async def test_an_appointment_is_seen_by_who_has_its_link(office: Office, citizen: AsyncClient) -> None:
    made = await booked(citizen, office, day=1)
    seen = of(await citizen.get(address(made["link"])), 200)
    assert (seen["id"], seen["link"], seen["ticket"]) == (made["id"], made["link"], None)
    assert (seen["state"], seen["can_move"], seen["moves_left"]) == ("booked", True, 3)
    begins = datetime.fromisoformat(seen["begins"])
    assert begins - datetime.fromisoformat(seen["check_in_opens"]) <= timedelta(minutes=NEAR.early_minutes)
    assert datetime.fromisoformat(seen["on_time_until"]) - begins == timedelta(minutes=NEAR.late_minutes)
    forged = f"{API}/appointments/{made['id']}.{'x' * 22}"
    problem_of(await citizen.get(forged), 404, "appointment-unknown")


async def test_a_ticket_s_link_opens_no_appointment_and_the_other_way_round(
    office: Office, citizen: AsyncClient
) -> None:
    made = await booked(citizen, office)
    token = made["link"].rpartition("/")[2]
    problem_of(await citizen.get(f"{API}/tickets/{token}"), 404, "ticket-unknown")
    ticket = await office.taken(citizen)
    problem_of(await citizen.get(address(ticket["link"])), 404, "appointment-unknown")


async def test_an_appointment_is_moved_three_times(office: Office, citizen: AsyncClient) -> None:
    link = (await booked(citizen, office, day=1))["link"]
    for left in (2, 1, 0):
        slot = await free_slot(citizen, office, day=2)
        moved = of(await citizen.post(address(link, "move"), json={"slot": slot}), 200)
        assert (moved["moves_left"], moved["can_move"]) == (left, left > 0)
        assert datetime.fromisoformat(moved["begins"]) == datetime.fromisoformat(slot)
    slot = await free_slot(citizen, office, day=3)
    problem_of(await citizen.post(address(link, "move"), json={"slot": slot}), 409, "move-exhausted")


async def test_a_cancelled_appointment_s_slot_is_not_to_be_had_at_once(office: Office, citizen: AsyncClient) -> None:
    made = await booked(citizen, office, day=1)
    assert of(await citizen.post(address(made["link"], "cancel")), 200)["state"] == "cancelled"
    problem_of(await book(citizen, office, made["slot"]), 409, "slot-full")
    problem_of(await citizen.post(address(made["link"], "cancel")), 409, "appointment-over")
    await booked(citizen, office, day=1)


async def test_who_comes_in_time_has_a_ticket_before_those_who_came_just_now(
    office: Office, citizen: AsyncClient
) -> None:
    await office.taken(citizen)
    made = await booked(citizen, office)
    assert of(await citizen.get(address(made["link"])), 200)["state"] == "open"
    answer = await citizen.post(address(made["link"], "check-in"), json={"need": "elderly"})
    ticket = of(answer, 201)
    assert (ticket["number"], ticket["place"]) == ("A-002", 1)
    seen = of(await citizen.get(answer.headers["location"]), 200)
    assert seen["id"] == ticket["id"]
    after = of(await citizen.get(address(made["link"])), 200)
    assert (after["state"], after["ticket"], after["can_move"]) == ("kept", ticket["link"], False)
    problem_of(await citizen.post(address(made["link"], "check-in")), 409, "appointment-over")


async def test_check_in_sent_again_gives_the_same_ticket(office: Office, citizen: AsyncClient) -> None:
    link, key = (await booked(citizen, office))["link"], str(uuid4())
    first, again = [await citizen.post(address(link, "check-in"), headers=with_key(key)) for _ in range(2)]
    assert of(first, 201) == of(again, 201)
    assert of(await citizen.get(f"{API}/commands/{key}"), 200)["ticket"] == of(first, 201)


async def test_who_comes_too_early_is_told_when(office: Office, citizen: AsyncClient) -> None:
    link = (await booked(citizen, office, day=2))["link"]
    told = problem_of(await citizen.post(address(link, "check-in")), 409, "check-in-too-early")
    opens = of(await citizen.get(address(link)), 200)["check_in_opens"]
    assert datetime.fromisoformat(told["details"]["opens"]) == datetime.fromisoformat(opens)


async def test_who_comes_late_waits_like_everybody(site: Site, office: Office, citizen: AsyncClient) -> None:
    token = await appointment_of(site, office, timedelta(minutes=30))
    for _ in range(2):
        await office.taken(citizen)
    assert of(await citizen.get(address(token)), 200)["state"] == "late"
    assert of(await citizen.post(address(token, "check-in")), 201)["place"] == 3


async def test_an_appointment_of_yesterday_is_over(site: Site, office: Office, citizen: AsyncClient) -> None:
    token = await appointment_of(site, office, timedelta(days=1))
    assert of(await citizen.get(address(token)), 200)["state"] == "missed"
    for action in ("check-in", "cancel"):
        told = problem_of(await citizen.post(address(token, action)), 409, "appointment-over")
        assert told["details"] == {"state": "missed"}


async def test_a_service_without_appointments_says_so(office: Office, citizen: AsyncClient) -> None:
    problem_of(await citizen.get(f"{office.path}/services/skck/slots"), 409, "no-appointments")
    problem_of(await citizen.get(f"{office.path}/services/nothing/slots"), 404, "service-unknown")


@pytest.mark.parametrize(
    "change",
    [
        {"slot": "2026-03-02T09:00:00"},  # without an offset
        {"slot": "0001-01-01T00:00:00+14:00"},
        {"slot": "9999-12-31T23:59:59-12:00"},
        {"slot": "nine"},
        {"slot": None},
        {"phone": ""},
        {"phone": "nobody"},
        {"phone": None},
        {"office": "NOWHERE"},
        {"extra": 1},
    ],
    ids=str,
)
async def test_a_wrong_wish_is_refused_before_it_is_sent(
    office: Office, citizen: AsyncClient, change: dict[str, object]
) -> None:
    body = {"office": office.id, "service": "sim", "slot": await free_slot(citizen, office), "phone": "0812345678"}
    problem_of(await citizen.post(f"{API}/appointments", json={**body, **change}), 422, "invalid")
