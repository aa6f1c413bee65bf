"""Somebody has seen something: reported by touch, by keyboard, without scripts and without a line, and never twice."""

import asyncio
import re
from dataclasses import replace

import pytest
from playwright.async_api import Locator, Page, expect

from tests.chaos.programs import Program
from tests.journeys.browser import DESK, PHONE, SECONDS, Device, People
from tests.journeys.keyboard import Typist
from tests.journeys.looks import axe_faults, frame_faults, layout_faults, word_faults
from tests.journeys.reports_running import HERE, Office, Site
from tests.journeys.words import said
from tests.support.waiting import until

WITHOUT_SCRIPTS = replace(PHONE, scripts=False)
DEVICES = [PHONE, DESK, WITHOUT_SCRIPTS]
REPORT = re.compile(r"/reports/r/")
_KEPT = """async (pages) => {
  const found = await Promise.all(pages.map((page) => caches.match(page)));
  return found.every(Boolean) && Boolean(navigator.serviceWorker.controller);
}"""


class Witness:
    """Somebody with a phone or a computer."""

    def __init__(self, page: Page, device: Device = PHONE) -> None:
        self.page = page
        self.device = device

    def says(self, text: str, **values: object) -> str:
        """What the pages say in this person's language."""
        return said(self.device.language, text, of="reports", **values)

    def button(self, text: str, **values: object) -> Locator:
        """A button that is called so."""
        return self.page.get_by_role("button", name=self.says(text, **values), exact=True)

    def field(self, text: str) -> Locator:
        """A field that is called so, whether or not it may stay empty."""
        return self.page.get_by_label(re.compile(rf"^{re.escape(self.says(text))}"))

    async def writes(self, words: str = "Motor saya hilang", place: str = "Depan pasar") -> None:
        """What happened, and where."""
        await self.field("What is happening, or has happened?").fill(words)
        await self.field("Describe the place").fill(place)

    async def chooses(self, text: str) -> None:
        """One of the choices."""
        await self.page.get_by_role("radio", name=re.compile(rf"^\s*{re.escape(self.says(text))}")).check()

    async def sends(self) -> None:
        """The form."""
        await self.button("Send the report").click()

    async def sees(self, text: str) -> None:
        """What has become of the report, without doing anything; with no scripts, by reloading."""
        if not self.device.scripts:
            await self.page.reload()
        await expect(self.page.locator(".report-state")).to_have_text(self.says(text))

    async def finds_no_fault(self, *, with_map: bool = False) -> None:
        """With the page that is looked at, on a phone and on a desk. The names on a map end where the map does."""
        faults = await word_faults(self.page, self.device.language) + await frame_faults(
            self.page, self.device.language
        )
        for viewport in (PHONE.viewport, DESK.viewport):
            await self.page.set_viewport_size(viewport)
            faults += [] if with_map else await layout_faults(self.page)
            faults += await axe_faults(self.page)
        await self.page.set_viewport_size(self.device.viewport)
        assert not faults, "\n".join(faults)


async def enter(people: People, path: str, device: Device = PHONE, *, base: str = "") -> Witness:
    """Somebody opens a page."""
    return Witness(await people.enter(path, device, base=base), device)


@pytest.mark.parametrize("device", DEVICES, ids=str)
async def test_from_the_first_page_to_the_outcome(witnesses: People, desk: Office, device: Device) -> None:
    witness = await enter(witnesses, "/reports/", device)
    page = witness.page
    name = desk.plan.name.id if device.language == "id" else desk.plan.name.en
    await page.get_by_role("link", name=name).click()
    await page.get_by_label(witness.says("Look for it by a word")).fill(
        "parkiran" if device.language == "id" else "parking"
    )
    if not device.scripts:
        await witness.button("Search").click()
    await expect(page.locator("[data-kinds] li").filter(visible=True)).to_have_count(1)
    await page.locator("[data-kinds] a").filter(visible=True).click()
    await witness.writes()
    await page.get_by_role("radio").first.check()
    await witness.field("Telephone number").fill("0812-3456-7890")
    await witness.sends()
    await expect(page).to_have_url(REPORT)
    (incident,) = await desk.incidents()
    await expect(page.locator(".code").first).to_have_text(desk.site.codes.code(incident.number, incident.id))
    await page.goto(desk.site.links.path(incident.id))
    await witness.sees("We have your report")
    await desk.triage(incident.id)
    await witness.sees("The desk is dealing with it")
    await desk.write(incident.id, "Warna apa?")
    await desk.send_unit(incident.id)
    await witness.sees("Officers are on their way")
    await expect(page.locator(".message")).to_contain_text("Warna apa?")
    await witness.field("Your message").fill("Merah")
    await witness.button("Send").first.click()
    await expect(page.locator(".message")).to_have_count(2)
    await desk.arrive()
    await witness.sees("Officers are at the place")
    await desk.resolve(incident.id, "Motor sudah kembali")
    await witness.sees("There is an outcome")
    await expect(page.locator("[data-bind=outcome_words]")).to_have_text("Motor sudah kembali")
    await witness.button("Yes, that is right").click()
    await witness.sees("The report is closed")


