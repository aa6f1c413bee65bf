"""Interface descriptions can be read by people, on our own page."""

from pathlib import Path
from typing import Any

from httpx import AsyncClient

from shared.web.app import WebService, create_app
from shared.web.reference import of_asyncapi, of_openapi
from tests.web.conftest import SECRET, client_of, nothing_to_open, router

ASYNCAPI: dict[str, Any] = {
    "asyncapi": "3.0.0",
    "channels": {
        "commands": {
            "address": "demo.commands.v1",
            "messages": {"CallNext": {"$ref": "#/components/messages/CallNext"}},
        }
    },
    "operations": {"receiveCommands": {"action": "receive", "channel": {"$ref": "#/channels/commands"}}},
    "components": {
        "messages": {
            "CallNext": {"name": "CallNext", "payload": {"$ref": "#/components/schemas/CallNext"}},
            "Loop": {"$ref": "#/components/messages/Loop"},
        },
        "schemas": {
            "CallNext": {
                "description": "Call the next person.",
                "required": ["counter"],
                "properties": {
                    "counter": {"type": "string", "description": "Where."},
                    "phone": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                    "kinds": {"type": "array", "items": {"enum": ["a", "b"]}},
                },
            }
        },
    },
}


def test_the_bus_is_laid_out_by_topic() -> None:
    (group,) = of_asyncapi(ASYNCAPI).groups
    (operation,) = group.operations
    assert group.name == "demo.commands.v1"
    assert (operation.verb, operation.address, operation.description) == (
        "accepts",
        "CallNext",
        "Call the next person.",
    )
    assert [(f.name, f.type, f.needed) for f in operation.fields] == [
        ("counter", "string", True),
        ("phone", "string | null", False),
        ("kinds", "[a | b]", False),
    ]


def test_a_document_that_points_in_circles_ends() -> None:
    channel = {"address": "a", "messages": {"Loop": {"$ref": "#/components/messages/Loop"}}}
    document = {**ASYNCAPI, "channels": {"commands": channel}}
    assert of_asyncapi(document).groups[0].operations[0].fields == ()


async def test_http_is_laid_out_by_resource(client: AsyncClient) -> None:
    document = (await client.get("/demo/openapi.json")).json()
    groups = {group.name: group.operations for group in of_openapi(document).groups}
    assert set(groups) == {"orders", "fail"}
    (order,) = groups["orders"]
    assert (order.verb, order.address) == ("POST", "/demo/api/v1/orders")
    assert [(f.name, f.needed) for f in order.fields] == [("name", True), ("count", False)]


async def test_the_page_and_the_documents_are_served() -> None:
    service = WebService("demo", "Demo", Path(__file__).parent / "demo", [router], asyncapi=lambda: ASYNCAPI)
    async with client_of(create_app(service, secret_key=SECRET, lifespan=nothing_to_open)) as client:
        assert (await client.get("/demo/asyncapi.json")).json() == ASYNCAPI
        page = (await client.get("/demo/api")).text
    assert "CallNext" in page
    assert "/demo/api/v1/orders" in page
