"""A running queue that the tests of its entry points share, and an office of one's own in it."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from httpx import AsyncClient

from shared.auth.limits import MemoryAttemptStore, Rule, SignInLimits
from tests.queue.phones import Phones, phones_of
from tests.queue.running import HTML, Office, Officer, Site, in_own_task, running
from tests.queue.stored import Place, stored
from tests.support.installation import fresh_settings, installed


@pytest.fixture(scope="package")
async def site(kafka_address: str, mongo_address: str) -> AsyncIterator[Site]:
    """A queue that runs for all tests of the folder, and no longer: what idles slows the others down."""
    async with (
        installed(fresh_settings(kafka_address, mongo_address), ["queue"]) as settings,
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
async def phones(site: Site) -> AsyncIterator[Phones]:
    """Telephones to which codes are sent: numbers are proven meanwhile."""
    async with phones_of(site) as phones:
        yield phones


@pytest.fixture
async def office(site: Site) -> Office:
    """An office with two services and three counters that never closes."""
    return await site.open_office()


@pytest.fixture
async def officer(office: Office) -> AsyncIterator[Officer]:
    """Somebody of the office's staff, signed in."""
    async with office.officer() as officer:
        yield officer


@pytest.fixture
async def manager(office: Office) -> AsyncIterator[Officer]:
    """The office's desk manager, signed in."""
    async with office.officer("maria", role="manager") as manager:
        yield manager


@pytest.fixture
def long_waits(site: Site) -> Iterator[None]:
    """Who failed five times to sign in waits for longer than any test takes, on however slow a machine."""
    rule = Rule(5, timedelta(hours=1), timedelta(hours=1), timedelta(hours=2))
    limits = SignInLimits(MemoryAttemptStore(), site.queue.clock, key=b"a key for tests", pair=rule)
    before = site.staff
    site.app.state.staff = replace(before, sign_in_limits=limits)
    yield
    site.app.state.staff = before


@pytest.fixture
async def place(mongo_address: str) -> AsyncIterator[Place]:
    """A queue's database without its processes."""
    async with stored(mongo_address) as place:
        yield place
