"""The back office by keyboard alone, with scripts and without: figures are read, a fee is changed and put back."""

from dataclasses import replace

import pytest
from playwright.async_api import expect

from tests.journeys.browser import DESK, PHONE, Device, People
from tests.journeys.keyboard import Typist
from tests.journeys.places import sign_in
from tests.journeys.running import SKCK, Office

DEVICES = [DESK, replace(PHONE, scripts=False)]


async def administrator(people: People, office: Office, device: Device) -> Typist:
    """Somebody who may do everything, at the figures."""
    await office.employ("kepala", roles=("administrator",))
    page = await people.enter("/queue/sign-in", device)
    await sign_in(page, office, "kepala")
    await page.goto("/queue/manage")
    return Typist(page, device)


@pytest.mark.parametrize("device", DEVICES, ids=str)
async def test_figures_are_read_as_tables(people: People, office: Office, device: Device) -> None:
    for _ in range(2):
        await office.take()
    await office.serve_next()
    manager = await administrator(people, office, device)
    figure = manager.page.locator("figure").filter(has_text=manager.says("People by hour"))
    await expect(figure.get_by_role("img", name=manager.says("People by hour"))).to_be_visible()
    await manager.uses(figure.locator("summary"), within=200)
    table = figure.get_by_role("table")
    await expect(table.get_by_role("columnheader")).to_have_text(
        [manager.says(head) for head in ("Hour", "Came", "Served")]
    )
    service = manager.page.get_by_role("row").filter(has_text=office.service_name("sim-perpanjangan", device.language))
    await expect(service.get_by_role("cell").first).to_have_text("2")


@pytest.mark.parametrize("device", DEVICES, ids=str)
async def test_a_fee_is_changed_and_put_back(people: People, office: Office, device: Device) -> None:
    manager = await administrator(people, office, device)
    page = manager.page
    await manager.uses(page.locator(".tabs").get_by_role("link", name=manager.says("Configuration")))
    skck = page.get_by_role("region", name=office.service_name(SKCK, device.language))
    await manager.uses(skck.get_by_role("link", name=manager.says("Fees")))
    await manager.reaches(page.locator('[name="rupiah.0"]'))
    await manager.press("ControlOrMeta+a")
    await manager.writes("35000")
    await manager.uses(manager.button("Look at the change"))
    changed = page.get_by_role("region", name=manager.says("What changes"))
    await expect(changed).to_contain_text("35")
    await manager.uses(manager.button("Publish"))
    await expect(page.get_by_role("heading", name=manager.says("Version %(revision)s", revision=2))).to_be_visible()
    citizen = await people.enter(f"/queue/procedures/{office.id}/{SKCK}", PHONE)
    await expect(citizen.get_by_text("Rp35.000")).to_be_visible()

    await manager.uses(page.locator(".tabs").get_by_role("link", name=manager.says("History")))
    await manager.uses(page.get_by_role("link", name=manager.says("Version %(revision)s", revision=1)))
    await manager.uses(manager.button("Publish this version again"))
    await expect(page.get_by_role("heading", name=manager.says("Version %(revision)s", revision=3))).to_be_visible()
    await citizen.reload()
    await expect(citizen.get_by_text("Rp30.000")).to_be_visible()


@pytest.mark.parametrize("device", DEVICES, ids=str)
async def test_a_complaint_about_a_number_is_looked_into(people: People, office: Office, device: Device) -> None:
    await office.take()
    await office.call()
    await office.miss()
    manager = await administrator(people, office, device)
    page = manager.page
    await manager.uses(page.locator(".tabs").get_by_role("link", name=manager.says("Numbers")))
    await manager.reaches(page.get_by_label(manager.says("Number"), exact=True))
    await manager.writes("b1")
    await manager.press("Enter")
    steps = page.get_by_role("region", name="B-001").get_by_role("listitem").locator("strong")
    await expect(steps).to_have_text([manager.says(what) for what in ("Number given out", "Called", "Did not come")])


@pytest.mark.parametrize("device", [PHONE, replace(PHONE, scripts=False)], ids=str)
async def test_a_procedure_is_found_read_and_leads_to_a_ticket(people: People, office: Office, device: Device) -> None:
    page = await people.enter("/queue/procedures", device)
    citizen = Typist(page, device)
    await citizen.reaches(page.get_by_role("searchbox"))
    await citizen.writes("SIDIK jari")
    await citizen.press("Enter")
    found = page.get_by_role("main").get_by_role("listitem")
    await expect(found.filter(has_text="SKCK").first).to_be_visible()
    await expect(found.filter(has_text=office.service_name("sim-baru", device.language))).to_have_count(0)
    await page.goto(f"/queue/procedures/{office.id}/{SKCK}")
    await citizen.uses(page.get_by_role("link", name=citizen.says("Take a ticket")))
    await expect(page).to_have_url(f"/queue/offices/{office.id}/services/{SKCK}")
