"""One browser and one running queue for all journeys, and people who use them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.chaos.programs import Program, started
from tests.journeys import reports_running
from tests.journeys.browser import SECONDS, People, chromium, chromium_path
from tests.journeys.running import Office, Site, running
from tests.queue.running import in_own_task
from tests.support.installation import fresh_settings, installed

expect.set_options(timeout=SECONDS * 1000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A journey that fails is made once more: a browser that shares two cores with all servers stumbles at times.

    The report tells of it (`rerun`); what is wrong with a page fails twice.
    """
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="package")
async def browser() -> AsyncIterator[Browser]:
    """The one browser."""
    path = chromium_path()
    if path is None:
        pytest.skip("no Chromium here: install one (Debian: apt-get install chromium), or name it in CHROMIUM")
    async with in_own_task(chromium(path)) as browser:
        yield browser


@pytest.fixture(scope="package")
async def site(
    browser: Browser, kafka_address: str, mongo_address: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Site]:
    """The one queue. Asks for the browser, so that nothing is started in vain."""
    logs = tmp_path_factory.mktemp("processes")
    async with (
        installed(fresh_settings(kafka_address, mongo_address), ["queue"]) as settings,
        in_own_task(running(settings, logs)) as site,
    ):
        yield site


@pytest.fixture
async def people(browser: Browser, site: Site) -> AsyncIterator[People]:
    """People with browsers. What was wrong with any page that they saw fails the test."""
    people = People(browser, site.api.address)
    yield people
    await people.leave()


@pytest.fixture(scope="package")
async def hasty_api(site: Site) -> AsyncIterator[Program]:
    """One more API process, that a test may kill and start again; it does not wait long for the worker."""
    api = site.another_api(wait_seconds=0.5)
    async with started(api):
        yield api


@pytest.fixture
async def office(site: Site) -> Office:
    """The demo's office, open day and night, under a name of its own."""
    return await site.open_office()


@pytest.fixture(scope="package")
async def reports_site(
    browser: Browser, kafka_address: str, mongo_address: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[reports_running.Site]:
    """The one reports service."""
    logs = tmp_path_factory.mktemp("reports")
    async with (
        installed(fresh_settings(kafka_address, mongo_address), ["reports"]) as settings,
        in_own_task(reports_running.running(settings, logs)) as site,
    ):
        yield site


@pytest.fixture
async def witnesses(browser: Browser, reports_site: reports_running.Site) -> AsyncIterator[People]:
    """People with browsers who have seen something. What was wrong with any page that they saw fails the test."""
    people = People(browser, reports_site.api.address)
    yield people
    await people.leave()


@pytest.fixture
async def desk(reports_site: reports_running.Site) -> reports_running.Office:
    """The demo's desk, under a name of its own."""
    return await reports_site.open_office()


@pytest.fixture
async def frail_api(reports_site: reports_running.Site) -> AsyncIterator[Program]:
    """One more API process of reports, that a test may kill and start again."""
    api = reports_site.another_api()
    async with started(api):
        yield api
