"""When the worker is away, a wish is safe: a page says so and leads on by itself as soon as it has come true."""

from dataclasses import replace

from playwright.async_api import Page, expect

from tests.chaos.programs import Program
from tests.journeys.browser import DESK, PHONE, Device, People
from tests.journeys.citizen import Citizen
from tests.journeys.places import sign_in
from tests.journeys.running import COUNTER, Office, Site
from tests.support.waiting import until

WITHOUT_SCRIPTS = replace(PHONE, scripts=False)


async def is_told_to_wait(page: Page, device: Device) -> None:
    """The page says that the wish is safe and that nothing need be done."""
    said = {"id": "Permintaan Anda sedang diproses", "en": "Your request is on its way"}
    await expect(page.get_by_role("heading", name=said[device.language])).to_be_visible()


async def test_wishes_come_true_when_the_worker_is_back(
    people: People, site: Site, office: Office, hasty_api: Program
) -> None:
    base = hasty_api.address
    ticket = await office.take()
    takers = [
        Citizen(await people.enter(office.service(), device, base=base), office, device)
        for device in (PHONE, WITHOUT_SCRIPTS)
    ]
    leavers = [
        await Citizen.with_ticket(people, office, ticket, PHONE, base=base),
        await Citizen.with_ticket(people, office, await office.take(), WITHOUT_SCRIPTS, base=base),
    ]
    await office.take()
    officer = await people.enter("/queue/sign-in", DESK, base=base)
    await sign_in(officer, office, await office.employ())
    await office.sign_on()
    await officer.goto(f"/queue/counters/{COUNTER}")

    await site.worker.stop()
    for leaver in leavers:
        await leaver.page.get_by_text(leaver.says("I cannot come"), exact=True).click()
        await leaver.button("Yes, cancel my ticket").click()
        await is_told_to_wait(leaver.page, leaver.device)
    for taker in takers:
        await taker.button("Take a ticket").click()
        await is_told_to_wait(taker.page, taker.device)
    await officer.get_by_role("button", name="Call the next person").click()
    await is_told_to_wait(officer, DESK)

    site.worker.start()
    await site.worker.ready()
    await until(site.answers, within=60, what="the worker answers")
    for leaver in leavers:
        await expect(leaver.slip).to_contain_text(leaver.says("This ticket is cancelled"))
    for taker in takers:
        await expect(taker.slip).to_be_visible()
    assert {await taker.slip.locator(".ticket-number").inner_text() for taker in takers} == {"B-004", "B-005"}
    await expect(officer.locator(".counter-number")).to_have_text("B-003")
