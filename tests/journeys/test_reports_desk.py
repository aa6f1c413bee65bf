"""A dispatcher who works by keyboard alone, a crew that rides with one thumb on a net that comes and goes, and pages
of desk and field that are for everybody.
"""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from shared.contracts.reports.incidents import HandOver, TakeCharge
from shared.contracts.reports.staff import AddStaff, Role
from shared.contracts.reports.units import DispatchUnit, GoInService
from tests.journeys.browser import DESK, PHONE, Device, People
from tests.journeys.keyboard import Typist
from tests.journeys.looks import axe_faults, frame_faults, layout_faults, word_faults
from tests.journeys.reports_running import CREW, UNIT, Office
from tests.journeys.words import said
from tests.support.site import CHEAP, PASSWORD
from tests.support.waiting import until

PICTURES = os.environ.get("KENTONGAN_PICTURES", "")
"""A folder for pictures of each page that is looked at; empty for none."""
DEVICES = [PHONE, DESK]


class Staff(Typist):
    """Somebody of the desk's or of a unit's."""

    def says(self, text: str, **values: object) -> str:
        return said(self.device.language, text, of="reports", **values)

    def button(self, text: str, **values: object) -> Locator:
        return self.page.get_by_role("button", name=self.says(text, **values))

    async def letter(self, key: str) -> None:
        """A letter, as soon as the page shows letters."""
        await expect(self.page.locator("html")).to_have_attribute("data-keys", "on")
        await self.press(key)


async def employed(office: Office, username: str, role: Role) -> None:
    """A person with an account."""
    await office.site.do(
        AddStaff(
            office=office.id,
            username=username,
            display_name=username.title(),
            password_hash=CHEAP.hash(PASSWORD),
            roles=(role,),
        )
    )


async def signed_in(people: People, office: Office, device: Device, *, role: Role = "dispatcher") -> Staff:
    """Somebody who has come to where they work, by keyboard."""
    username = {"dispatcher": "dewi", "officer": "budi"}.get(role, "maria")
    await employed(office, username, role)
    staff = Staff(await people.enter("/reports/sign-in", device), device)
    await staff.reaches(staff.page.get_by_label(staff.says("Office"), exact=True))
    await staff.writes(office.plan.name.id if device.language == "id" else office.plan.name.en)
    await staff.reaches(staff.page.get_by_label(staff.says("User name")), within=1)
    await staff.writes(username)
    await staff.reaches(staff.page.get_by_label(staff.says("Password")), within=1)
    await staff.writes(PASSWORD)
    await staff.press("Enter")
    await expect(staff.page.locator("h1")).to_be_visible()
    return staff


@pytest.mark.parametrize("device", DEVICES, ids=str)
async def test_a_dispatcher_by_keyboard(witnesses: People, desk: Office, device: Device) -> None:
    await desk.site.do(GoInService(office=desk.id, unit=UNIT), actor=CREW)
    staff = await signed_in(witnesses, desk, device)
    page = staff.page
    await expect(page.locator("main")).to_have_attribute("data-state", "empty")
    incident = await desk.file(words="Motor hilang di depan pasar")
    row = page.locator(f'.incidents [data-id="{incident}"]')
    await expect(row).to_contain_text("Motor hilang di depan pasar")
    await staff.letter("j")
    await expect(row.locator("a")).to_be_focused()
    other = await desk.file("kecelakaan", words="Tabrakan di simpang")
    await expect(page.locator(f'.incidents [data-id="{other}"]')).to_be_visible()
    await expect(row.locator("a")).to_be_focused()
    await staff.press("Enter")
    await expect(page.locator("h1")).to_contain_text(page_name(desk, "curanmor", device))
    await staff.letter("c")
    await expect(page.locator('[data-section="charge"]')).to_contain_text(staff.says("you"))
    await staff.letter("t")
    await expect(page.locator("#triage-category")).to_be_focused()
    await staff.reaches(page.locator("#triage-severity"), within=1)
    await staff.writes(staff.says("Extreme: lives are in danger now"))
    await expect(page.locator("[data-follows]")).to_have_text("1")
    await staff.reaches(page.locator("#triage-reason"), within=3)
    await staff.writes("suara di telepon")
    await staff.uses(staff.button("Judge").last, within=2)
    await expect(page.locator('[data-section="head"] .priority')).to_contain_text("1")
    await staff.letter("d")
    units = page.locator('[data-section="units"]')
    await expect(units).to_contain_text(staff.says("sent, has not answered yet"))
    await desk.site.do(TakeCharge(office=desk.id, incident=incident), actor="staff/sari")
    await expect(page.locator('[data-section="charge"]')).to_contain_text("sari")


def page_name(office: Office, category: str, device: Device) -> str:
    """What a category is called in somebody's language."""
    (name,) = [one.name for one in office.plan.categories if one.id == category]
    return name.id if device.language == "id" else name.en


