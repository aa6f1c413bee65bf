"""An appointment where numbers are proven, in a browser: a code comes to the telephone, with and without scripts."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest
from playwright.async_api import Page, expect
from pydantic import SecretStr

from tests.chaos.programs import Program, started
from tests.journeys.browser import DESK, PHONE, Device, People
from tests.journeys.citizen import Citizen
from tests.journeys.citizen_places import next_slot, slots
from tests.journeys.keyboard import Typist
from tests.journeys.looks import axe_faults, frame_faults, layout_faults, word_faults
from tests.journeys.places import busy_plan
from tests.journeys.running import Office, Site
from tests.journeys.words import said
from tests.queue.running import in_own_task
from tests.support.code_gateway import TOKEN, CodeGateway, code_gateway


@dataclass(frozen=True)
class Door:
    """An API process that proves numbers, and the gateway by which it does."""

    api: Program
    gateway: CodeGateway


@pytest.fixture(scope="module")
async def door(site: Site) -> AsyncIterator[Door]:
    with code_gateway() as gateway:
        api = site.another_api(code_gateway=gateway.address, code_gateway_token=SecretStr(TOKEN))
        async with in_own_task(started(api)):
            yield Door(api, gateway)


@pytest.fixture
async def office(site: Site) -> Office:
    return await site.open_office(busy_plan())


async def wish(citizen: Citizen, number: str) -> None:
    """Choose the next time, write a number, and send the form."""
    page, when = citizen.page, next_slot(citizen.office)
    await page.locator(f"a[href*='day={when.date().isoformat()}']").click()
    await page.locator(f"input[value='{when.isoformat()}']").check()
    await page.get_by_label(citizen.says("Telephone number")).fill(number)
    await citizen.button("Book this time").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(citizen.says("Confirm your telephone number"))


async def faults_of(page: Page, language: str) -> list[str]:
    """What is wrong with a page for anybody."""
    faults = await word_faults(page, language) + await frame_faults(page, language)
    return [*faults, *await layout_faults(page), *await axe_faults(page)]


@pytest.mark.parametrize(
    ("device", "number"),
    [(PHONE, "0812 7000 0001"), (DESK, "0812 7000 0002"), (replace(PHONE, scripts=False), "0812 7000 0003")],
    ids=str,
)
async def test_a_code_comes_between_the_calendar_and_the_appointment(
    people: People, office: Office, door: Door, device: Device, number: str
) -> None:
    path = f"{office.service()}/appointments"
    citizen = Citizen(await people.enter(path, device, base=door.api.address), office, device)
    await wish(citizen, number)
    page, code = citizen.page, citizen.page.get_by_label(citizen.says("Code from the message"))
    await expect(code).to_be_focused()
    assert door.gateway.messages[-1]["to"] == f"+62{number.replace(' ', '')[1:]}"
    if device.scripts:
        assert await faults_of(page, device.language) == []
    await code.fill(door.gateway.another_code())
    await citizen.button("Confirm and book").click()
    await expect(code).to_be_focused()
    await expect(code).to_have_attribute("aria-invalid", "true")
    if device.scripts:
        assert await faults_of(page, device.language) == []
    await code.fill(door.gateway.code())
    await citizen.button("Confirm and book").click()
    await expect(page.locator("main")).to_have_attribute("data-state", "open")
    await expect(page.get_by_text(citizen.says("Telephone number confirmed"))).to_be_visible()


async def test_it_is_done_by_keyboard_and_another_code_is_a_minute_away(
    people: People, office: Office, door: Door
) -> None:
    page = await people.enter(f"{office.service()}/appointments", DESK, base=door.api.address)
    citizen, typist = Citizen(page, office, DESK), Typist(page, DESK)
    await wish(citizen, "0812 7000 0004")
    await typist.uses(typist.button("Send another code"))
    await expect(page.get_by_role("alert")).to_be_focused()
    assert await faults_of(page, "en") == []
    await typist.uses(typist.button("Change the number or the time"))
    await expect(page.get_by_label(typist.says("Telephone number"))).to_have_value("0812 7000 0004")
    await expect(page.locator(f"input[value='{next_slot(office).isoformat()}']")).to_be_checked()
    await typist.uses(typist.button("Book this time"))
    await expect(page.get_by_label(typist.says("Code from the message"))).to_be_focused()
    await typist.writes(door.gateway.code())
    await typist.press("Enter")
    await expect(page.locator("main")).to_have_attribute("data-state", "open")


@pytest.mark.parametrize(
    ("device", "number"),
    [(PHONE, "0812 7000 0006"), (replace(PHONE, scripts=False), "0812 7000 0007")],
    ids=str,
)
async def test_the_language_is_changed_where_the_code_is_entered(
    people: People, office: Office, door: Door, device: Device, number: str
) -> None:
    citizen = Citizen(
        await people.enter(f"{office.service()}/appointments", device, base=door.api.address), office, device
    )
    await wish(citizen, number)
    page, other = citizen.page, "en" if device.language == "id" else "id"
    await page.get_by_label(citizen.says("Code from the message")).fill("12")
    await page.locator(f".languages [lang={other}]").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(said(other, "Confirm your telephone number"))
    code = page.get_by_label(said(other, "Code from the message"))
    await expect(code).to_have_value("12")
    if device.scripts:
        assert await faults_of(page, other) == []
    await code.fill(door.gateway.code())
    await code.press("Enter")
    await expect(page.locator("main")).to_have_attribute("data-state", "open")


async def test_going_back_books_nothing_twice(people: People, office: Office, door: Door) -> None:
    page = await people.enter(f"{office.service()}/appointments", PHONE, base=door.api.address)
    citizen = Citizen(page, office, PHONE)
    await wish(citizen, "0812 7000 0005")
    await page.get_by_label(citizen.says("Code from the message")).fill(door.gateway.code())
    await citizen.button("Confirm and book").click()
    await expect(page.locator("main")).to_have_attribute("data-state", "open")
    made, sent = page.url, len(door.gateway.messages)
    await page.goto(f"{office.service()}/appointments?day={slots(office, 2)[0].date().isoformat()}")
    await page.locator("input[name=slot]:not([disabled])").first.check()
    await page.get_by_label(citizen.says("Telephone number")).fill("0812 7000 0005")
    await citizen.button("Book this time").click()
    await expect(page.get_by_role("alert")).to_contain_text(citizen.says("You have an appointment already"))
    await page.goto(made)
    await expect(page.locator("main")).to_have_attribute("data-state", "open")
    assert len(door.gateway.messages) == sent
