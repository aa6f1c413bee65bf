"""Appointments by plain forms and links: choose a day and a time, keep the page, move, give up, come."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from httpx import AsyncClient
from icalendar import Calendar

from shared.contracts.queue import Holiday, Text
from tests.queue.forms import Page, send, visit
from tests.queue.running import API, Office, Site, of
from tests.queue.slots import PHONE, appointment_of, booked, free_slot, with_slots


@pytest.fixture
async def office(site: Site) -> Office:
    return await site.open_office(with_slots())


def booking(office: Office) -> str:
    return f"/queue/offices/{office.id}/services/sim/appointments"


async def book(
    browser: AsyncClient, office: Office, *, day: int = 1, slot: str | None = None, phone: str = PHONE
) -> Page:
    """Choose a day by its link, and the first free time there unless another is told."""
    free = await free_slot(browser, office, day=day)
    page = await visit(browser, f"{booking(office)}?day={free[:10]}")
    return await send(browser, page.form(booking(office)), slot=free if slot is None else slot, phone=phone)


async def the_event(browser: AsyncClient, page: str, language: str = "id") -> Any:
    answer = await browser.get(f"{page}/calendar.ics?lang={language}")
    assert answer.headers["content-type"].startswith("text/calendar")
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    return event


async def test_from_the_service_to_an_appointment(office: Office, browser: AsyncClient) -> None:
    service = await visit(browser, f"/queue/offices/{office.id}/services/sim")
    assert f'href="{booking(office)}"' in service.html
    page = await visit(browser, booking(office))
    slot = await free_slot(browser, office, day=1)
    assert f'href="{booking(office)}?day={slot[:10]}#time"' in page.html
    assert f'value="{slot}"' not in page.html
    appointment = await book(browser, office)
    assert (appointment.status, appointment.state) == (200, "booked")
    assert appointment.path.startswith("/queue/a/")
    for told in ("SIM baru", "Jalan Uji", "KTP", datetime.fromisoformat(slot).strftime("%H.%M")):
        assert told in appointment.text, told
    assert 'name="robots" content="noindex"' in appointment.html


async def test_the_service_without_appointments_offers_none(office: Office, browser: AsyncClient) -> None:
    page = await visit(browser, f"/queue/offices/{office.id}/services/skck")
    assert "/appointments" not in page.html
    assert (await visit(browser, f"/queue/offices/{office.id}/services/skck/appointments")).status == 409


async def test_a_day_that_is_none_shows_the_first_that_has_room(office: Office, browser: AsyncClient) -> None:
    for day in ("", "2020-01-01", "nonsense"):
        before = datetime.fromisoformat(await free_slot(browser, office))
        page = await visit(browser, f"{booking(office)}?day={day}")
        after = datetime.fromisoformat(await free_slot(browser, office))  # another one where a slot began meanwhile
        shown = map(datetime.fromisoformat, re.findall(r'value="(2\d{3}-[^"]+T[^"]+)"', page.html))
        assert {before, after} & set(shown)


@pytest.mark.parametrize(
    ("slot", "phone", "fields"),
    [
        ("", PHONE, {"slot"}),
        ("nine", PHONE, {"slot"}),
        (None, "12", {"phone"}),
        (None, "", {"phone"}),
        ("", "12", {"slot", "phone"}),
    ],
)
async def test_what_is_wrong_is_told_at_its_field(
    office: Office, browser: AsyncClient, slot: str | None, phone: str, fields: set[str]
) -> None:
    page = await book(browser, office, slot=slot, phone=phone)
    assert page.status == 422
    form = page.form(booking(office))
    assert form.invalid == fields
    assert form.fields["phone"] == phone


async def test_a_time_that_somebody_else_took_meanwhile_is_told_with_what_is_left(
    office: Office, browser: AsyncClient, citizen: AsyncClient
) -> None:
    slot = await free_slot(browser, office, day=1)
    form = (await visit(browser, f"{booking(office)}?day={slot[:10]}")).form(booking(office))
    await booked(citizen, office, day=1, phone="081200000001")
    page = await send(browser, form, slot=slot, phone=PHONE)
    assert page.status == 409
    assert 'role="alert"' in page.html
    assert ("input", "disabled") in [(tag, name) for tag, attributes in page.elements for name in attributes]
    again = await send(browser, page.form(booking(office)), slot=await free_slot(browser, office, day=1))
    assert (again.status, again.state) == (200, "booked")


async def test_a_form_sent_twice_books_once(office: Office, browser: AsyncClient) -> None:
    slot = await free_slot(browser, office, day=1)
    form = (await visit(browser, f"{booking(office)}?day={slot[:10]}")).form(booking(office))
    first, again = [await send(browser, form, slot=slot, phone=PHONE) for _ in range(2)]
    assert first.path == again.path


@pytest.mark.parametrize("language", ["id", "en"])
async def test_the_calendar_file_is_in_the_page_s_language(office: Office, browser: AsyncClient, language: str) -> None:
    page = await book(browser, office)
    event = await the_event(browser, page.path, language)
    summary = {"id": "SIM baru · Polres Uji", "en": "New driving licence · Test Police Station"}
    assert event["summary"] == summary[language]
    assert event["location"] == {"id": "Polres Uji, Jalan Uji", "en": "Test Police Station, Test Street"}[language]
    assert {"id": "KTP", "en": "Identity card"}[language] in event["description"]
    assert str(event["url"]).endswith(page.path)
    assert page.path.rpartition(".")[2] not in event["uid"], "a calendar's id must not give the link away"


async def test_a_calendar_is_told_of_moves_and_of_the_end(office: Office, browser: AsyncClient) -> None:
    page = await book(browser, office)
    before = await the_event(browser, page.path)
    assert (before["sequence"], before["status"]) == (0, "CONFIRMED")
    slot = await free_slot(browser, office, day=2)
    calendar = await visit(browser, f"{page.path}/move?day={slot[:10]}")
    moved = await send(browser, calendar.form("/move"), slot=slot)
    assert (moved.status, moved.path) == (200, page.path)
    after = await the_event(browser, page.path)
    assert (after["uid"], after["sequence"]) == (before["uid"], 1)
    assert after["dtstart"].dt == datetime.fromisoformat(slot)
    assert after["dtend"].dt - after["dtstart"].dt == timedelta(minutes=15)
    await send(browser, moved.form("/cancel"))
    end = await the_event(browser, page.path)
    assert (end["uid"], end["sequence"], end["status"]) == (before["uid"], 2, "CANCELLED")


async def test_moving_says_how_often_and_ends(office: Office, browser: AsyncClient) -> None:
    page = await book(browser, office)
    address = f"{page.path}/move"
    for _ in range(3):
        assert f'href="{address}"' in (await visit(browser, page.path)).html
        slot = await free_slot(browser, office, day=2)
        form = (await visit(browser, f"{address}?day={slot[:10]}")).form("/move")
        await send(browser, form, slot=slot)
    assert f'href="{address}"' not in (await visit(browser, page.path)).html
    assert (await visit(browser, address)).path == page.path
    late = await send(browser, form, slot=await free_slot(browser, office, day=3), idempotency_key=str(uuid4()))
    assert late.status == 409
    assert late.has_form("/cancel")


async def test_moving_without_a_time_says_so(office: Office, browser: AsyncClient) -> None:
    page = await book(browser, office)
    refused = await send(browser, (await visit(browser, f"{page.path}/move")).form("/move"))
    assert (refused.status, refused.form("/move").invalid) == (422, {"slot"})


async def test_who_is_there_checks_in_and_has_a_ticket(office: Office, browser: AsyncClient) -> None:
    page = await book(browser, office, day=0)
    assert page.state == "open"
    ticket = await send(browser, page.form("/check-in"), need="pregnant")
    assert ticket.path.startswith("/queue/t/")
    assert (ticket.state, "A-001" in ticket.text) == ("next", True)
    assert "Didahulukan" in ticket.text
    kept = await visit(browser, page.path)
    assert (kept.state, f'href="{ticket.path}"' in kept.html) == ("kept", True)
    assert not kept.has_form("/cancel")


async def test_the_ticket_of_an_appointment_says_when_it_was(office: Office, browser: AsyncClient) -> None:
    page = await book(browser, office, day=0)
    ticket = await send(browser, page.form("/check-in"))
    assert "Janji temu pukul" in ticket.text


async def test_who_is_not_there_yet_has_nothing_to_check_in_with(office: Office, browser: AsyncClient) -> None:
    page = await book(browser, office, day=2)
    assert not page.has_form("/check-in")
    assert "mulai" in page.text


async def test_who_is_late_is_told_that_the_line_is_the_ordinary_one(
    site: Site, office: Office, browser: AsyncClient
) -> None:
    token = await appointment_of(site, office, timedelta(minutes=30))
    page = await visit(browser, f"/queue/a/{token}")
    assert page.state == "late"
    assert "antrean biasa" in page.text
    ticket = await send(browser, page.form("/check-in"))
    assert (ticket.state, "Janji temu" in ticket.text) == ("next", False)


async def test_a_given_up_appointment_leads_to_another(office: Office, browser: AsyncClient) -> None:
    page = await book(browser, office)
    gone = await send(browser, page.form("/cancel"))
    assert (gone.path, gone.state) == (page.path, "cancelled")
    assert f'href="{booking(office)}"' in gone.html
    again = await send(browser, page.form("/cancel"), idempotency_key=str(uuid4()))
    assert again.status == 409
    assert 'role="alert"' in again.html


@pytest.mark.parametrize("address", ["/queue/a/forged.link", "/queue/a/forged.link/move", "/queue/a/x.y/calendar.ics"])
async def test_a_forged_link_opens_nothing(browser: AsyncClient, address: str) -> None:
    assert (await visit(browser, address)).status == 404


@pytest.mark.parametrize("change", ["holiday", "service dropped"])
async def test_an_appointment_at_which_the_office_is_closed_after_all_says_so(
    office: Office, browser: AsyncClient, change: str
) -> None:
    page = await book(browser, office, day=0)
    assert f"{page.path}/check-in" in page.html
    assert "STATUS:CONFIRMED" in (await browser.get(f"{page.path}/calendar.ics")).text
    today = datetime.now(ZoneInfo(office.plan.time_zone)).date()
    plan, words = office.plan, Text("Tutup", "Closed")
    if change == "holiday":
        await office.configure(
            replace(plan, holidays=(Holiday(today, words), Holiday(today + timedelta(days=1), words)))
        )
    else:
        counters = tuple(replace(counter, services=("skck",)) for counter in plan.counters)
        await office.configure(replace(plan, services=plan.services[1:], counters=counters))
    after = await visit(browser, page.path)
    assert "kantor ternyata tutup" in after.text
    assert f"{page.path}/check-in" not in after.html
    assert f"{page.path}/cancel" in after.html
    assert (f"{page.path}/move" in after.html) == (change == "holiday")
    assert "STATUS:TENTATIVE" in (await browser.get(f"{page.path}/calendar.ics")).text
    told = of(await browser.get(f"{API}/appointments/{page.path.rpartition('/')[2]}"), 200)
    assert told["stands"] is False
