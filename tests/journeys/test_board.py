"""The lobby board: what it shows, from how far it can be read, and what it does when the server goes."""

import re
from dataclasses import replace

import pytest
from playwright.async_api import Page, expect

from services.queue.demo import demo_office
from shared.contracts.queue import CounterPlan, Text
from tests.chaos.programs import Program
from tests.journeys.browser import DESK, PHONE, SECONDS, WALL, Device, People
from tests.journeys.looks import axe_faults, layout_faults
from tests.journeys.running import COUNTER, RENEWAL, SKCK, SKCK_COUNTER, Office, Site

COUNTERS = 8
"""As many as the board shows, which is as many as a large office has."""
RECONNECT_SECONDS = 60.0
"""A page tries again after longer and longer pauses, at most half a minute."""


async def shows(page: Page, *calls: str, within: float = SECONDS) -> None:
    """The board comes to show these calls, the latest first."""
    rows = page.locator("[data-live-list=calls] > li")
    told = [re.compile(rf"^\s*{re.escape(call)}\s*$") for call in calls]
    await expect(rows).to_have_text(told, timeout=within * 1000)


async def shows_waiting(page: Page, service: str, waiting: int) -> None:
    """The board comes to tell how many wait for a service."""
    row = page.locator("[data-live-list=services] > li").filter(has_text=re.compile(rf"^\s*{re.escape(service)}"))
    await expect(row.locator("strong")).to_have_text(str(waiting))


@pytest.mark.parametrize("device", [PHONE, DESK, WALL], ids=str)
async def test_calls_appear_by_themselves(people: People, office: Office, device: Device) -> None:
    for service in (RENEWAL, RENEWAL, SKCK):
        await office.take(service)
    page = await people.enter(office.board, device)
    two, three = (office.counter_name(counter, device.language) for counter in (COUNTER, SKCK_COUNTER))
    renewal = office.service_name(RENEWAL, device.language)
    await expect(page.locator(".board-quiet")).to_be_visible()
    await shows_waiting(page, renewal, 2)

    await office.call()
    await shows(page, f"B-001 {two}")
    await expect(page.locator("main")).to_have_attribute("data-fresh", "")
    await expect(page.locator(".board-quiet")).to_be_hidden()
    await shows_waiting(page, renewal, 1)
    await office.call(SKCK_COUNTER)
    await shows(page, f"C-001 {three}", f"B-001 {two}")
    await office.serve()
    await office.finish()
    await office.call()
    await shows(page, f"B-002 {two}", f"C-001 {three}")
    await expect(page.get_by_role("status").and_(page.locator("[data-announce]"))).to_contain_text("B-002")
    await page.reload()
    await shows(page, f"B-002 {two}", f"C-001 {three}")


async def test_a_board_without_scripts_shows_the_truth_when_it_is_loaded(people: People, office: Office) -> None:
    await office.take()
    page = await people.enter(office.board, replace(WALL, scripts=False))
    await expect(page.locator(".board-quiet")).to_be_visible()
    await office.call()
    await page.reload()
    await shows(page, "B-001 Loket 2")
    assert await page.locator("noscript").inner_html() == '<meta http-equiv="refresh" content="10">'


@pytest.mark.parametrize("device", [DESK, WALL], ids=str)
async def test_a_full_board_is_read_from_across_the_lobby(people: People, site: Site, device: Device) -> None:
    plan = demo_office(always_open=True).plan
    counters = [
        CounterPlan(f"loket-{n}", Text(f"Loket {n}", f"Counter {n}"), (RENEWAL,)) for n in range(1, COUNTERS + 1)
    ]
    office = await site.open_office(replace(plan, counters=tuple(counters)))
    page = await people.enter(office.board, device)
    for counter in counters:
        await office.take()
        await office.call(counter.id)
    await expect(page.locator("[data-live-list=calls] > li")).to_have_count(COUNTERS)

    assert not await layout_faults(page)
    heights = await page.evaluate(_HEIGHTS)
    assert heights["latest"] >= 0.25, heights
    assert heights["latest_counter"] >= 0.08, heights
    assert heights["other"] >= 0.045, heights
    assert heights["other_counter"] >= 0.03, heights
    assert heights["waiting"] >= 0.018, heights
    assert await page.evaluate("document.documentElement.scrollHeight <= innerHeight"), "nobody scrolls a wall"


_HEIGHTS = """() => Object.fromEntries(Object.entries({
  latest: "li:nth-of-type(1) .board-number", latest_counter: "li:nth-of-type(1) .board-counter",
  other: "li:nth-of-type(8) .board-number", other_counter: "li:nth-of-type(8) .board-counter", waiting: ".board-unit",
}).map(([name, selector]) => {
  return [name, parseFloat(getComputedStyle(document.querySelector(selector)).fontSize) / innerHeight];
}))"""
"""How large letters are, as shares of the screen."""


async def test_a_board_outlives_its_server(people: People, office: Office, hasty_api: Program) -> None:
    await office.take()
    page = await people.enter(office.board, WALL, base=hasty_api.address)
    await expect(page.locator("html")).to_have_attribute("data-line", "on")

    hasty_api.kill()
    offline = page.get_by_role("status").filter(has_text="Tidak ada koneksi sejak")
    await expect(offline).to_be_visible()
    await expect(offline.locator("time")).to_have_text(re.compile(r"^\d\d\.\d\d$"))
    assert not await axe_faults(page)
    await office.call()
    await expect(page.locator(".board-quiet")).to_be_visible()
    hasty_api.start()
    await hasty_api.ready()
    await shows(page, "B-001 Loket 2", within=RECONNECT_SECONDS)
    await expect(page.locator("[data-offline]")).to_be_hidden()


async def test_a_board_has_the_clock_of_its_office_and_a_sound(people: People, office: Office) -> None:
    page = await people.enter(office.board, WALL)
    now = await page.evaluate(
        "new Intl.DateTimeFormat('id', { timeZone: 'Asia/Makassar', hour: '2-digit' }).format(new Date())"
    )
    await expect(page.locator("#clock")).to_have_text(re.compile(rf"^{now}\.\d\d$"))
    sound = page.get_by_role("button", name="Suara")
    await expect(sound).to_have_attribute("aria-pressed", "false")
    await sound.click()
    await expect(sound).to_have_attribute("aria-pressed", "true")
