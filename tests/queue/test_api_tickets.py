"""A citizen's way through the JSON API: take a ticket, look at it, give it up, be refused with a reason."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from httpx import AsyncClient

from shared.contracts.queue import CloseLine, Holiday, Opening, Text
from tests.queue.running import API, DAY_AND_NIGHT, Office, Officer, Site, new_plan, of, problem_of, with_key

SAME_PHONE = ("0812-3456-7890", "+62 812 3456 7890", "(0812) 3456.7890", "62812 34567890", "0062 812/3456/7890")


async def test_a_taken_ticket_tells_its_number_place_and_link(office: Office, citizen: AsyncClient) -> None:
    answer = await office.take(citizen)
    ticket = of(answer, 201)
    assert (ticket["number"], ticket["place"]) == ("A-001", 1)
    assert (ticket["office"], ticket["service"]) == (office.id, "sim")
    token = ticket["link"].removeprefix("/queue/t/")
    assert token.startswith(f"{ticket['id']}.")
    assert answer.headers["location"] == f"{API}/tickets/{token}"


async def test_the_location_of_a_taken_ticket_is_the_ticket(office: Office, citizen: AsyncClient) -> None:
    await office.taken(citizen)
    answer = await office.take(citizen)
    ticket = of(await citizen.get(answer.headers["location"]), 200)
    assert ticket["id"] == of(answer, 201)["id"]
    assert (ticket["state"], ticket["place"], ticket["ahead"]) == ("waiting", 2, 1)
    assert (ticket["counter"], ticket["called_at"]) == (None, None)
    assert ticket["day"] == datetime.now(ZoneInfo(office.plan.time_zone)).date().isoformat()
    taken_at = datetime.fromisoformat(ticket["taken_at"])
    assert datetime.now(UTC) - taken_at < timedelta(minutes=1)
    assert taken_at.utcoffset() == datetime.now(ZoneInfo(office.plan.time_zone)).utcoffset()


async def test_each_service_has_numbers_of_its_own(office: Office, citizen: AsyncClient) -> None:
    numbers = [(await office.taken(citizen, service))["number"] for service in ("sim", "skck", "sim", "skck")]
    assert numbers == ["A-001", "B-001", "A-002", "B-002"]


# The same request again -----------------------------------------------------------------------------------


async def test_the_key_is_the_ticket_and_sent_again_gives_the_same_one(office: Office, citizen: AsyncClient) -> None:
    key = str(uuid4())
    first = await office.take(citizen, key=key)
    again = await office.take(citizen, key=key)
    quoted = await office.take(citizen, key=f'"{key}"')
    assert of(first, 201)["id"] == key
    assert of(again, 201) == of(quoted, 201) == of(first, 201)
    assert again.headers["location"] == first.headers["location"]
    assert (await office.taken(citizen))["number"] == "A-002"


async def test_the_same_number_written_otherwise_is_the_same_request(office: Office, citizen: AsyncClient) -> None:
    key = str(uuid4())
    first = await office.take(citizen, phone=SAME_PHONE[0], key=key)
    again = await office.take(citizen, phone=SAME_PHONE[1], key=key)
    assert of(again, 201) == of(first, 201)


async def test_a_key_that_was_used_for_something_else_is_refused(office: Office, citizen: AsyncClient) -> None:
    key = str(uuid4())
    of(await office.take(citizen, "sim", key=key), 201)
    problem_of(await office.take(citizen, "skck", key=key), 422, "idempotency-key-reused")
    problem_of(await office.take(citizen, "sim", phone="081234567890", key=key), 422, "idempotency-key-reused")
    assert (await office.taken(citizen, "skck"))["number"] == "B-001"


async def test_a_refusal_is_the_answer_to_its_key_for_ever(office: Office, citizen: AsyncClient) -> None:
    ticket = await office.taken(citizen, phone=SAME_PHONE[0])
    key = str(uuid4())
    problem_of(await office.take(citizen, phone=SAME_PHONE[0], key=key), 409, "already-waiting")
    of(await citizen.post(f"{API}/tickets/{ticket['link'].rpartition('/')[2]}/cancel"), 200)
    problem_of(await office.take(citizen, phone=SAME_PHONE[0], key=key), 409, "already-waiting")


@pytest.mark.parametrize(
    "key", ["", "short", "x" * 65, "spaces in the key of it", "../../../../etc/passwd", "ключ" * 5]
)
async def test_a_malformed_key_is_refused(office: Office, citizen: AsyncClient, key: str) -> None:
    body = {"office": office.id, "service": "sim"}
    answer = await citizen.post(f"{API}/tickets", json=body, headers=[(b"idempotency-key", key.encode())])
    problem_of(answer, 400, "idempotency-key-invalid")
    assert (await office.taken(citizen))["number"] == "A-001"


# One active ticket per person and line --------------------------------------------------------------------


@pytest.mark.parametrize("written", SAME_PHONE)
async def test_a_person_has_one_active_ticket_however_the_number_is_written(
    office: Office, citizen: AsyncClient, written: str
) -> None:
    await office.taken(citizen, phone=SAME_PHONE[0])
    told = problem_of(await office.take(citizen, phone=written), 409, "already-waiting")
    assert told["details"] == {}, "which ticket it is stays a secret of its holder"


async def test_a_person_may_wait_in_two_lines_and_others_in_the_same(office: Office, citizen: AsyncClient) -> None:
    await office.taken(citizen, "sim", phone="081234567890")
    await office.taken(citizen, "skck", phone="081234567890")
    await office.taken(citizen, "sim", phone="081234567891")


async def test_who_gave_no_number_or_an_empty_one_may_take_several(office: Office, citizen: AsyncClient) -> None:
    numbers = [(await office.taken(citizen, phone=phone))["number"] for phone in (None, None, "", "  ")]
    assert numbers == ["A-001", "A-002", "A-003", "A-004"]


async def test_who_cancelled_or_missed_may_take_a_new_ticket(
    office: Office, citizen: AsyncClient, officer: Officer
) -> None:
    first = await office.taken(citizen, phone="081234567890")
    of(await citizen.post(f"{API}/tickets/{first['link'].rpartition('/')[2]}/cancel"), 200)
    await office.taken(citizen, phone="081234567890")
    await officer.done("call-next")
    problem_of(await office.take(citizen, phone="081234567890"), 409, "already-waiting")
    await officer.done("no-show")
    assert (await office.taken(citizen, phone="081234567890"))["number"] == "A-003"


@pytest.mark.parametrize(
    "written", ["abc", "123", "0812", "+0812345678", "08123456789012345", "٠٨١٢٣٤٥٦٧٨٩٠", "+62\x00812"]
)
async def test_what_is_no_telephone_number_is_told_at_its_field(
    office: Office, citizen: AsyncClient, written: str
) -> None:
    told = problem_of(await office.take(citizen, phone=written), 422, "invalid")
    assert [error["field"] for error in told["errors"]] == ["phone"]
    assert written not in str({name: value for name, value in told.items() if name != "instance"})


# Refused, and when it will be possible --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("office_id", "service", "slug"),
    [("nowhere-at-all", "sim", "office-unknown"), (None, "passport", "service-unknown")],
)
async def test_there_is_no_ticket_where_there_is_no_service(
    office: Office, citizen: AsyncClient, office_id: str | None, service: str, slug: str
) -> None:
    answer = await citizen.post(f"{API}/tickets", json={"office": office_id or office.id, "service": service})
    problem_of(answer, 404, slug)


def now_at(office: Office) -> datetime:
    return datetime.now(ZoneInfo(office.plan.time_zone))


async def test_outside_its_hours_a_service_tells_its_next_opening(site: Site, citizen: AsyncClient) -> None:
    office = await site.open_office()
    tomorrow = now_at(office) + timedelta(days=1)
    await office.configure(new_plan(hours=[Opening(tomorrow.weekday(), time(8), time(14))]))
    told = problem_of(await office.take(citizen), 409, "service-closed")
    opening = datetime.fromisoformat(told["details"]["next_opening"])
    assert opening == tomorrow.replace(hour=8, minute=0, second=0, microsecond=0)
    assert opening.utcoffset() == tomorrow.utcoffset(), "told in the office's own time"
    service = of(await citizen.get(f"{office.path}/services/sim"), 200)
    assert service["open_now"] is False
    assert datetime.fromisoformat(service["next_opening"]) == opening


async def test_on_a_holiday_the_next_opening_is_behind_it(site: Site, citizen: AsyncClient) -> None:
    office = await site.open_office()
    today = now_at(office).date()
    name = Text("Nyepi", "Nyepi")
    holidays = tuple(Holiday(today + timedelta(days=ahead), name) for ahead in (0, 1))
    await office.configure(new_plan(holidays=holidays))
    told = problem_of(await office.take(citizen), 409, "service-closed")
    assert datetime.fromisoformat(told["details"]["next_opening"]).date() == today + timedelta(days=2)


async def test_a_service_without_hours_has_no_next_opening(site: Site, citizen: AsyncClient) -> None:
    office = await site.open_office(new_plan(hours=[]))
    assert problem_of(await office.take(citizen), 409, "service-closed")["details"] == {}


async def test_after_the_quota_the_next_opening_is_tomorrow(site: Site, citizen: AsyncClient) -> None:
    office = await site.open_office(new_plan(quota=2))
    first = await office.taken(citizen)
    await office.taken(citizen)
    told = problem_of(await office.take(citizen), 409, "quota-reached")
    tomorrow = now_at(office).date() + timedelta(days=1)
    assert datetime.fromisoformat(told["details"]["next_opening"]).date() == tomorrow
    of(await citizen.post(f"{API}/tickets/{first['link'].rpartition('/')[2]}/cancel"), 200)
    problem_of(await office.take(citizen), 409, "quota-reached")
    assert of(await citizen.get(f"{office.path}/services/sim"), 200)["left_today"] == 0
    await office.taken(citizen, "skck")


async def test_a_line_that_was_closed_gives_out_no_more_tickets(site: Site, citizen: AsyncClient) -> None:
    office = await site.open_office()
    await office.taken(citizen)
    await site.do(CloseLine(office=office.id, service="sim"), actor="staff/sari")
    told = problem_of(await office.take(citizen), 409, "line-closed")
    assert datetime.fromisoformat(told["details"]["next_opening"]).date() == now_at(office).date() + timedelta(days=1)
    assert of(await citizen.get(f"{office.path}/services/sim"), 200)["waiting"] == 1


@pytest.mark.parametrize(("language", "words"), [("id", "Buka lagi besok"), ("en", "The next opening is")])
async def test_a_refusal_is_told_in_the_reader_s_language(
    site: Site, citizen: AsyncClient, language: str, words: str
) -> None:
    office = await site.open_office(new_plan(quota=1))
    await office.taken(citizen)
    citizen.headers["accept-language"] = language
    answer = await office.take(citizen)
    assert words in problem_of(answer, 409, "quota-reached")["detail"]
    assert answer.headers["content-language"] == language


# Giving it up, and links ----------------------------------------------------------------------------------


async def test_a_cancelled_ticket_leaves_the_line_and_the_next_moves_up(office: Office, citizen: AsyncClient) -> None:
    first, second = [await office.take(citizen) for _ in range(2)]
    key = str(uuid4())
    cancelled = await citizen.post(f"{first.headers['location']}/cancel", headers=with_key(key))
    assert of(cancelled, 200)["state"] == "cancelled"
    assert of(await citizen.get(second.headers["location"]), 200)["place"] == 1
    again = await citizen.post(f"{first.headers['location']}/cancel", headers=with_key(key))
    assert of(again, 200) == of(cancelled, 200), "the same wish, sent again"
    told = problem_of(await citizen.post(f"{first.headers['location']}/cancel"), 409, "ticket-not-waiting")
    assert told["details"] == {"number": "A-001", "state": "cancelled"}


async def test_a_called_person_may_cancel_and_frees_the_counter(
    office: Office, citizen: AsyncClient, officer: Officer
) -> None:
    first = await office.take(citizen)
    await officer.done("call-next")
    assert of(await citizen.post(f"{first.headers['location']}/cancel"), 200)["state"] == "cancelled"
    problem_of(await officer.act("serve"), 409, "counter-idle")


async def test_who_is_served_cannot_cancel(office: Office, citizen: AsyncClient, officer: Officer) -> None:
    first = await office.take(citizen)
    await officer.done("call-next")
    await officer.done("serve")
    problem_of(await citizen.post(f"{first.headers['location']}/cancel"), 409, "ticket-not-waiting")


@pytest.mark.parametrize("part", ["", "/cancel", "/stream"])
async def test_a_forged_link_opens_nothing(office: Office, citizen: AsyncClient, part: str) -> None:
    mine, other = [await office.taken(citizen) for _ in range(2)]
    proof = mine["link"].rpartition(".")[2]
    forged = [
        mine["id"],
        f"{mine['id']}.",
        f"{mine['id']}.{proof[:-1]}",
        f"{mine['id']}.{proof}x",
        f"{mine['id']}.{proof.swapcase()}",
        f"{other['id']}.{proof}",
        f"{uuid4()}.{proof}",
        f".{proof}",
    ]
    for token in forged:
        address = f"{API}/tickets/{token}{part}"
        answer = await (citizen.post(address) if part == "/cancel" else citizen.get(address))
        problem_of(answer, 404, "ticket-unknown")
    assert of(await citizen.get(f"{API}/tickets/{mine['link'].rpartition('/')[2]}"), 200)["state"] == "waiting"


async def test_a_link_is_made_by_this_installation_s_own_key(site: Site, office: Office, citizen: AsyncClient) -> None:
    absent = site.queue.links.token(str(uuid4()))
    problem_of(await citizen.get(f"{API}/tickets/{absent}"), 404, "ticket-unknown")


# What everybody may see -----------------------------------------------------------------------------------


async def test_the_board_shows_the_latest_call_of_each_counter_and_how_many_wait(
    office: Office, citizen: AsyncClient, officer: Officer
) -> None:
    for service in ("sim", "sim", "skck"):
        await office.taken(citizen, service)
    assert of(await citizen.get(f"{office.path}/board"), 200)["calls"] == []
    await officer.done("call-next", "loket-1")
    await officer.done("call-next", "loket-3")
    board = of(await citizen.get(f"{office.path}/board"), 200)
    assert [(call["number"], call["counter"], call["calls"]) for call in board["calls"]] == [
        ("B-001", "loket-3", 1),
        ("A-001", "loket-1", 1),
    ]
    assert [(line["id"], line["waiting"]) for line in board["services"]] == [("sim", 1), ("skck", 0)]


async def test_an_office_tells_its_services_and_procedures(office: Office, citizen: AsyncClient) -> None:
    told = of(await citizen.get(office.path), 200)
    assert told["now_open"] is True
    sim = told["services"][0]
    assert (sim["id"], sim["prefix"], sim["waiting"], sim["left_today"]) == ("sim", "A", 0, 10_000)
    assert sim["procedure"]["fees"] == [{"name": {"id": "SIM A", "en": "SIM A (car)"}, "rupiah": 120_000}]
    assert len(sim["hours"]) == len(DAY_AND_NIGHT)
    assert office.id in [known["id"] for known in of(await citizen.get(f"{API}/offices"), 200)]


@pytest.mark.parametrize("path", ["offices/none", "offices/none/board", "offices/none/services/sim"])
async def test_what_does_not_exist_is_told_so(citizen: AsyncClient, path: str) -> None:
    problem_of(await citizen.get(f"{API}/{path}"), 404, "office-unknown")


async def test_a_plan_that_changes_names_changes_what_is_told_of_waiting_people(
    office: Office, citizen: AsyncClient
) -> None:
    ticket = await office.take(citizen)
    sim, skck = office.plan.services
    await office.configure(replace(office.plan, services=(replace(sim, name=Text("SIM", "Licence")), skck)))
    assert of(await citizen.get(ticket.headers["location"]), 200)["number"] == "A-001"
    service = of(await citizen.get(f"{office.path}/services/sim"), 200)
    assert (service["name"]["en"], service["waiting"]) == ("Licence", 1)


async def test_a_letter_that_changes_is_told_from_the_next_line_on(office: Office, citizen: AsyncClient) -> None:
    await office.taken(citizen, "sim")
    letters = zip(office.plan.services, "XY", strict=True)
    await office.configure(
        replace(office.plan, services=tuple(replace(service, prefix=letter) for service, letter in letters))
    )
    told = {service["id"]: service["prefix"] for service in of(await citizen.get(office.path), 200)["services"]}
    assert told == {"sim": "A", "skck": "Y"}
