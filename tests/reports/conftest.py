"""A running reports service that the tests of its entry points share, and an office of one's own in it."""

from collections.abc import AsyncIterator

import pytest
from httpx import AsyncClient

from tests.reports.running import Office, Site, running
from tests.support.installation import fresh_settings, installed
from tests.support.site import HTML, in_own_task


@pytest.fixture(scope="package")
async def site(kafka_address: str, mongo_address: str) -> AsyncIterator[Site]:
    """A reports service that runs for all tests of the folder, and no longer: what idles slows the others down."""
    async with (
        installed(fresh_settings(kafka_address, mongo_address), ["reports"]) as settings,
        in_own_task(running(settings)) as site,
    ):
        yield site


@pytest.fixture
async def citizen(site: Site) -> AsyncIterator[AsyncClient]:
    """A program of a citizen: it brings no cookie of anybody's."""
    async with site.client() as client:
        yield client


@pytest.fixture
async def browser(site: Site) -> AsyncIterator[AsyncClient]:
    """A browser without JavaScript that follows redirects and keeps cookies."""
    async with site.client(headers=HTML, follow_redirects=True) as client:
        yield client


@pytest.fixture
async def office(site: Site) -> Office:
    """An office whose desk can be reported to at any time."""
    return await site.open_office()


@pytest.fixture
async def dispatcher(office: Office) -> AsyncIterator[AsyncClient]:
    """Somebody at the office's desk, signed in."""
    async with office.staff() as client:
        yield client
