"""A kiosk in the lobby: by touch, by keyboard, without scripts, and back to its beginning by itself."""

from dataclasses import replace

import pytest
from playwright.async_api import Page, expect

from tests.journeys.browser import DESK, PHONE, Device, People
from tests.journeys.citizen_places import open_kiosk
from tests.journeys.keyboard import Typist
from tests.journeys.running import RENEWAL, Office
from tests.journeys.words import said

LOBBY = Device(1280, 800)


async def in_the_lobby(people: People, office: Office, device: Device = LOBBY) -> Page:
    """A device of the office that is a kiosk."""
    return await open_kiosk(people, office, await office.employ(), device)


@pytest.mark.parametrize("device", [LOBBY, replace(PHONE, scripts=False)], ids=str)
async def test_a_ticket_by_touch(people: People, office: Office, device: Device) -> None:
    page = await in_the_lobby(people, office, device)
    await page.get_by_role("link", name=office.service_name(RENEWAL, "id")).click()
    await page.get_by_role("button", name=said("id", "Take a ticket")).click()
    await expect(page.locator("main .ticket-number")).to_have_text("B-001")
    await expect(page.locator("main figure .qr")).to_be_visible()
    await page.get_by_role("link", name=said("id", "Done")).click()
    await expect(page.get_by_role("heading", name=said("id", "What do you need?"))).to_be_visible()


async def test_a_ticket_by_keyboard_for_who_goes_first(people: People, office: Office) -> None:
    await office.take()
    page = await in_the_lobby(people, office)
    await page.goto(f"{office.path}/kiosk?lang=en")
    typist = Typist(page, DESK)
    await typist.uses(page.get_by_role("link", name=office.service_name(RENEWAL, "en")))
    await typist.uses(typist.button("Pregnant"))
    await expect(page.locator("main .ticket-number")).to_have_text("B-002")
    await expect(page.locator(".kiosk-ticket")).to_contain_text(typist.says("Goes first: the officer will check."))
    assert await office.call() == "B-002"


async def test_it_goes_back_by_itself_and_the_next_person_sees_nothing(people: People, office: Office) -> None:
    page = await in_the_lobby(people, office)
    await page.clock.install()
    await page.goto(f"{office.path}/kiosk/services/{RENEWAL}?lang=en")
    await page.get_by_role("button", name="Take a ticket").click()
    await expect(page.locator("main .ticket-number")).to_have_text("B-001")
    await page.clock.fast_forward("00:31")
    await expect(page.get_by_role("heading", name=said("id", "What do you need?"))).to_be_visible()
    await page.go_back()
    await expect(page.locator("main .ticket-number")).to_have_count(0)


async def test_without_a_line_it_stays_and_says_so(people: People, office: Office) -> None:
    page = await in_the_lobby(people, office)
    await page.clock.install()
    await page.goto(f"{office.path}/kiosk/services/{RENEWAL}")
    await page.context.set_offline(True)
    await page.clock.fast_forward("01:01")
    await expect(page.locator("[data-offline]")).to_be_visible()
    await expect(page.get_by_role("heading", name=office.service_name(RENEWAL, "id"))).to_be_visible()
    await page.context.set_offline(False)
    await page.clock.fast_forward("00:06")
    await expect(page.get_by_role("heading", name=said("id", "What do you need?"))).to_be_visible()


async def test_the_paper_is_a_strip_of_80_mm(people: People, office: Office) -> None:
    page = await in_the_lobby(people, office)
    await page.goto(f"{office.path}/kiosk/services/{RENEWAL}")
    await page.get_by_role("button", name=said("id", "Take a ticket")).click()
    await expect(page.locator("main .ticket-number")).to_have_text("B-001")
    await page.emulate_media(media="print")
    await expect(page.locator(".paper")).to_be_visible()
    await expect(page.locator(".paper-number")).to_have_text("B-001")
    await expect(page.locator(".paper .qr")).to_be_visible()
    await expect(page.locator(".kiosk-page")).to_be_hidden()
    width = await page.locator(".paper").evaluate("(paper) => paper.getBoundingClientRect().width / 96 * 25.4")
    assert width <= 80
