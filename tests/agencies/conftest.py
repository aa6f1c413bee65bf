"""A running reports service of these tests' own, and an office in it."""

from collections.abc import AsyncIterator

import pytest
from prometheus_client import CollectorRegistry

from tests.reports.conftest import citizen, office
from tests.reports.running import Site, running
from tests.support.installation import fresh_settings, installed
from tests.support.site import in_own_task

__all__ = ["citizen", "office"]


@pytest.fixture(scope="session")
async def site(kafka_address: str, mongo_address: str) -> AsyncIterator[Site]:
    """A reports service that runs for the whole session."""
    async with (
        installed(fresh_settings(kafka_address, mongo_address), ["reports"]) as settings,
        in_own_task(running(settings, registry=CollectorRegistry())) as site,
    ):
        yield site