async def test_a_crew_rides_with_one_thumb_on_a_weak_net(witnesses: People, desk: Office) -> None:
    await desk.site.do(GoInService(office=desk.id, unit=UNIT), actor=CREW)
    incident = await desk.file()
    crew = await signed_in(witnesses, desk, PHONE, role="officer")
    page = crew.page
    name = unit_name(desk, "id")
    await page.get_by_role("button", name=name).first.click()
    await expect(page.locator("h1")).to_have_text(name)
    await desk.site.do(DispatchUnit(office=desk.id, incident=incident, unit=UNIT), actor="staff/dewi")
    accept = crew.button("We are coming")
    await expect(accept).to_be_visible()
    box = await accept.bounding_box()
    assert box
    assert box["height"] >= 64
    await page.context.set_offline(True)
    await accept.click()
    await expect(page.locator("[data-unsent]")).to_be_visible()
    await page.context.set_offline(False)
    await expect(crew.button("We are well").or_(crew.button("On scene"))).to_be_visible()

    async def accepted() -> bool:
        (kept,) = await desk.incidents()
        return kept.units[0].accepted_at is not None

    await until(accepted, within=20)
    await crew.button("On scene").click()
    await expect(crew.button("We are well")).to_be_visible()
    await page.get_by_label(crew.says("What you see")).fill("Dua saksi")
    await crew.button("Write down").click()
    await expect(page.locator(".entries")).to_contain_text("Dua saksi")
    await crew.button("Done here").click()
    await expect(crew.button("Out of service")).to_be_visible()


# Every page ---------------------------------------------------------------------------------------------------


async def scene(desk: Office) -> str:
    """A desk where much goes on; returns the incident of which most can be seen."""
    await employed(desk, "sari", "dispatcher")
    await employed(desk, "dewi", "dispatcher")
    for n in range(3):
        await desk.file(words=f"Motor hilang di depan pasar {n}, saksi melihat dua orang pergi ke arah selatan")
    incident = await desk.file("kecelakaan", words="Tabrakan di simpang empat, satu orang terluka")
    await desk.triage(incident, "kecelakaan")
    await desk.send_unit(incident)
    await desk.arrive()
    await desk.write(incident, "Ada berapa kendaraan?")
    await desk.site.do(TakeCharge(office=desk.id, incident=incident), actor="staff/sari")
    await desk.site.do(HandOver(office=desk.id, incident=incident, to="dewi", note="Tunggu saksi"), actor="staff/sari")
    return incident


PLACES: Mapping[str, str] = {
    "board": "/reports/desk",
    "board-filtered": "/reports/desk?state=closed&text=motor",
    "incident": "/reports/desk/incidents/{incident}",
    "incident-new": "/reports/desk/incidents/{new}",
    "units": "/reports/desk/units",
    "shift": "/reports/desk/shift",
    "search": "/reports/desk/search?q=motor",
    "search-none": "/reports/desk/search?q=kapal",
    "kinds": "/reports/desk/new",
    "intake": "/reports/desk/new/curanmor",
    "exports": "/reports/desk/exports",
    "choice": "/reports/field",
}


@pytest.mark.parametrize("language", ["id", "en"])
async def test_pages_are_for_everybody(witnesses: People, desk: Office, language: str) -> None:
    incident = await scene(desk)
    new = next(one.id for one in await desk.incidents() if one.state == "received")
    staff = await signed_in(witnesses, desk, replace(PHONE, language=language), role="manager")
    faults = []
    for place, path in PLACES.items():
        await staff.page.goto(path.format(incident=incident, new=new))
        faults += [f"{place}: {fault}" for fault in await looked_at(staff.page, language, place)]
    await staff.page.get_by_role("button").filter(has_text=unit_name(desk, language)).first.click()
    faults += [f"field: {fault}" for fault in await looked_at(staff.page, language, "field")]
    await staff.page.goto(f"/reports/desk/incidents/{new}")
    for details in await staff.page.locator("details:not([data-map-of-incident])").all():
        await details.evaluate("node => { node.open = true; }")
    faults += [f"unfolded: {fault}" for fault in await looked_at(staff.page, language, "unfolded")]
    assert not faults, "\n".join(faults)


def unit_name(desk: Office, language: str) -> str:
    """What the unit that is out is called."""
    (name,) = [unit.name for unit in desk.plan.units if unit.id == UNIT]
    return name.id if language == "id" else name.en


async def looked_at(page: Page, language: str, place: str) -> list[str]:
    """What is wrong with a page on a phone and on a desk."""
    faults = await word_faults(page, language) + await frame_faults(page, language)
    for viewport in (PHONE.viewport, DESK.viewport):
        await page.set_viewport_size(viewport)
        faults += [f"at {viewport['width']} px: {fault}" for fault in await layout_faults(page)]
        faults += [f"at {viewport['width']} px: {fault}" for fault in await axe_faults(page)]
        if PICTURES and language == "id":
            path = Path(PICTURES) / f"{place}-{viewport['width']}.png"
            await page.screenshot(path=path, full_page=True)
    await page.set_viewport_size(PHONE.viewport)
    return faults
