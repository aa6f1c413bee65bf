"""Every page in every state is whole, and for everybody: both languages, day and night, phone and desk, large text."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from playwright.async_api import Browser, Page

from tests.journeys.browser import DESK, NOWHERE, PHONE, People, chromium, chromium_path
from tests.journeys.citizen_places import CITIZEN_PLACES, KIOSK, book_some, open_kiosk
from tests.journeys.looks import axe_faults, frame_faults, layout_faults, widen_numbers, word_faults
from tests.journeys.places import BOSS, NEWCOMER, PLACES, Morning, morning, sign_in
from tests.journeys.running import Site
from tests.queue.running import in_own_task

TINY = 320
"""A desk's window at 400 %. WCAG 2.2, 1.4.10."""
LANGUAGES = ["id", "en"]
EVERYWHERE = {**PLACES, **CITIZEN_PLACES}


@pytest.fixture(scope="module")
async def scene(site: Site, browser: Browser) -> Morning:
    """What there is to be seen, and the staff signed in: one of them on two devices."""
    scene = await morning(site)
    staff = People(browser, site.api.address)
    for username in (BOSS, BOSS, NEWCOMER):
        page = await staff.enter("/queue/sign-in")
        await sign_in(page, scene.busy, username)
        scene.cookies[username] = list(await page.context.cookies())
    scene.cookies[KIOSK] = list(await (await open_kiosk(staff, scene.busy)).context.cookies())
    scene.appointments.update(await book_some(scene.busy))
    await staff.leave()
    return scene


@pytest.fixture(scope="module")
async def large_text(browser: Browser) -> AsyncIterator[Browser]:
    """A browser whose reader has set text to twice its size. WCAG 2.2, 1.4.4."""
    path = chromium_path()
    assert path, "the other browser has been found"
    async with in_own_task(chromium(path, "--blink-settings=defaultFontSize=32")) as larger:
        yield larger


async def _sizes(page: Page) -> AsyncIterator[str]:
    for device in (PHONE, DESK):
        await page.set_viewport_size(device.viewport)
        yield f"at {device.width} px"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("place", EVERYWHERE)
async def test_a_page_is_for_everybody(people: People, scene: Morning, place: str, language: str) -> None:
    page = await people.enter(NOWHERE, replace(PHONE, language=language))
    await EVERYWHERE[place].look(page, scene)
    faults = await word_faults(page, language) + await frame_faults(page, language)
    async for size in _sizes(page):
        faults += [f"{size}: {fault}" for fault in await layout_faults(page)]
        faults += [f"{size}: {fault}" for fault in await axe_faults(page)]
        await page.emulate_media(color_scheme="dark")
        faults += [f"{size}, dark: {fault}" for fault in await axe_faults(page, only_colours=True)]
        await page.emulate_media(color_scheme="light")
    await page.set_viewport_size({"width": TINY, "height": PHONE.height})
    await widen_numbers(page)
    faults += [f"at {TINY} px: {fault}" for fault in await layout_faults(page)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("place", EVERYWHERE)
async def test_a_page_fits_with_text_twice_as_large(
    large_text: Browser, site: Site, scene: Morning, place: str
) -> None:
    readers = People(large_text, site.api.address)
    page = await readers.enter(NOWHERE, PHONE)
    await EVERYWHERE[place].look(page, scene)
    faults = []
    async for size in _sizes(page):
        faults += [f"{size}: {fault}" for fault in await layout_faults(page)]
    await readers.leave()
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_titles_tell_pages_apart(people: People, scene: Morning, language: str) -> None:
    titles: dict[str, str] = {}
    page = await people.enter(NOWHERE, replace(DESK, language=language))
    for name in ("start", "office", "service", "ticket-waiting", "board", "sign-in", "counters", "counter-idle",
                 "staff", "person", "sessions", "password", "interfaces", "not-found", "calendar", "appointment-booked",
                 "appointment-move", "kiosk", "kiosk-needs", "kiosk-ticket", "kiosk-elsewhere", "kiosks"):  # fmt: skip
        await page.context.clear_cookies()
        await EVERYWHERE[name].look(page, scene)
        titles[name] = await page.title()
    assert len(set(titles.values())) == len(titles), titles
    assert all(title.endswith(" · Kentongan") for title in titles.values()), titles


async def test_the_watch_sees_what_must_not_happen(people: People) -> None:
    page = await people.enter("/queue/")
    async with page.expect_event("console"):
        await page.evaluate("document.body.append(Object.assign(new Image(), { src: 'https://elsewhere.invalid/' }))")
    with pytest.raises(AssertionError, match="Content Security Policy"):
        await people.leave()
