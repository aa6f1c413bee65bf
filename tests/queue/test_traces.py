"""A number's trace: who did what with it, when and from where; for managers alone."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from httpx import AsyncClient

from services.queue.domain.errors import OfficeUnknown, TicketUnknown
from services.queue.domain.line import Line
from services.queue.domain.office import Office as OfficeState
from services.queue.domain.ticket import Ticket
from services.queue.views.office import Views
from services.queue.views.traces import Traces, as_written
from shared.clock import system_clock
from shared.contracts.queue import TransferTicket
from tests.queue.forms import visit
from tests.queue.running import API, HTML, Office, Officer, Site, of, problem_of
from tests.queue.scene import OFFICE, PLAN
from tests.queue.stored import NOW, STAFF, Place

DAY = date(2026, 6, 1)


def today(office: Office) -> date:
    return datetime.now(ZoneInfo(office.plan.time_zone)).date()


async def traced(office: Office, manager: Officer, number: str) -> Any:
    return of(await manager.client.get(f"{office.path}/days/{today(office)}/numbers/{number}"), 200)


def told(trace: Any) -> list[tuple[str, str, str | None, str | None]]:
    return [(step["event"], step["by"], step["user"], step["counter"]) for step in trace["steps"]]


async def test_every_step_has_its_time_its_person_and_its_counter(
    site: Site, office: Office, citizen: AsyncClient, officer: Officer, manager: Officer
) -> None:
    ticket = await office.taken(citizen, phone="081234567890")
    await officer.done("call-next", "loket-2")
    await officer.done("no-show", "loket-2")
    await officer.done("put-back", "loket-1", ticket=ticket["id"])
    await officer.done("call-next", "loket-2")
    await officer.done("serve", "loket-2")
    transfer = TransferTicket(office=office.id, counter="loket-2", service="skck")
    await site.do(transfer, actor="staff/sari/loket-2")
    await officer.done("undo", "loket-2")
    await officer.done("finish", "loket-2")

    trace = await traced(office, manager, ticket["number"])
    here = ("staff", "sari", "loket-2")
    assert told(trace) == [
        ("TicketTaken", "citizen", None, None),
        ("TicketCalled", *here),
        ("TicketMissed", *here),
        ("TicketPutBack", "staff", "sari", "loket-1"),
        ("TicketCalled", *here),
        ("ServingStarted", *here),
        ("TicketTransferred", *here),
        ("StepUndone", *here),
        ("ServingFinished", *here),
    ]
    assert (trace["number"], trace["service"], trace["state"], trace["whole"]) == ("A-001", "sim", "finished", True)
    assert [step["to"] and step["to"]["en"] for step in trace["steps"]].index("Police clearance") == 6
    times = [datetime.fromisoformat(step["at"]) for step in trace["steps"]]
    assert times == sorted(times)
    assert {time.utcoffset() for time in times} == {datetime.now(ZoneInfo(office.plan.time_zone)).utcoffset()}


async def test_who_was_sent_on_is_found_by_the_number_they_keep(
    site: Site, office: Office, citizen: AsyncClient, officer: Officer, manager: Officer
) -> None:
    await office.taken(citizen)
    await officer.done("call-next", "loket-2")
    await officer.done("serve", "loket-2")
    await site.do(TransferTicket(office=office.id, counter="loket-2", service="skck"), actor="staff/sari/loket-2")
    trace = await traced(office, manager, "A-001")
    assert (trace["service"], trace["state"]) == ("skck", "waiting")
    assert told(trace)[-1] == ("TicketTransferred", "staff", "sari", "loket-2")


async def test_what_a_person_does_is_told_and_what_was_refused_or_repeated_is_not(
    office: Office, citizen: AsyncClient, officer: Officer, manager: Officer
) -> None:
    ticket = (await office.taken(citizen))["link"].rpartition("/")[2]
    for _ in range(3):
        await office.taken(citizen)
    key = {"idempotency-key": str(uuid4())}
    for _ in range(2):
        of(await citizen.post(f"{API}/tickets/{ticket}/delay", json={"minutes": 10}, headers=key), 200)
    of(await officer.act("serve", "loket-2"), 409)
    for _ in range(2):
        await citizen.post(f"{API}/tickets/{ticket}/cancel")
    steps = told(await traced(office, manager, "a1"))
    assert [step[:2] for step in steps] == [
        ("TicketTaken", "citizen"),
        ("TicketDelayed", "citizen"),
        ("TicketCancelled", "citizen"),
    ]


async def test_the_first_of_a_family_tells_who_was_taken_along(
    office: Office, citizen: AsyncClient, manager: Officer
) -> None:
    first = (await office.taken(citizen))["link"].rpartition("/")[2]
    body = {"office": office.id, "service": "sim", "family": first}
    of(await citizen.post(f"{API}/tickets", json=body), 201)
    assert [step[:2] for step in told(await traced(office, manager, "A-001"))] == [
        ("TicketTaken", "citizen"),
        ("TakeTicket", "citizen"),
    ]
    assert [step[0] for step in told(await traced(office, manager, "A-002"))] == ["TicketTaken"]
    page = await visit(manager.client, f"/queue/manage/numbers?number=a+1&day={today(office)}")
    assert "Satu tiket lagi untuk keluarga" in page.text


@pytest.mark.parametrize("number", ["A-002", "B-001", "Z-9", "nonsense", "A-00001x"])
async def test_a_number_that_was_not_given_out_is_unknown(
    office: Office, citizen: AsyncClient, manager: Officer, number: str
) -> None:
    await office.taken(citizen)
    problem_of(await manager.client.get(f"{office.path}/days/{today(office)}/numbers/{number}"), 404, "ticket-unknown")
    yesterday = today(office) - timedelta(days=1)
    problem_of(await manager.client.get(f"{office.path}/days/{yesterday}/numbers/A-001"), 404, "ticket-unknown")


@pytest.mark.parametrize("path", ["yesterday/numbers/A-001", "2026-13-01/numbers/A-001", f"{DAY}/numbers/{'A' * 11}"])
async def test_what_is_no_day_or_no_number_is_refused(office: Office, manager: Officer, path: str) -> None:
    problem_of(await manager.client.get(f"{office.path}/days/{path}"), 422, "invalid")


async def test_only_managers_of_the_office_may_look(
    site: Site, office: Office, officer: Officer, manager: Officer, citizen: AsyncClient
) -> None:
    path = f"days/{DAY}/numbers/A-001"
    problem_of(await citizen.get(f"{office.path}/{path}"), 401, "sign-in-needed")
    problem_of(await officer.client.get(f"{office.path}/{path}"), 403, "forbidden")
    other = await site.open_office()
    problem_of(await manager.client.get(f"{other.path}/{path}"), 403, "forbidden")
    assert (await officer.client.get("/queue/manage/numbers", headers=HTML)).status_code == 403


async def test_the_page_tells_it_and_says_at_the_field_where_there_is_no_such_number(
    office: Office, citizen: AsyncClient, officer: Officer, manager: Officer
) -> None:
    await office.taken(citizen, phone="081234567890")
    await officer.done("call-next", "loket-2")
    empty = await visit(manager.client, "/queue/manage/numbers")
    assert empty.status == 200
    assert empty.forms[0].fields["day"] == today(office).isoformat()
    page = await visit(manager.client, f"/queue/manage/numbers?number=a+1&day={today(office)}")
    for words in ("A-001", "Nomor diberikan", "Pemegang nomor", "Dipanggil", "Loket 2", "sari"):
        assert words in page.text
    assert "81234567890" not in page.html
    unknown = await visit(manager.client, f"/queue/manage/numbers?number=A-999&day={today(office)}")
    assert (unknown.status, unknown.forms[0].invalid) == (404, {"number"})
    assert unknown.forms[0].fields["number"] == "A-999"


# What only a database shows -----------------------------------------------------------------------------------


async def kept(place: Place, *commands: str) -> Traces:
    line = f"{OFFICE}:sim:{DAY}"
    ticket = Ticket("t", line, "A", 17, "A-017", 1, NOW, NOW, NOW, STAFF, commands=commands)
    await place.keep(OfficeState(OFFICE, PLAN, revision=1), Line(line, OFFICE, "sim", "A", sequence=17), ticket)
    return Traces(Views(place.client, place.database, place.store, system_clock), place.database, place.store)


@pytest.mark.parametrize("commands", [(), ("gone", "gone-too")])
async def test_what_the_journal_has_forgotten_is_said_to_be_missing(place: Place, commands: tuple[str, ...]) -> None:
    trace = await (await kept(place, *commands)).of(OFFICE, DAY, "A-017")
    assert (trace.steps, trace.whole, trace.state) == ([], False, "waiting")


async def test_nothing_is_found_where_nothing_is(place: Place) -> None:
    traces = await kept(place)
    with pytest.raises(TicketUnknown):
        await traces.of(OFFICE, DAY + timedelta(days=1), "A-017")
    with pytest.raises(OfficeUnknown):
        await traces.of("nowhere", DAY, "A-017")


@pytest.mark.parametrize("written", ["A-017", "a17", " A 017 ", "a-17", "A0017"])
def test_a_number_is_read_as_people_write_it(written: str) -> None:
    assert as_written(written) == "A-017"
    assert as_written("B-1234") == "B-1234"
