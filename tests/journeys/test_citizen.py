"""A citizen's way: from the start page to the counter, on a phone and at a desk, with scripts and without."""

import re
from dataclasses import replace

import pytest
from playwright.async_api import expect

from tests.journeys.browser import DESK, PHONE, Device, People
from tests.journeys.citizen import Citizen
from tests.journeys.running import COUNTER, Office

DEVICES = [PHONE, DESK, replace(PHONE, language="en", scripts=False), replace(DESK, language="id", scripts=False)]
WITH_AND_WITHOUT_SCRIPTS = [PHONE, replace(DESK, scripts=False)]


async def arrived(people: People, office: Office, device: Device) -> Citizen:
    """Somebody who has come to where a ticket is taken."""
    return Citizen(await people.enter(office.service(), device), office, device)


@pytest.mark.parametrize("device", DEVICES, ids=str)
async def test_a_citizen_takes_a_ticket_and_is_served(people: People, office: Office, device: Device) -> None:
    for _ in range(2):
        await office.take()
    citizen = Citizen(await people.enter("/queue/", device), office, device)
    await citizen.goes_to_service()
    await citizen.takes_a_ticket()

    await citizen.sees_people_ahead(2)
    await office.serve_next()
    await citizen.sees_people_ahead(1)
    await citizen.sees("waiting", "B-003")
    await office.serve_next()
    await citizen.sees("next", citizen.says("You are next"))
    assert await office.call() == "B-003"
    await citizen.sees("called", citizen.says("It is your turn"), office.counter_name(COUNTER, device.language))
    await office.serve()
    await citizen.sees("serving", citizen.says("You are being served"))
    await office.finish()
    await citizen.sees("finished", citizen.says("Done. Thank you for coming."))
    await citizen.link(citizen.says("Take a new ticket")).click()
    await citizen.takes_a_ticket()
    await citizen.sees("next", "B-004")


async def test_a_call_is_told_to_who_does_not_see_the_page(people: People, office: Office) -> None:
    citizen = await Citizen.with_ticket(people, office, await office.take())
    told = citizen.page.get_by_role("status").and_(citizen.page.locator("[data-announce]"))
    await expect(told).to_have_text("Nomor B-001: Anda berikutnya.")
    await office.call()
    await expect(told).to_have_text("Nomor B-001, silakan ke Loket 2.")
    await office.serve()
    await expect(told).to_be_empty()


async def test_a_missed_person_learns_what_to_do(people: People, office: Office) -> None:
    ticket = await office.take()
    citizen = await Citizen.with_ticket(people, office, ticket)
    await office.call()
    await office.miss()
    await citizen.sees("missed", citizen.says("You were called and not there"))
    await office.put_back(ticket)
    await citizen.sees("next", citizen.says("You are next"))


@pytest.mark.parametrize("device", DEVICES, ids=str)
async def test_a_wrong_number_is_told_at_its_field(people: People, office: Office, device: Device) -> None:
    citizen = await arrived(people, office, device)
    phone = citizen.page.get_by_label(citizen.says("Telephone number"))
    await phone.fill("0812x")
    await citizen.button("Take a ticket").click()

    wrong = citizen.says("Please write a telephone number such as 0812 3456 7890, or leave this empty.")
    await expect(phone).to_have_attribute("aria-invalid", "true")
    await expect(phone).to_have_accessible_description(re.compile(re.escape(wrong)))
    await expect(phone).to_be_focused()
    await expect(phone).to_be_in_viewport()
    await expect(phone).to_have_value("0812x")

    await phone.fill("0812 3456 7890")
    await citizen.button("Take a ticket").click()
    await citizen.sees("next", "B-001")


@pytest.mark.parametrize("device", WITH_AND_WITHOUT_SCRIPTS, ids=str)
async def test_a_number_has_one_ticket_a_line(people: People, office: Office, device: Device) -> None:
    await office.take(phone="+6281234567890")
    citizen = await arrived(people, office, device)
    await citizen.page.get_by_label(citizen.says("Telephone number")).fill("0812-3456-7890")
    await citizen.button("Take a ticket").click()
    refusal = citizen.page.get_by_role("alert")
    await expect(refusal).to_contain_text(citizen.says("You have a ticket already"))
    await expect(refusal).to_be_focused()
    assert (await office.take()).number == "B-002"


