"""What comes out of a printer: a ticket on a strip of 80 mm, a procedure on a sheet of A4, and nothing cut off."""

import re
from typing import Any

from playwright.async_api import Page, expect

from tests.journeys.browser import Device, People
from tests.journeys.running import RENEWAL, Office

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
    assert await sheets(page) == {STRIP_SIZE}
    await page.emulate_media(media="print")
    await expect(page.locator(".paper-number")).to_have_text(ticket.number)
    # The longest number that there can be, and a word that no strip is wide enough for.
    await page.locator(".paper-number").evaluate("(number) => { number.textContent = 'W-10000'; }")
    await page.locator(".paper-office").evaluate("(name) => { name.textContent = 'Pertanggungjawaban'.repeat(4); }")
    printed: dict[str, Any] = await page.evaluate(_PRINTED)
    assert printed["left"] >= 0
    assert printed["right"] <= 80 - 2 * MARGIN
    assert printed["inner"] <= 80
    assert printed["code"] >= CODE_LEAST


async def test_a_procedure_is_a_sheet_that_says_where_the_current_one_is(people: People, office: Office) -> None:
    page = await people.enter(f"/queue/procedures/{office.id}/{RENEWAL}")
    assert await sheets(page) == {A4}
    await page.emulate_media(media="print")
    await expect(page.locator(".page-address")).to_have_text(page.url)
    await expect(page.locator(".open-now")).to_be_hidden()  # it is not true any more when somebody reads it
    width = await page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert width[0] <= width[1]


async def sheets(page: Page) -> set[tuple[int, int]]:
    """Width and height in millimetres of the sheets that a page is printed on."""
    pdf = await page.pdf(prefer_css_page_size=True)
    sizes = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    return {(round(float(width) / 72 * 25.4), round(float(height) / 72 * 25.4)) for width, height in sizes}
