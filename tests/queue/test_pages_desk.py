"""An officer beyond calling, by plain forms: shifts, pauses, fetching, sending on, taking back, walk-ins, closing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from httpx import AsyncClient

from shared.contracts.queue import Role
from tests.queue.forms import Page, send, visit
from tests.queue.running import HTML, PASSWORD, Office, Site

COUNTERS = "/queue/counters"
LOKET_2 = f"{COUNTERS}/loket-2"
SIGN_IN = "/queue/sign-in"


@asynccontextmanager
async def signed_in(site: Site, office: Office, role: Role = "officer") -> AsyncIterator[AsyncClient]:
    """The browser of somebody of the staff."""
    username = f"a-{role}"
    await office.add_staff(username, role=role)
    async with site.client(headers=HTML, follow_redirects=True) as browser:
        form = (await visit(browser, SIGN_IN)).form(SIGN_IN)
        await send(browser, form, office=office.id, username=username, password=PASSWORD)
        yield browser


@pytest.fixture
async def desk(site: Site, office: Office) -> AsyncIterator[AsyncClient]:
    """The browser of an officer who is signed in, in English."""
    async with signed_in(site, office) as browser:
        await browser.get(f"{COUNTERS}?lang=en")
        yield browser


async def press(browser: AsyncClient, page: Page, button: str, **fields: Any) -> Page:
    """Press one of a counter's buttons; everything it leads to is shown at the counter's own address."""
    form = page.first_form("/sign-on") if button == "sign-on" else page.form(f"/{button}")
    there = await send(browser, form, **fields)
    assert (there.status, there.path) == (200, page.path), there.text
    return there


async def at_counter(browser: AsyncClient, *buttons: str) -> Page:
    page = await visit(browser, LOKET_2)
    if not page.has_form("/call-next"):
        page = await press(browser, page, "sign-on")
    for button in buttons:
        page = await press(browser, page, button)
    return page


async def test_a_shift_and_its_pause(office: Office, desk: AsyncClient, citizen: AsyncClient) -> None:
    await office.taken(citizen)
    assert "nobody has signed on" in (await visit(desk, COUNTERS)).text
    page = await press(desk, await visit(desk, LOKET_2), "sign-on", services="skck")
    assert "Not called here at the moment" in page.text
    assert page.has_form("/sign-off")
    page = await press(desk, page, "pause")
    assert not page.has_form("/call-next")
    assert "pause" in (await visit(desk, COUNTERS)).text
    page = await press(desk, page, "resume")
    assert page.has_form("/call-next")
    page = await press(desk, page, "sign-off")
    assert not page.has_form("/sign-off")
    assert not page.has_form("/call-next")


async def test_who_fetches_something_comes_back(office: Office, desk: AsyncClient, citizen: AsyncClient) -> None:
    await office.taken(citizen)
    page = await at_counter(desk, "call-next", "serve", "park")
    assert (page.state, "A-001" in page.text) == ("idle", True)
    elsewhere = await visit(desk, f"{COUNTERS}/loket-3")
    assert not elsewhere.has_form("/resume-ticket")
    elsewhere = await press(desk, elsewhere, "sign-on")
    assert elsewhere.has_form("/resume-ticket")
    back = await press(desk, page, "resume-ticket")
    assert back.state == "serving"
    assert not back.has_form("/resume-ticket")


async def test_a_person_is_sent_on_to_another_service(office: Office, desk: AsyncClient, citizen: AsyncClient) -> None:
    taken = await office.taken(citizen)
    page = await at_counter(desk, "call-next", "serve")
    assert page.form("/transfer").fields["service"] == "skck"
    assert '<option value="sim">' not in page.html.split('name="service"')[1].split("</select>")[0]
    page = await press(desk, page, "transfer")
    assert page.state == "idle"
    assert "SKCK" in (await visit(citizen, taken["link"], headers=HTML)).text


async def test_the_last_step_is_taken_back(office: Office, desk: AsyncClient, citizen: AsyncClient) -> None:
    await office.taken(citizen)
    page = await at_counter(desk)
    assert not page.has_form("/undo")
    page = await at_counter(desk, "call-next", "serve", "finish")
    assert 1 <= int(str(page.attribute("data-undo"))) <= 10
    assert "Take the last step with A-001 back" in page.text
    page = await press(desk, page, "undo")
    assert page.state == "serving"
    assert not page.has_form("/undo")


async def test_the_officer_sees_who_is_next_and_why(office: Office, desk: AsyncClient, citizen: AsyncClient) -> None:
    assert "Nobody is waiting" in (await at_counter(desk)).text
    await office.taken(citizen)
    assert "Has waited longest: since" in (await at_counter(desk)).text
    given = await press(desk, await at_counter(desk), "walk-in", service="sim", need="elderly")
    assert "Ticket A-002 is given out" in given.text
    page = await at_counter(desk)
    assert "Goes first (elderly): counts as 30 minutes longer." in page.text
    called = await press(desk, page, "call-next")
    assert "Elderly Goes first by law." in called.text


async def test_a_walk_in_s_ticket_can_be_opened_and_is_nobody_else_s(
    site: Site, office: Office, desk: AsyncClient, citizen: AsyncClient
) -> None:
    given = await press(desk, await at_counter(desk), "walk-in", service="skck", need="")
    assert "Ticket B-001 is given out" in given.text
    (link,) = [str(a["href"]) for _, a in given.elements if "/queue/t/" in str(a.get("href"))]
    assert "B-001" in (await visit(citizen, link, headers=HTML)).text
    ticket = str(given.answer.url.params["given"])
    elsewhere = await site.open_office()
    async with signed_in(site, elsewhere) as stranger:
        assert "B-001" not in (await visit(stranger, f"{LOKET_2}?given={ticket}")).text
    assert (await visit(desk, f"{LOKET_2}?given=nothing")).status == 200


async def test_a_walk_in_that_makes_no_sense_is_refused(desk: AsyncClient) -> None:
    page = await at_counter(desk)
    assert (await send(desk, page.form("/walk-in"), need="impatient")).status == 422
    refused = await send(desk, page.form("/walk-in"), service="passport")
    assert (refused.status, refused.state) == (404, "idle")


async def test_a_manager_tells_those_who_wait_why_the_line_closes(
    site: Site, office: Office, citizen: AsyncClient
) -> None:
    taken = await office.taken(citizen)
    async with signed_in(site, office, "manager") as manager:
        form = (await visit(manager, f"{COUNTERS}/loket-1?lang=en")).form("/close")
        assert "ditutup" in form.fields["message_id"]
        assert "closes early" in form.fields["message_en"]
        half = await send(manager, form, message_id="Listrik padam.", message_en=" ")
        assert (half.status, "The message is missing in one language" in half.text) == (422, True)
        await send(manager, form, message_id="Listrik padam. <b>", message_en="No electricity.")
    page = await visit(citizen, taken["link"], headers=HTML)
    assert "Listrik padam. <b>" in page.text
    assert "<b>" not in page.html


async def test_a_manager_lets_a_line_go_on_that_was_closed_by_mistake(
    site: Site, office: Office, citizen: AsyncClient
) -> None:
    taken = await office.taken(citizen)
    async with signed_in(site, office, "manager") as manager:
        page = await visit(manager, f"{COUNTERS}/loket-1?lang=en")
        assert not page.has_form("/reopen")
        page = await press(manager, page, "close")
        assert "Let the line of New driving licence go on" in page.text
        assert f'http-equiv="refresh" content="10; url={COUNTERS}/loket-1"' in page.html
        page = await press(manager, page, "reopen")
        assert not page.has_form("/reopen")
        assert page.has_form("/close")
    told = (await visit(citizen, f"{taken['link']}?lang=en", headers=HTML)).text
    assert "The line stays open." in told
    assert "closes early" not in told


async def test_an_officer_sees_that_a_line_is_closed_but_cannot_open_it(
    site: Site, office: Office, desk: AsyncClient
) -> None:
    async with signed_in(site, office, "manager") as manager:
        await press(manager, await visit(manager, f"{COUNTERS}/loket-1"), "close")
    page = await visit(desk, f"{COUNTERS}/loket-1")
    assert not page.has_form("/reopen")
    assert "No more tickets today" in page.text


async def test_a_line_is_closed_without_a_word_too(site: Site, office: Office, citizen: AsyncClient) -> None:
    taken = await office.taken(citizen)
    async with signed_in(site, office, "manager") as manager:
        page = await visit(manager, f"{COUNTERS}/loket-1")
        await press(manager, page, "close", message_id="", message_en="")
    page = await visit(citizen, taken["link"], headers=HTML)
    assert [a for _, a in page.elements if "data-closing" in a and "hidden" in a]


async def test_an_officer_who_sends_a_form_of_a_manager_is_refused(desk: AsyncClient) -> None:
    token = (await at_counter(desk)).form("/call-next").fields
    answer = await desk.post(f"{LOKET_2}/close", data={**token, "service": "sim"})
    assert answer.status_code == 403


async def test_a_page_without_scripts_comes_back_as_long_as_a_step_can_be_taken_back(
    office: Office, desk: AsyncClient, citizen: AsyncClient
) -> None:
    await office.taken(citizen)
    page = await at_counter(desk, "call-next")
    assert f'http-equiv="refresh" content="10; url={LOKET_2}"' in page.html