@pytest.mark.parametrize("device", WITH_AND_WITHOUT_SCRIPTS, ids=str)
async def test_an_impatient_finger_takes_one_ticket(people: People, office: Office, device: Device) -> None:
    citizen = await arrived(people, office, device)
    await citizen.button("Take a ticket").dblclick()
    await expect(citizen.slip).to_be_visible()
    await citizen.sees("next", "B-001")
    assert (await office.take()).number == "B-002"


async def test_who_goes_back_and_sends_again_has_the_same_ticket(people: People, office: Office) -> None:
    citizen = await arrived(people, office, PHONE)
    await citizen.takes_a_ticket()
    ticket = citizen.page.url
    await citizen.page.go_back()
    await citizen.takes_a_ticket()
    assert citizen.page.url == ticket
    assert (await office.take()).number == "B-002"


async def test_who_goes_back_for_somebody_else_has_another_ticket(people: People, office: Office) -> None:
    citizen = await arrived(people, office, PHONE)
    await citizen.takes_a_ticket()
    await citizen.page.go_back()
    await citizen.page.get_by_label(citizen.says("Telephone number")).fill("0812 3456 7890")
    await citizen.takes_a_ticket()
    await citizen.sees("waiting", "B-002")


@pytest.mark.parametrize("device", WITH_AND_WITHOUT_SCRIPTS, ids=str)
async def test_a_citizen_cancels_after_a_second_thought(people: People, office: Office, device: Device) -> None:
    ticket, behind = await office.take(), await office.take()
    citizen = await Citizen.with_ticket(people, office, ticket, device)
    elsewhere = await Citizen.with_ticket(people, office, ticket, device)
    neighbour = await Citizen.with_ticket(people, office, behind, device)

    await expect(citizen.button("Yes, cancel my ticket")).to_be_hidden()
    await citizen.page.get_by_text(citizen.says("I cannot come"), exact=True).click()
    await expect(citizen.page.get_by_text(citizen.says("Give up ticket %(number)s?", number="B-001"))).to_be_visible()
    async with citizen.page.expect_navigation():
        await citizen.button("Yes, cancel my ticket").click()

    for who in (citizen, elsewhere):
        await who.sees("cancelled", who.says("This ticket is cancelled"))
        await expect(who.button("Yes, cancel my ticket")).to_be_hidden()
    await neighbour.sees("next", neighbour.says("You are next"))


async def test_a_ticket_that_is_being_served_is_not_cancelled_by_an_old_page(people: People, office: Office) -> None:
    device = replace(PHONE, scripts=False)
    citizen = await Citizen.with_ticket(people, office, await office.take(), device)
    await office.call()
    await office.serve()
    await citizen.page.get_by_text(citizen.says("I cannot come"), exact=True).click()
    await citizen.button("Yes, cancel my ticket").click()
    await expect(citizen.page.get_by_role("alert")).to_contain_text(citizen.says("This ticket does not wait any more"))
    await expect(citizen.slip).to_contain_text(citizen.says("You are being served"))


async def test_a_closed_line_gives_no_ticket_to_an_old_page(people: People, office: Office) -> None:
    citizen = await arrived(people, office, DESK)
    await office.close("sim-perpanjangan")
    await citizen.button("Take a ticket").click()
    await expect(citizen.page.get_by_role("alert")).to_contain_text(citizen.says("No tickets now"))
    await expect(citizen.button("Take a ticket")).to_be_hidden()


async def test_the_language_is_chosen_once(people: People, office: Office) -> None:
    citizen = Citizen(await people.enter("/queue/", PHONE), office, PHONE)
    await citizen.link("English").click()
    citizen.device = replace(PHONE, language="en")
    await citizen.goes_to_service()
    await expect(citizen.page.locator("html")).to_have_attribute("lang", "en")
    await citizen.takes_a_ticket()
    await citizen.sees("next", "You are next")
