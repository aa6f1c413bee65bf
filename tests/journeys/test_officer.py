"""An officer's day at a counter by keyboard alone, with scripts and without."""

import re
from dataclasses import replace

import pytest
from playwright.async_api import expect

from tests.journeys.browser import DESK, PHONE, Device, People
from tests.journeys.officer import Officer, signed_in
from tests.journeys.places import sign_in
from tests.journeys.running import COUNTER, RENEWAL, Office

DEVICES = [PHONE, DESK, replace(DESK, language="id", scripts=False)]
WITH_AND_WITHOUT_SCRIPTS = [DESK, replace(PHONE, scripts=False)]


@pytest.mark.parametrize("device", DEVICES, ids=str)
async def test_a_day_at_the_counter(people: People, office: Office, device: Device) -> None:
    for _ in range(4):
        await office.take()
    officer = await signed_in(people, office, device)

    await officer.does("Call the next person", "n")
    await officer.has("B-001", "called")
    await officer.does("Call again", "r")
    refusal = officer.page.get_by_role("alert")
    await officer.begins_at(refusal)
    await expect(refusal).to_contain_text(officer.says("Please wait a moment"))
    await expect(refusal).to_contain_text(
        re.compile(officer.says("You can call again in %(seconds)s seconds.", seconds=r"\d+"))
    )
    await officer.does("Person is here", "s")
    await officer.has("B-001", "serving")
    await officer.does("Finish", "f")
    await officer.has_nobody()

    await officer.does("Call the next person", "n")
    await officer.has("B-002", "called")
    await officer.does("Did not come", "x")
    await officer.has_nobody()
    await expect(officer.past("B-002")).to_contain_text(officer.says("did not come"))
    await officer.uses(officer.past("B-002").get_by_role("button"))
    await officer.has_nobody()
    await expect(officer.past("B-002")).to_have_count(0)

    await officer.does("Call the next person", "n")
    await officer.has("B-003", "called")
    await officer.does("Put back", "b")
    await officer.has_nobody()


@pytest.mark.parametrize("device", WITH_AND_WITHOUT_SCRIPTS, ids=str)
async def test_closing_a_line_takes_a_second_thought(people: People, office: Office, device: Device) -> None:
    ticket = await office.take()
    officer = await signed_in(people, office, device)
    service = office.service_name(RENEWAL, device.language)
    line = officer.page.locator(".lines li").filter(has_text=service)
    close = officer.button("Close the line of %(service)s", service=service)
    await expect(close).to_be_hidden()
    await officer.uses(line.locator("summary"))
    await officer.reaches(line.get_by_label(officer.says("What those who wait are told, in Indonesian")), within=1)
    await officer.press("End")
    await officer.writes(" Mohon maaf.")
    await officer.uses(close, within=2)
    await officer.begins_at(officer.start)
    citizen = await people.enter(ticket.path, PHONE)
    await expect(citizen.get_by_role("status").filter(has_text="Mohon maaf.")).to_be_visible()
    await expect(line).to_contain_text(officer.says("No more tickets today"))
    await officer.does("Call the next person", "n")
    await officer.has("B-001", "called")


@pytest.mark.parametrize("device", WITH_AND_WITHOUT_SCRIPTS, ids=str)
async def test_who_signs_out_is_out(people: People, office: Office, device: Device) -> None:
    officer = await signed_in(people, office, device)
    await officer.uses(officer.page.get_by_role("button", name=officer.says("Sign out %(name)s", name="sari")))
    await expect(officer.page.get_by_role("heading", name=officer.says("Sign in"))).to_be_visible()
    await officer.page.goto(f"/queue/counters/{COUNTER}")
    await expect(officer.page.get_by_role("heading", name=officer.says("Sign in"))).to_be_visible()


async def test_a_wrong_password_begins_at_what_is_wrong(people: People, office: Office) -> None:
    officer = Officer(await people.enter("/queue/sign-in", DESK), DESK)
    await sign_in(officer.page, office, "nobody", "not the password")
    refusal = officer.page.get_by_role("alert")
    await officer.begins_at(refusal)
    await expect(refusal).to_contain_text(officer.says("User name or password is wrong"))
    await expect(officer.page.get_by_label("User name")).to_have_value("nobody")
    await expect(officer.page.get_by_label("Password")).to_have_value("")


async def test_a_counter_moves_on_when_the_person_leaves(people: People, office: Office) -> None:
    ticket = await office.take()
    officer = await signed_in(people, office, DESK)
    await officer.does("Call the next person", "n")
    await officer.has("B-001", "called")
    await office.cancel(ticket)
    await officer.has_nobody()
    await office.take()
    await expect(officer.page.locator("[data-bind=waiting]")).to_have_text("1")
    await expect(officer.page.locator("[data-waiting='0']")).to_have_text("1")


async def test_two_windows_of_one_counter_agree(people: People, office: Office) -> None:
    await office.take()
    officer = await signed_in(people, office, DESK)
    other = await people.enter("/queue/sign-in", PHONE)
    await sign_in(other, office, "sari")
    await other.goto(f"/queue/counters/{COUNTER}")
    await officer.does("Call the next person", "n")
    await officer.has("B-001", "called")
    await expect(other.locator(".counter-number")).to_have_text("B-001")
    await officer.does("Person is here", "s")
    await expect(other.locator("main")).to_have_attribute("data-state", "serving")


async def test_letters_press_nothing_where_they_are_switched_off(people: People, office: Office) -> None:
    await office.take()
    officer = await signed_in(people, office, DESK)
    await officer.reaches(officer.page.get_by_label(officer.says("Work by keyboard: press the letter on a button")))
    await officer.press("Space")
    for key in ("n", "s", "f"):
        await officer.press(key)
    await officer.page.reload()
    await officer.press("n")
    await officer.has_nobody()
    assert await office.call() == "B-001"


async def test_an_officer_without_the_right_closes_no_line(people: People, office: Office) -> None:
    await office.employ("budi")
    page = await people.enter("/queue/sign-in", PHONE)
    await sign_in(page, office, "budi")
    await office.sign_on()
    await page.goto(f"/queue/counters/{COUNTER}")
    await expect(page.get_by_role("button", name="Panggil berikutnya")).to_be_visible()
    await expect(page.locator(".lines summary")).to_have_count(0)
