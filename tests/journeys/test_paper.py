"""What comes out of a printer: tickets and appointments on strips of 80 mm, procedures and figures on sheets of A4."""

import re
from typing import Any

from playwright.async_api import Page, expect

from tests.journeys.browser import DESK, Device, People
from tests.journeys.citizen_places import slots
from tests.journeys.places import busy_plan, sign_in
from tests.journeys.running import COUNTER, RENEWAL, Office, Site
from tests.journeys.words import said

STRIP = Device(302, 605)
"""80 mm by 160 mm, at 96 px to the inch."""
MARGIN = 4.0
CODE_LEAST = 25.0
"""What the cameras of old telephones need to read a code that they are held before."""
A4, STRIP_SIZE = (210, 297), (80, 160)

_PRINTED = """() => {
  const mm = (px) => px / 96 * 25.4;
  const boxes = [];
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    if (!node.textContent.trim() || !node.parentElement.checkVisibility()) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    boxes.push(...range.getClientRects());
  }
  const code = document.querySelector(".paper .qr");
  const modules = code.viewBox.baseVal.width;
  return {
    left: mm(Math.min(...boxes.map((box) => box.left))),
    right: mm(Math.max(...boxes.map((box) => box.right))),
    inner: mm(document.documentElement.scrollWidth),
    code: mm(code.getBoundingClientRect().width) * (modules - 8) / modules, // without the quiet zone around it
  };
}"""


async def test_a_ticket_is_whole_on_its_strip_and_its_code_is_large_enough(people: People, office: Office) -> None:
    ticket = await office.take()
    page = await people.enter(ticket.path, STRIP)
    assert await sheets(page) == [STRIP_SIZE]
    await page.emulate_media(media="print")
    await expect(page.locator(".paper-number")).to_have_text(ticket.number)
    # The longest number that there can be.
    await page.locator(".paper-number").evaluate("(number) => { number.textContent = 'W-10000'; }")
    await _fits_its_strip(page)


async def test_an_appointment_is_a_strip_too_until_it_is_given_up(people: People, site: Site) -> None:
    office = await site.open_office(busy_plan())
    (slot, *_) = slots(office, 2)
    page = await people.enter(await office.book(slot, "+6281234567890"), STRIP)
    assert await sheets(page) == [STRIP_SIZE]
    await expect(page.get_by_role("button", name=said("id", "Print"))).to_be_visible()
    await page.emulate_media(media="print")
    await expect(page.locator(".paper-slot")).to_contain_text(slot.strftime("%H.%M"))
    await expect(page.locator(".paper li").first).to_be_visible()  # what to bring
    await expect(page.locator(".slip")).to_be_hidden()
    await _fits_its_strip(page)
    await page.emulate_media(media="screen")
    await page.get_by_text(said("id", "I cannot come"), exact=True).click()
    await page.get_by_role("button", name=said("id", "Yes, cancel my appointment")).click()
    await expect(page.locator("main")).to_have_attribute("data-state", "cancelled")
    await expect(page.locator(".paper")).to_have_count(0)


async def test_a_procedure_is_one_sheet_that_says_where_the_current_one_is(people: People, office: Office) -> None:
    page = await people.enter(f"/queue/procedures/{office.id}/{RENEWAL}")
    assert await sheets(page) == [A4]
    await page.emulate_media(media="print")
    await expect(page.locator(".page-address")).to_have_text(page.url)
    await expect(page.locator(".open-now")).to_be_hidden()  # it is not true any more when somebody reads it
    await _is_not_wider_than_its_sheet(page)


async def test_figures_are_sheets_with_every_table_and_what_was_asked_for(people: People, office: Office) -> None:
    for _ in range(2):
        await office.take()
    await office.serve_next()
    await office.employ("maria", roles=("manager",))
    page = await people.enter("/queue/sign-in", DESK)
    await sign_in(page, office, "maria")
    await page.goto(f"/queue/manage?period=days&service={RENEWAL}")
    assert set(await sheets(page)) == {A4}
    await page.emulate_media(media="print")
    asked = page.locator("p.printed")
    await expect(asked).to_contain_text(office.service_name(RENEWAL, "en"))
    await expect(asked).to_contain_text(said("en", "All"))  # counters
    for unprinted in (".tabs", ".filters", ".header", ".footer", ".unprinted", ".plots summary"):
        for one in await page.locator(unprinted).all():
            await expect(one).to_be_hidden()
    figures = await page.locator(".plots figure").all()
    assert len(figures) >= 3
    for figure in figures:
        await expect(figure.get_by_role("img")).to_be_visible()
        await expect(figure.locator("tbody tr").last).to_be_visible()  # though nobody has opened it
        apart = await figure.locator("xpath=..").evaluate("(card) => getComputedStyle(card).breakInside")
        assert apart == "avoid"
    await page.set_viewport_size({"width": 688, "height": 1016})  # what the margins leave of A4
    await _is_not_wider_than_its_sheet(page)


async def test_a_counter_is_not_for_paper(people: People, office: Office) -> None:
    ticket = await office.take(need="pregnant")
    await office.employ()
    page = await people.enter("/queue/sign-in", DESK)
    await sign_in(page, office, "sari")
    await page.goto(f"/queue/counters/{COUNTER}")
    await expect(page.locator("main")).to_contain_text(ticket.number)
    assert await sheets(page) == [A4]
    await page.emulate_media(media="print")
    shown = await page.locator("main").inner_text()
    assert shown.strip() == await page.locator("p.printed").inner_text()
    assert ticket.number not in shown


async def _fits_its_strip(page: Page) -> None:
    """Also with a word that no strip is wide enough for."""
    await page.locator(".paper-office").evaluate("(name) => { name.textContent = 'Pertanggungjawaban'.repeat(4); }")
    printed: dict[str, Any] = await page.evaluate(_PRINTED)
    assert printed["left"] >= 0
    assert printed["right"] <= 80 - 2 * MARGIN
    assert printed["inner"] <= 80
    assert printed["code"] >= CODE_LEAST


async def _is_not_wider_than_its_sheet(page: Page) -> None:
    width = await page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert width[0] <= width[1]


async def sheets(page: Page) -> list[tuple[int, int]]:
    """Width and height in millimetres of each sheet that a page is printed on."""
    pdf = await page.pdf(prefer_css_page_size=True)
    sizes = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    return [(round(float(width) / 72 * 25.4), round(float(height) / 72 * 25.4)) for width, height in sizes]
