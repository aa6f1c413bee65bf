"""`python -m tests.screenshots [FOLDER]`: one person's call as the phone, the lobby and the officer see it.

What is seen is the same each time: the numbers follow from what is done, and the clock is told what time it is.
"""

import asyncio
import base64
import sys
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory

from playwright.async_api import Browser, Page

from services.queue.demo import demo_office
from tests.journeys.browser import Device, People, chromium, chromium_path
from tests.journeys.places import NEW_SIM, NEW_SIM_COUNTER, sign_in
from tests.journeys.running import COUNTER, SKCK, SKCK_COUNTER, Office, Site, Ticket, running
from tests.support.installation import fresh_settings, installed
from tests.support.servers import shared_kafka, shared_mongo

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
FRAME = Template((Path(__file__).parent / "frame.html").read_text(encoding="utf-8"))
WIDTH = 1400
MORNING = datetime(2026, 3, 2, 1, 17, tzinfo=UTC)
"""17 minutes past nine in Palu."""
PHONE, BOARD, COUNTER_SCREEN = Device(360, 780), Device(1280, 680), Device(1280, 780)
OFFICER = "rani.lestari"


async def main(folder: Path) -> None:
    """Make the picture."""
    path = chromium_path()
    if path is None:
        sys.exit("no Chromium here: install one (Debian: apt-get install chromium), or name it in CHROMIUM")
    with shared_kafka() as kafka, shared_mongo() as mongo, TemporaryDirectory() as logs:
        async with (
            chromium(path) as browser,
            installed(fresh_settings(kafka, mongo), ["queue"]) as settings,
            running(settings, Path(logs)) as site,
        ):
            people = People(browser, site.api.address)
            shots = await photographed(people, site)
            await people.leave()
            picture = await framed(browser, shots)
    target = folder / "queue.png"
    target.write_bytes(picture)
    print(f"{target}: {len(picture) // 1024} KB")  # noqa: T201  # this is its purpose


async def photographed(people: People, site: Site) -> dict[str, bytes]:
    """The three pages at the moment of the call."""
    office = await site.set_up(demo_office(always_open=True).plan)
    ticket = await called(office)
    phone = await people.enter(ticket.path, PHONE)
    await phone.wait_for_selector("[data-line=on] [data-state=called]")
    board = await people.enter("about:blank", BOARD)
    await board.clock.set_fixed_time(MORNING)
    await board.goto(office.board)
    await board.wait_for_selector("[data-line=on] [data-state=calling]")
    await board.click("#sound")  # as in a lobby: it says that it is silent until somebody has
    counter = await people.enter("/queue/sign-in", COUNTER_SCREEN)
    await sign_in(counter, office, await office.employ(OFFICER, roles=("manager",)))
    await counter.goto(f"/queue/counters/{COUNTER}")
    await counter.wait_for_selector("[data-line=on] [data-state=called]")
    await counter.evaluate("document.activeElement.blur()")
    return {"phone": await shot(phone), "board": await shot(board), "counter": await shot(counter)}


async def called(office: Office) -> Ticket:
    """A morning until the moment at which somebody is called; returns their ticket."""
    tickets = [await office.take() for _ in range(14)]
    for _ in range(5):  # later than those, since counter 2 calls who has waited longest of either line
        await office.take(NEW_SIM)
    for _ in range(6):
        await office.take(SKCK)
    for _ in range(2):
        await office.serve_next(NEW_SIM_COUNTER)
    await office.call(NEW_SIM_COUNTER)
    await office.serve_next(SKCK_COUNTER)
    await office.call(SKCK_COUNTER)
    for _ in range(6):
        await office.serve_next()
    await office.call()
    await office.miss()
    await office.serve_next()
    number = await office.call()
    return next(ticket for ticket in tickets if ticket.number == number)


async def shot(page: Page) -> bytes:
    """What the window shows."""
    await page.evaluate("document.fonts.ready")
    return await page.screenshot()


async def framed(browser: Browser, shots: dict[str, bytes]) -> bytes:
    """All on one picture, side by side."""
    page = await browser.new_page(viewport={"width": WIDTH, "height": 100})
    addresses = {name: f"data:image/png;base64,{base64.b64encode(png).decode()}" for name, png in shots.items()}
    await page.set_content(FRAME.substitute({name: escape(address) for name, address in addresses.items()}))
    picture = await page.screenshot(full_page=True)
    await page.close()
    return picture


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER))
