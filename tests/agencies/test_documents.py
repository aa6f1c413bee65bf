"""The interface that agencies are told of, as it is served."""

import json
from collections.abc import AsyncIterator

import pytest
from httpx import AsyncClient

from shared.contracts.reference import asyncapi_document
from tests.reports.running import Site
from tests.support.site import of


@pytest.fixture
async def engineer(site: Site) -> AsyncIterator[AsyncClient]:
    """Somebody who has nothing yet but the address."""
    async with site.client() as client:
        yield client


async def test_the_document_and_each_of_its_messages_are_served(engineer: AsyncClient) -> None:
    document = of(await engineer.get("/reports/agencies/asyncapi.json"), 200)
    assert document == json.loads(asyncapi_document("share"))
    assert set(document["channels"]) == {
        "share.{agency}.incidents.v1",
        "share.{agency}.incident-state.v1",
        "agency.{agency}.commands.v1",
    }
    for label in document["components"]["messages"]:
        served = of(await engineer.get(f"/reports/agencies/schemas/{label}.json"), 200)
        assert served["additionalProperties"] is False
    assert (await engineer.get("/reports/agencies/schemas/TicketTaken.v1.json")).status_code == 404