async def test_every_page_on_the_way_is_for_everybody(witnesses: People, desk: Office) -> None:
    await desk.file()
    for device in (PHONE, replace(PHONE, language="en")):
        witness = await enter(witnesses, "/reports/", device)
        await witness.finds_no_fault()
        for path in (
            desk.path,
            desk.form("curanmor"),
            desk.form("kebakaran"),
            f"{desk.path}/offline",
            "/reports/track",
        ):
            await witness.page.goto(path)
            await witness.finds_no_fault()
        await witness.page.goto(desk.form("curanmor"))
        await witness.button("Show on a map").click()
        await expect(witness.page.locator(".map-tile").first).to_be_visible()
        await witness.finds_no_fault(with_map=True)
        await witness.sends()
        await expect(witness.page.locator("#words-error")).to_be_visible()
        await witness.finds_no_fault()
        await witness.writes("Ada yang membawa parang")
        await witness.page.get_by_role("radio").first.check()
        await witness.page.evaluate(
            "([latitude, longitude]) => { for (const [name, value] of Object.entries({ latitude, longitude }))"
            " document.querySelector(`[name=${name}]`).value = value }",
            [HERE.latitude, HERE.longitude],
        )
        await witness.sends()
        await expect(witness.page.get_by_role("heading", name=witness.says("Is it this one?"))).to_be_visible()
        await witness.finds_no_fault()
        await witness.button("Continue sending").click()
        await expect(witness.page).to_have_url(REPORT)
        await witness.finds_no_fault()
        await witness.page.goto("/reports/drafts")
        await witness.finds_no_fault()


async def test_by_keyboard_with_a_pin_on_the_map(witnesses: People, desk: Office) -> None:
    device = replace(DESK, language="en")
    witness = await enter(witnesses, f"{desk.form('lainnya')}?lang=en", device)
    typist = Typist(witness.page, device)
    await typist.reaches(witness.field("What is happening, or has happened?"))
    await typist.writes("A tree lies on the road")
    await typist.uses(witness.button("Show on a map"))
    shown = witness.page.locator("#where-map")
    await expect(shown.locator(".map-tile").first).to_be_visible()
    await typist.reaches(shown)
    for _ in range(3):
        await typist.press("ArrowRight")
    await typist.uses(witness.button("The pin is right"))
    await expect(witness.page.locator("[data-noted-words]")).to_have_text("The pin on the map is noted.")
    await expect(witness.button("Show on a map")).to_be_focused()
    await typist.reaches(witness.page.get_by_role("radio", name=re.compile("^Confidential")))
    await typist.press("ArrowDown")
    await expect(witness.page.locator("#name")).to_be_hidden()
    await typist.uses(witness.button("Send the report"))
    await expect(witness.page).to_have_url(REPORT)
    (incident,) = await desk.incidents()
    assert incident.privacy == "anonymous"
    assert incident.longitude is not None
    assert incident.longitude > desk.plan.longitude
    assert incident.latitude == pytest.approx(desk.plan.latitude, abs=1e-4)
    assert await desk.reporter(incident) == []


async def test_the_phones_position_and_the_nearest_post(witnesses: People, desk: Office) -> None:
    witness = await enter(witnesses, desk.path)
    context = witness.page.context
    await context.grant_permissions(["geolocation"])
    await context.set_geolocation({"latitude": -0.9080, "longitude": 119.8533, "accuracy": 18})
    await witness.page.goto(desk.form("kebakaran"))
    await witness.button("I am there now").click()
    await expect(witness.page.locator("[data-noted-words]")).to_contain_text("18 m")
    await expect(witness.page.locator("[data-posts] li").filter(visible=True)).to_contain_text("Pasar Manonda")
    await witness.field("What is happening, or has happened?").fill("Asap tebal dari toko")
    await witness.sends()
    await expect(witness.page.get_by_role("link", name=witness.says("Call %(number)s", number=110))).to_be_visible()
    await witness.button("Continue sending").click()
    await expect(witness.page).to_have_url(REPORT)
    (incident,) = await desk.incidents()
    assert (incident.latitude, incident.longitude) == (-0.9080, 119.8533)


async def test_an_emergency_word_shows_the_number_while_one_writes(witnesses: People, desk: Office) -> None:
    witness = await enter(witnesses, desk.form("pencurian"))
    call = witness.page.get_by_role("link", name=witness.says("Call %(number)s", number=110), exact=True)
    await expect(call).to_be_hidden()
    await witness.field("What is happening, or has happened?").press_sequentially("Pelakunya bawa parang!")
    await expect(call).to_be_visible()


