"""An appointment in a browser: chosen, kept, moved and given up, with and without scripts, and by keyboard alone."""

from dataclasses import replace

import pytest
from playwright.async_api import expect

from tests.journeys.browser import DESK, PHONE, Device, People
from tests.journeys.citizen import Citizen
from tests.journeys.citizen_places import next_slot, slots
from tests.journeys.keyboard import Typist
from tests.journeys.places import busy_plan
from tests.journeys.running import Office, Site

NUMBER = "0812 3456 7890"


@pytest.fixture
async def office(site: Site) -> Office:
    """Its slots are so near that one can check in for the next."""
    return await site.open_office(busy_plan())


@pytest.mark.parametrize("device", [PHONE, replace(DESK, scripts=False)], ids=str)
async def test_from_the_service_to_the_counter_by_appointment(people: People, office: Office, device: Device) -> None:
    await office.take()
    citizen = Citizen(await people.enter(office.service(), device), office, device)
    await citizen.link(citizen.says("Choose day and time")).click()
    page, when = citizen.page, next_slot(office)
    await page.locator(f"a[href*='day={when.date().isoformat()}']").click()
    await page.locator(f"input[value='{when.isoformat()}']").check()
    await page.get_by_label(citizen.says("Telephone number")).fill(NUMBER)
    await citizen.button("Book this time").click()
    await expect(page.locator("main")).to_have_attribute("data-state", "open")
    await citizen.button("I am here: check in").click()
    await citizen.sees("next", "B-002")
    assert await office.call() == "B-002"
    await citizen.sees("called", citizen.says("It is your turn"))


async def test_it_is_moved_and_given_up_by_keyboard(people: People, office: Office) -> None:
    path = await office.book(slots(office, 2)[0], "+6281234567890")
    page = await people.enter(path, DESK)
    typist = Typist(page, DESK)
    await typist.uses(page.get_by_role("link", name=typist.says("Choose another time")))
    await typist.uses(page.locator(".day[aria-current]"))
    chosen = page.locator("input[name=slot]:not([disabled])").nth(1)
    await typist.reaches(page.locator("input[name=slot]:not([disabled])").first)
    await typist.press("ArrowDown")
    await expect(chosen).to_be_checked()
    await typist.uses(typist.button("Take this time"))
    await expect(page.get_by_role("heading", name=typist.says("Your appointment"))).to_be_visible()
    await typist.uses(page.get_by_text(typist.says("I cannot come"), exact=True))
    await typist.uses(typist.button("Yes, cancel my appointment"))
    await expect(page.locator("main")).to_have_attribute("data-state", "cancelled")


async def test_the_calendar_s_file_is_offered(people: People, office: Office) -> None:
    page = await people.enter(await office.book(slots(office, 2)[0], "+6281234567890"), DESK)
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Add to your calendar").click()
    assert (await download.value).suggested_filename.endswith(".ics")


async def test_what_is_missing_is_told_where_it_is(people: People, office: Office) -> None:
    page = await people.enter(f"{office.service()}/appointments", PHONE)
    citizen = Citizen(page, office, PHONE)
    await citizen.button("Book this time").click()
    phone = page.get_by_label(citizen.says("Telephone number"))
    await expect(phone).to_be_focused()
    await expect(page.get_by_role("alert")).to_contain_text(citizen.says("Please choose a time."))
