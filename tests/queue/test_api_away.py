"""While no worker answers, a request is told that its wish is safe and where to ask what became of it."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
from httpx import AsyncClient

from services.queue.domain.office import Office as OfficeState
from shared.settings import Settings
from tests.chaos.programs import Program, started
from tests.queue.forms import send, visit
from tests.queue.running import API, HTML, Office, Site, in_own_task, new_plan, of, problem_of, running, sign_in, told
from tests.queue.slots import book, free_slot, with_slots
from tests.support.waiting import until

PATIENCE_SECONDS = 0.3


@pytest.fixture
async def alone(settings: Settings) -> AsyncIterator[Site]:
    """An API that waits for its worker in vain, and not for long."""
    impatient = settings.model_copy(update={"wait_seconds": PATIENCE_SECONDS})
    async with in_own_task(running(impatient, worker=False)) as site:
        yield site


async def office_in(site: Site) -> Office:
    """An office as a worker has left it that has gone."""
    plan = new_plan()
    await site.keep(OfficeState(plan.id, plan))
    return Office(site, plan)


async def test_a_wish_that_waits_for_the_worker_has_an_address(alone: Site, settings: Settings, tmp_path: Path) -> None:
    office = await office_in(alone)
    key = str(uuid4())
    async with alone.client() as citizen:
        answer = await office.take(citizen, phone="081234567890", key=key)
        nothing: dict[str, object] = {"ticket": None, "appointment": None, "reason": None, "details": {}}
        assert of(answer, 202) == {"id": key, "status": "pending", **nothing}
        assert answer.headers["location"] == f"{API}/commands/{key}"
        assert int(answer.headers["retry-after"]) >= 1
        pending = await citizen.get(answer.headers["location"])
        assert of(pending, 202)["status"] == "pending"
        assert int(pending.headers["retry-after"]) >= 1
        again = await office.take(citizen, phone="0812-3456-7890", key=key)
        assert of(again, 202)["id"] == key
        second = await office.take(citizen, phone="081234567890")
        unknown = await office.take(citizen, "passport")

        async with started(Program("worker", settings, tmp_path)):
            accepted = await told(citizen, answer.headers["location"])
            assert accepted["status"] == "accepted"
            assert (accepted["ticket"]["id"], accepted["ticket"]["number"]) == (key, "A-001")
            token = accepted["ticket"]["link"].rpartition("/")[2]
            assert of(await citizen.get(f"{API}/tickets/{token}"), 200)["place"] == 1
            refused = await told(citizen, second.headers["location"])
            assert (refused["status"], refused["reason"], refused["ticket"]) == ("refused", "already-waiting", None)
            assert (await told(citizen, unknown.headers["location"]))["reason"] == "service-unknown"
            assert of(await citizen.get(f"{office.path}/services/sim"), 200)["waiting"] == 1


async def test_an_appointment_and_a_kiosk_s_ticket_wait_for_the_worker_too(
    alone: Site, settings: Settings, tmp_path: Path
) -> None:
    plan = with_slots()
    await alone.keep(OfficeState(plan.id, plan))
    office = Office(alone, plan)
    bearer = {"authorization": f"Bearer {await alone.queue.kiosks.start(office.id)}"}
    async with alone.client() as citizen:
        booked = await book(citizen, office, await free_slot(citizen, office))
        assert of(booked, 202)["status"] == "pending"
        given = await citizen.post(f"{office.path}/kiosks/tickets", json={"service": "sim"}, headers=bearer)
        assert of(given, 202)["status"] == "pending"
        async with started(Program("worker", settings, tmp_path)):
            appointment = (await told(citizen, booked.headers["location"]))["appointment"]
            token = appointment["link"].rpartition("/")[2]
            assert of(await citizen.get(f"{API}/appointments/{token}"), 200)["id"] == appointment["id"]
            assert (await told(citizen, given.headers["location"]))["ticket"]["number"] == "A-001"


async def test_the_pages_wait_and_lead_on(alone: Site, settings: Settings, tmp_path: Path) -> None:
    plan = with_slots()
    await alone.keep(OfficeState(plan.id, plan))
    office = Office(alone, plan)
    start = f"/queue/offices/{office.id}"
    async with alone.client(headers=HTML, follow_redirects=True) as browser:
        browser.cookies.set("queue_kiosk", await alone.queue.kiosks.start(office.id))
        calendar = f"{start}/services/sim/appointments"
        slot = await free_slot(browser, office)
        form = (await visit(browser, calendar)).form(calendar)
        waits = [await send(browser, form, slot=slot, phone="081234567890")]
        needs = await visit(browser, f"{start}/kiosk/services/sim")
        waits.append(await send(browser, needs.form("/kiosk/services/sim")))
        assert [page.status for page in waits] == [202, 202]
        async with started(Program("worker", settings, tmp_path)):

            async def all_done() -> bool:
                return 202 not in [(await visit(browser, page.path)).status for page in waits]

            await until(all_done, within=60, what="the pages lead on")
            led_to = [(await visit(browser, page.path)).path for page in waits]
            assert led_to[0].startswith("/queue/a/")
            assert led_to[1].startswith(f"{start}/kiosk/tickets/")


async def test_a_form_that_waits_for_the_worker_leads_to_a_page_that_says_so(alone: Site) -> None:
    office = await office_in(alone)
    async with alone.client(headers=HTML, follow_redirects=True) as browser:
        address = f"/queue/offices/{office.id}/services/sim"
        form = {"csrf": csrf_of((await browser.get(address)).text), "idempotency_key": str(uuid4()), "phone": ""}
        answer = await browser.post(address, data=form)
    assert answer.status_code == 202
    assert answer.url.path == f"/queue/commands/{form['idempotency_key']}"
    assert 'http-equiv="refresh"' in answer.text


def csrf_of(page: str) -> str:
    return page.partition('name="csrf" value="')[2].partition('"')[0]


async def test_a_key_that_nobody_used_is_pending_or_unknown_but_no_error(citizen: AsyncClient) -> None:
    assert of(await citizen.get(f"{API}/commands/{uuid4()}"), 202)["status"] == "pending"
    problem_of(await citizen.get(f"{API}/commands/{'x' * 65}"), 422, "invalid")


async def test_reading_needs_no_worker(alone: Site) -> None:
    office = await office_in(alone)
    async with alone.client() as client:
        assert of(await client.get(f"{API}/offices"), 200)[0]["id"] == office.id
        assert of(await client.get(f"{office.path}/board"), 200)["calls"] == []
        assert (await client.get("/readyz")).status_code == 200
        problem_of(await sign_in(client, office.id, "sari", "a wrong password"), 401, "wrong-password")
