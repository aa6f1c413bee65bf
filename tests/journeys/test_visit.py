"""What the holder of a ticket does beside waiting: brings the family, comes later, says how it was."""

from dataclasses import replace

import pytest
from playwright.async_api import expect

from tests.journeys.browser import DESK, PHONE, Device, People
from tests.journeys.citizen import Citizen
from tests.journeys.keyboard import Typist
from tests.journeys.places import NEW_SIM
from tests.journeys.running import Office

WITH_AND_WITHOUT_SCRIPTS = [PHONE, replace(DESK, scripts=False)]


@pytest.mark.parametrize("device", WITH_AND_WITHOUT_SCRIPTS, ids=str)
async def test_a_family_goes_together(people: People, office: Office, device: Device) -> None:
    citizen = await Citizen.with_ticket(people, office, await office.take(), device)
    mine, page = citizen.page.url, citizen.page
    await page.get_by_text(citizen.says("One more ticket for a family member")).click()
    await citizen.button("Take one more ticket").click()
    await expect(page.locator("main .ticket-number")).to_have_text("B-002")
    await page.get_by_role("link", name="B-001").click()
    assert page.url == mine
    await expect(page.get_by_role("link", name="B-002")).to_be_visible()


@pytest.mark.parametrize("device", WITH_AND_WITHOUT_SCRIPTS, ids=str)
async def test_who_is_late_lets_others_go_first(people: People, office: Office, device: Device) -> None:
    citizen = await Citizen.with_ticket(people, office, await office.take(), device)
    await office.take()
    await citizen.sees("next", "B-001")
    await citizen.page.get_by_text(citizen.says("I will be late"), exact=True).click()
    await citizen.page.get_by_label(citizen.says("%(minutes)s minutes", minutes=20)).check()
    await citizen.button("Let others go first").click()
    await citizen.sees_people_ahead(1)


async def test_how_it_was_is_said_by_keyboard(people: People, office: Office) -> None:
    citizen = await Citizen.with_ticket(people, office, await office.take(), DESK)
    await office.serve_next()
    await citizen.sees("finished", "B-001")
    typist = Typist(citizen.page, DESK)
    await typist.uses(typist.button("Send"))
    await expect(citizen.page.locator("#score-error")).to_have_text(typist.says("Please choose from 1 to 5."))
    await typist.reaches(citizen.page.get_by_label("1 · "))
    for _ in range(4):
        await typist.press("ArrowDown")
    await typist.reaches(citizen.page.get_by_label(typist.says("In your own words")))
    await typist.writes("Quick and kind.")
    await typist.uses(typist.button("Send"))
    await expect(citizen.page.get_by_text(typist.says("Thank you for telling us how it was"))).to_be_visible()


async def test_who_fetches_something_and_is_sent_on_sees_it_at_once(people: People, office: Office) -> None:
    citizen = await Citizen.with_ticket(people, office, await office.take(), PHONE)
    await office.call()
    await office.serve()
    await office.park()
    await citizen.sees("parked", citizen.says("Please come back when you have it"))
    other = await Citizen.with_ticket(people, office, await office.take(), PHONE)
    await office.call()
    await office.serve()
    await office.send_on(NEW_SIM)
    await expect(other.slip).to_contain_text(office.service_name(NEW_SIM, "id"))
    await other.sees("next", "B-002")
