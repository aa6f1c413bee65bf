"""An officer's day at a counter by keyboard alone, with scripts and without."""

import re
from dataclasses import replace

import pytest
from playwright.async_api import Locator, expect

from tests.journeys.browser import DESK, PHONE, Device, People
from tests.journeys.keyboard import Typist
from tests.journeys.places import sign_in
from tests.journeys.running import COUNTER, PASSWORD, RENEWAL, Office

DEVICES = [PHONE, DESK, replace(DESK, language="id", scripts=False)]
WITH_AND_WITHOUT_SCRIPTS = [DESK, replace(PHONE, scripts=False)]


class Officer(Typist):
    """At the counter. With scripts, the letter on a button presses it from anywhere."""

    @property
    def number(self) -> Locator:
        """Who is at the counter."""
        return self.page.locator(".counter-number")

    @property
    def start(self) -> Locator:
        """Where the page begins."""
        return self.page.get_by_role("heading", name=self.says("At the counter"))

    async def does(self, action: str, key: str) -> None:
        """Do what a button offers, by its letter or by Tab and Enter."""
        if self.device.scripts:
            await expect(self.button(action)).to_have_attribute("aria-keyshortcuts", key)
            await self.press(key)
        else:
            await self.uses(self.button(action))

    async def has(self, number: str, state: str) -> None:
        """A person has come to be at the counter, and the page begins there."""
        await expect(self.page.locator("main")).to_have_attribute("data-state", state)
        await expect(self.number).to_have_text(number)
        await self.begins_at(self.start)

    async def has_nobody(self) -> None:
        """The counter has come to be free, and the very next stop calls."""
        await expect(self.page.locator("main")).to_have_attribute("data-state", "idle")
        await self.begins_at(self.start)
        await self.reaches(self.button("Call the next person"), within=1)

    def past(self, number: str) -> Locator:
        """A line of whom the counter called before."""
        return self.page.locator(".recent li").filter(has_text=number)


async def signed_in(people: People, office: Office, device: Device, *, at: str = COUNTER) -> Officer:
    """An officer who has come to their counter, by keyboard."""
    username = await office.employ(roles=("manager",))
    officer = Officer(await people.enter("/queue/", device), device)
    await officer.uses(officer.page.get_by_role("link", name=officer.says("For staff")))
    await officer.reaches(officer.page.get_by_label(officer.says("Office"), exact=True))
    await officer.writes(office.name(device.language))
    await officer.reaches(officer.page.get_by_label(officer.says("User name")), within=1)
    await officer.writes(username)
    await officer.reaches(officer.page.get_by_label(officer.says("Password")), within=1)
    await officer.writes(PASSWORD)
    await officer.press("Enter")
    await officer.uses(officer.page.get_by_role("link", name=office.counter_name(at, device.language)))
    await officer.has_nobody()
    return officer


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
    await office.take()
    officer = await signed_in(people, office, device)
    service = office.service_name(RENEWAL, device.language)
    line = officer.page.locator(".lines li").filter(has_text=service)
    close = officer.button("Close the line of %(service)s", service=service)
    await expect(close).to_be_hidden()
    await officer.uses(line.locator("summary"))
    await officer.uses(close, within=1)
    await officer.begins_at(officer.start)
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
    await page.goto(f"/queue/counters/{COUNTER}")
    await expect(page.get_by_role("button", name="Panggil berikutnya")).to_be_visible()
    await expect(page.locator(".lines summary")).to_have_count(0)
