"""What an officer does besides calling, by keyboard alone: shifts, papers, sending on, taking back, walk-ins."""

from dataclasses import replace

import pytest
from playwright.async_api import expect

from tests.journeys.browser import DESK, PHONE, Device, People
from tests.journeys.officer import Officer, signed_in
from tests.journeys.running import SKCK, SKCK_COUNTER, Office

DEVICES = [PHONE, DESK, replace(PHONE, scripts=False)]
UNDO = "Take the last step with %(number)s back"


async def opened(officer: Officer, text: str, key: str) -> None:
    """Open what stands behind a button, by its letter or by Tab and Enter."""
    summary = officer.page.locator("summary").filter(has_text=officer.says(text))
    if officer.device.scripts:
        await expect(summary).to_have_attribute("aria-keyshortcuts", key)
        await officer.presses(key)
    else:
        await officer.uses(summary)


@pytest.mark.parametrize("device", DEVICES, ids=str)
async def test_a_wrong_key_is_taken_back(people: People, office: Office, device: Device) -> None:
    await office.take()
    officer = await signed_in(people, office, device)
    await officer.does("Call the next person", "n")
    await officer.has("B-001", "called")
    await officer.does("Person is here", "s")
    await officer.has("B-001", "serving")
    await officer.does("Finish", "f")
    await officer.has_nobody()
    undo = officer.button(UNDO, number="B-001")
    await expect(undo).to_be_visible()
    if device.scripts:
        await officer.presses("u")
    else:
        await officer.uses(undo)
    await officer.has("B-001", "serving")
    await expect(undo).to_have_count(0)


async def test_ten_seconds_later_the_button_has_gone(people: People, office: Office) -> None:
    await office.take()
    officer = await signed_in(people, office, DESK)
    await officer.page.clock.install()
    await officer.does("Call the next person", "n")
    await officer.has("B-001", "called")
    undo = officer.button(UNDO, number="B-001")
    left = officer.page.locator("[data-undo-left]")
    await officer.reaches(undo)
    shown = int(await left.inner_text())
    assert 1 <= shown <= 10
    await officer.page.clock.fast_forward(2_000)
    await expect(left).to_have_text(str(shown - 2))
    await officer.page.clock.fast_forward(9_000)
    await expect(undo).to_have_count(0)
    await officer.begins_at(officer.start)


@pytest.mark.parametrize("device", DEVICES, ids=str)
async def test_who_fetches_papers_comes_back_without_a_new_wait(people: People, office: Office, device: Device) -> None:
    for _ in range(2):
        await office.take()
    officer = await signed_in(people, office, device)
    await officer.does("Call the next person", "n")
    await officer.has("B-001", "called")
    await officer.does("Person is here", "s")
    await officer.has("B-001", "serving")
    await officer.does("Fetches something", "p")
    await officer.has_nobody()
    back = officer.page.locator("[data-section=parked] li").filter(has_text="B-001").get_by_role("button")
    await officer.uses(back)
    await officer.has("B-001", "serving")


async def test_the_list_of_who_fetches_papers_is_the_same_at_every_counter(people: People, office: Office) -> None:
    await office.take(SKCK)
    officer = await signed_in(people, office, DESK)
    parked = officer.page.locator("[data-section=parked] li")
    await expect(parked).to_have_count(0)
    await office.call(SKCK_COUNTER)
    await office.serve(SKCK_COUNTER)
    await office.park(SKCK_COUNTER)
    await expect(parked.filter(has_text="C-001")).to_have_count(1)
    await officer.uses(parked.get_by_role("button"))
    await officer.has("C-001", "serving")


@pytest.mark.parametrize("device", DEVICES, ids=str)
async def test_a_person_is_sent_on_and_waits_there(people: People, office: Office, device: Device) -> None:
    ticket = await office.take()
    citizen = await people.enter(ticket.path, replace(PHONE, language="en"))
    officer = await signed_in(people, office, device)
    await officer.does("Call the next person", "n")
    await officer.has("B-001", "called")
    await officer.does("Person is here", "s")
    await officer.has("B-001", "serving")
    await opened(officer, "Send on to another service", "t")
    chosen = officer.page.get_by_label(officer.says("The next service"))
    await officer.reaches(chosen, within=1)
    await officer.writes(office.service_name(SKCK, device.language))
    await officer.uses(officer.page.get_by_role("button", name=officer.says("Send on"), exact=True), within=1)
    await officer.has_nobody()
    await expect(citizen.locator("main")).to_have_attribute("data-state", "next")
    assert await office.call(SKCK_COUNTER) == "B-001"
    await expect(citizen.locator("main")).to_have_attribute("data-state", "called")


@pytest.mark.parametrize("device", DEVICES, ids=str)
async def test_a_person_without_a_telephone_gets_a_ticket(people: People, office: Office, device: Device) -> None:
    await office.take()
    officer = await signed_in(people, office, device)
    await opened(officer, "Take a ticket for them", "w")
    await officer.reaches(officer.page.locator("#walk-in-service"), within=1)
    await officer.writes(office.service_name("sim-perpanjangan", device.language))
    await officer.reaches(officer.page.get_by_label(officer.says("Goes first")), within=1)
    await officer.writes(officer.says("Elderly"))
    await officer.uses(officer.button("Take the ticket"), within=1)
    told = officer.page.get_by_role("alert")
    await officer.begins_at(told)
    await expect(told).to_contain_text("B-002")
    await expect(officer.page.locator("[data-bind=next]")).to_have_text("B-002")
    await expect(officer.page.locator("[data-bind=next_why]")).to_contain_text("30")
    await officer.does("Call the next person", "n")
    await officer.has("B-002", "called")
    await expect(officer.page.locator(".counter-now")).to_contain_text(officer.says("Elderly"))


@pytest.mark.parametrize("device", DEVICES, ids=str)
async def test_a_shift_with_a_pause(people: People, office: Office, device: Device) -> None:
    officer = await signed_in(people, office, device)
    duty = officer.page.locator("section").filter(has=officer.page.locator("#duty-title"))
    await expect(duty).to_contain_text(officer.says("signed on"))
    await opened(officer, "Serve something else", "o")
    await officer.uses(officer.page.get_by_role("button", name=officer.says("Serve this"), exact=True), within=4)
    await officer.has_nobody()
    await officer.does("Pause", "j")
    await expect(officer.button("Call the next person")).to_have_count(0)
    await officer.does("End the pause", "j")
    await officer.has_nobody()
    await officer.does("Sign off", "q")
    await expect(duty).to_contain_text(officer.says("nobody has signed on"))
    await officer.does("Sign on", "o")
    await officer.has_nobody()


@pytest.mark.parametrize("device", DEVICES, ids=str)
async def test_a_line_closed_by_mistake_goes_on_and_those_who_wait_hear_it(
    people: People, office: Office, device: Device
) -> None:
    ticket = await office.take()
    citizen = await people.enter(ticket.path, replace(PHONE, language="en"))
    officer = await signed_in(people, office, device)
    service = office.service_name("sim-perpanjangan", device.language)
    await officer.uses(officer.page.get_by_text(officer.says("Give out no more tickets today")).first)
    await officer.uses(officer.button("Close the line of %(service)s", service=service))
    told = citizen.locator("[data-closing]")
    await expect(told).to_contain_text("closes early")
    undo = officer.button("Let the line of %(service)s go on", service=service)
    if device.scripts:
        await expect(undo).to_be_visible()
        await officer.presses("l")
    else:
        await officer.uses(undo)
    await expect(undo).to_have_count(0)
    await expect(told).to_contain_text("The line stays open.")