@pytest.mark.parametrize("device", [PHONE, WITHOUT_SCRIPTS], ids=str)
async def test_anothers_report_is_followed_instead_and_left_again(
    witnesses: People, desk: Office, device: Device
) -> None:
    incident = await desk.file(words="Rahasia orang lain")
    witness = await enter(witnesses, desk.form("pencurian"), replace(device, scripts=True))
    await witness.writes()
    await witness.page.evaluate(
        "([lat, lon]) => { document.querySelector('[name=latitude]').value = lat;"
        " document.querySelector('[name=longitude]').value = lon }",
        [HERE.latitude, HERE.longitude],
    )
    await witness.sends()
    await witness.button("Yes, follow this one").click()
    await expect(witness.page.locator(".report-state")).to_have_text(witness.says("The desk has this report"))
    follower = await enter(witnesses, witness.page.url, device)
    await desk.triage(incident)
    await desk.send_unit(incident)
    await follower.sees("Officers are on their way")
    assert "Rahasia" not in await follower.page.content()
    assert [found.followers for found in await desk.incidents()] == [1]
    await follower.button("Follow no longer").click()
    await expect(follower.page.get_by_role("heading", name=follower.says("You follow it no longer"))).to_be_visible()
    assert [found.followers for found in await desk.incidents()] == [0]


async def is_kept(witness: Witness, office: str) -> None:
    """The browser has the page that it shows where there is no line."""

    async def kept() -> bool:
        return bool(await witness.page.evaluate(_KEPT, [f"{office}/offline", "/reports/drafts"]))

    await until(kept, within=SECONDS, what="the browser keeps the office's page")


async def test_a_form_that_does_not_get_through_goes_out_later_once(
    witnesses: People, desk: Office, frail_api: Program, reports_site: Site
) -> None:
    witness = await enter(witnesses, desk.form("lainnya"), base=frail_api.address)
    await is_kept(witness, desk.path)
    await witness.page.reload()
    await witness.writes("Lampu jalan mati", "Jl. Kartini")
    await witness.field("Telephone number").fill("0812-3456-7890")
    frail_api.kill()
    await witness.sends()
    await expect(witness.page).to_have_url(re.compile("/reports/drafts$"))
    draft = witness.page.locator(".draft")
    await expect(draft).to_have_attribute("data-state", "waiting")
    await witness.page.reload()
    await expect(draft).to_have_attribute("data-state", "waiting")
    assert await desk.incidents() == []

    frail_api.start()
    await frail_api.ready()
    other = await witness.page.context.new_page()  # both send, at the same moment
    await other.goto("/reports/drafts")
    await asyncio.gather(*(page.evaluate("drafts.sendAll()") for page in (witness.page, other)))
    await expect(other.locator(".draft")).to_have_attribute("data-state", "sent")
    (incident,) = await desk.incidents()
    assert incident.number in await other.locator(".draft").inner_text()
    (reporter,) = await desk.reporter(incident)
    assert reporter.contact
    body = await other.evaluate("drafts.all().then(([draft]) => draft.body ?? null)")
    assert body is None
    await other.get_by_role("link", name=witness.says("To the report")).click()
    await expect(other.locator(".report-state")).to_have_text(witness.says("We have your report"))
    await other.goto("/reports/drafts")
    await other.get_by_role("button", name=witness.says("Erase from this phone")).click()
    await expect(other.locator(".draft")).to_have_count(0)


async def test_a_report_is_written_without_a_line_and_sent_with_one(
    witnesses: People, desk: Office, frail_api: Program
) -> None:
    witness = await enter(witnesses, desk.path, base=frail_api.address)
    await is_kept(witness, desk.path)
    frail_api.kill()
    await witness.page.goto(desk.form("curanmor"))
    await expect(witness.page.get_by_role("heading", name=witness.says("Report without a connection"))).to_be_visible()
    await expect(witness.page.locator("#category")).to_have_value("curanmor")
    await witness.writes()
    await witness.button("Keep it, and send it later").click()
    await expect(witness.page.locator("[data-missing]")).to_be_visible()
    await witness.page.get_by_role("radio", name="Sepeda motor").check()
    await witness.chooses("Anonymous")
    await witness.button("Keep it, and send it later").click()
    draft = witness.page.locator(".draft")
    await expect(draft).to_have_attribute("data-state", "waiting")
    frail_api.start()
    await frail_api.ready()
    await expect(draft).to_have_attribute("data-state", "sent", timeout=60_000)
    (incident,) = await desk.incidents()
    assert incident.privacy == "anonymous"
    assert incident.happened_at is not None
    assert incident.happened_at <= incident.filed_at


async def test_a_form_whose_answer_was_lost_is_found_again_and_not_filed_anew(witnesses: People, desk: Office) -> None:
    witness = await enter(witnesses, desk.form("lainnya"))
    key = await witness.page.locator("[data-report] [name=idempotency_key]").input_value()
    await witness.writes()
    await witness.sends()
    await expect(witness.page).to_have_url(REPORT)
    await witness.page.goto("/reports/drafts")
    await witness.page.evaluate(
        "([key, office]) => drafts.add(key, 'Lainnya', { office, category: 'lainnya', words: 'Motor saya hilang',"
        " place: { words: 'Depan pasar' }, privacy: 'confidential', answers: [], contact: {},"
        " happened_at: new Date().toISOString() })",
        [key, desk.id],
    )
    await witness.page.reload()
    await expect(witness.page.locator(".draft")).to_have_attribute("data-state", "sent")
    (incident,) = await desk.incidents()
    await expect(witness.page.locator(".draft")).to_contain_text(incident.number)
