"""A phone that lost its line: it says so, and is right again by itself once the line is back."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from tests.journeys.browser import People
from tests.journeys.citizen import Citizen
from tests.journeys.looks import axe_faults
from tests.journeys.running import COUNTER, Office, Site
from tests.support.proxy import Proxy

_SEEN = "Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => '%s' })"
_TOLD = "document.dispatchEvent(new Event('visibilitychange'))"
_SLEEP = f"() => {{ {_SEEN % 'hidden'}; {_TOLD}; }}"
_WAKE = f"() => {{ {_SEEN % 'visible'}; {_TOLD}; }}"


@pytest.fixture
async def line(site: Site) -> AsyncIterator[Proxy]:
    """What lies between a phone and the office."""
    proxy = Proxy("127.0.0.1", site.api.port)
    await proxy.open()
    yield proxy
    await proxy.cut()


async def holder(people: People, office: Office, line: Proxy) -> Citizen:
    """Somebody behind one other, who looks at their ticket over the line."""
    await office.take()
    citizen = await Citizen.with_ticket(people, office, await office.take(), base=f"http://{line.address}")
    await citizen.sees_people_ahead(1)
    await expect(citizen.page.locator("html")).to_have_attribute("data-line", "on")
    return citizen


async def says_that_it_is_offline(page: Page) -> None:
    """The page warns that what it shows may be old, for everybody to see."""
    await expect(page.get_by_role("status").filter(has_text="Tidak ada koneksi")).to_be_visible()
    assert not await axe_faults(page)


async def is_right_again(citizen: Citizen) -> None:
    """It shows what happened meanwhile, and warns no more."""
    await expect(citizen.page.locator("[data-offline]")).to_be_hidden()
    where = citizen.office.counter_name(COUNTER, citizen.device.language)
    await citizen.sees("called", citizen.says("It is your turn"), where)


async def both_are_called(office: Office) -> None:
    """What the phone misses."""
    await office.serve_next()
    await office.call()


async def test_a_phone_without_a_network(people: People, office: Office, line: Proxy) -> None:
    citizen = await holder(people, office, line)
    await citizen.page.context.set_offline(True)
    await says_that_it_is_offline(citizen.page)
    await both_are_called(office)
    await expect(citizen.page.locator("[data-bind=ahead]")).to_have_text("1")
    await citizen.page.context.set_offline(False)
    await is_right_again(citizen)


async def test_a_line_that_breaks(people: People, office: Office, line: Proxy) -> None:
    citizen = await holder(people, office, line)
    await line.cut()
    await both_are_called(office)
    await says_that_it_is_offline(citizen.page)
    await line.open()
    await is_right_again(citizen)


async def test_a_line_that_is_dead_without_having_been_closed(people: People, office: Office, line: Proxy) -> None:
    citizen = await holder(people, office, line)
    await citizen.page.clock.install()
    await citizen.page.reload()
    await citizen.sees_people_ahead(1)
    line.freeze()
    await both_are_called(office)
    await citizen.page.clock.fast_forward("00:45")  # more than two heartbeats
    await says_that_it_is_offline(citizen.page)
    line.thaw()
    await is_right_again(citizen)


async def test_a_phone_that_wakes_up_asks_at_once(people: People, office: Office, line: Proxy) -> None:
    citizen = await holder(people, office, line)
    await citizen.page.clock.install()
    await citizen.page.reload()
    await citizen.sees_people_ahead(1)
    await citizen.page.clock.fast_forward("00:20")
    async with citizen.page.expect_request("**/stream?lang=id"):
        await citizen.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await both_are_called(office)
    await is_right_again(citizen)


async def test_a_phone_that_slept_an_hour_is_right_again(people: People, office: Office, line: Proxy) -> None:
    citizen = await holder(people, office, line)
    await citizen.page.clock.install()
    await citizen.page.reload()
    await citizen.sees_people_ahead(1)
    await citizen.page.evaluate(_SLEEP)
    line.freeze()  # nothing that is sent to a sleeping phone arrives
    await both_are_called(office)
    await citizen.page.clock.fast_forward("01:00:00")
    line.thaw()
    await citizen.page.evaluate(_WAKE)
    await is_right_again(citizen)


async def test_a_page_that_was_left_and_is_gone_back_to(people: People, office: Office, line: Proxy) -> None:
    citizen = await holder(people, office, line)
    await citizen.page.goto("/queue/")
    await both_are_called(office)
    await citizen.page.go_back()
    await is_right_again(citizen)
