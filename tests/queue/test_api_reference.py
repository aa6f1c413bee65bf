"""The interface describes itself: OpenAPI, AsyncAPI and every schema are served, valid, and true to the routes."""

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.openapi.models import OpenAPI
from fastapi.routing import APIRoute
from httpx import AsyncClient
from jsonschema import Draft7Validator, Draft202012Validator

from services.queue.entrypoints import api, streams
from services.queue.entrypoints.citizen import appointment_api, kiosk_api, phone_api, procedure_api
from services.queue.entrypoints.counter import counter_api
from services.queue.entrypoints.manager import figures_api, plan_api, trace_api
from services.queue.entrypoints.staff import RULES
from shared.contracts.catalogue import publisher
from shared.staff.routers import api_routers
from tests.contracts import official
from tests.queue.running import HTML, Office, of

ASYNCAPI_3 = Path(official.__path__[0]) / "asyncapi-3.0.0.json"
ROUTERS = (
    api.router,
    appointment_api.router,
    phone_api.router,
    kiosk_api.router,
    *api_routers(RULES),
    counter_api.router,
    figures_api.router,
    trace_api.router,
    plan_api.router,
    procedure_api.router,
    streams.router,
)
METHODS = {"get", "post", "put", "patch", "delete"}


async def test_the_openapi_document_is_valid_and_names_every_route(citizen: AsyncClient) -> None:
    document = of(await citizen.get("/queue/openapi.json"), 200)
    assert document["openapi"].startswith("3.1")
    OpenAPI.model_validate(document)
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    described = {(method, path) for path, item in document["paths"].items() for method in METHODS & item.keys()}
    served = {
        (method.lower(), route.path)
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    assert described == served
    assert all(path.startswith("/queue/api/v1/") for _, path in described)


async def test_every_reference_of_the_openapi_document_leads_somewhere(citizen: AsyncClient) -> None:
    document = of(await citizen.get("/queue/openapi.json"), 200)
    for reference in references(document):
        found = document
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]


async def test_an_answer_is_what_the_document_says(office: Office, citizen: AsyncClient) -> None:
    document = of(await citizen.get("/queue/openapi.json"), 200)
    ticket = await office.take(citizen)
    checked = {
        "TicketTakenOut": of(ticket, 201),
        "TicketOut": of(await citizen.get(ticket.headers["location"]), 200),
        "OfficeOut": of(await citizen.get(office.path), 200),
        "ServiceOut": of(await citizen.get(f"{office.path}/services/sim"), 200),
        "BoardOut": of(await citizen.get(f"{office.path}/board"), 200),
    }
    for name, told in checked.items():
        schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
        assert [error.message for error in Draft202012Validator(schema).iter_errors(told)] == [], name


async def test_the_asyncapi_document_is_valid_and_the_committed_one(citizen: AsyncClient) -> None:
    answer = await citizen.get("/queue/asyncapi.json")
    document = of(answer, 200)
    errors = Draft7Validator(json.loads(ASYNCAPI_3.read_bytes())).iter_errors(document)
    assert [error.message[:200] for error in errors] == []
    committed = Path(__file__).parents[2] / "shared/contracts/published/queue/asyncapi.json"
    assert document == json.loads(committed.read_bytes())


@pytest.mark.parametrize("label", [message.label() for message in publisher("queue").messages()])
async def test_every_message_has_its_schema_at_an_address(citizen: AsyncClient, label: str) -> None:
    schema = of(await citizen.get(f"/queue/schemas/{label}.json"), 200)
    Draft202012Validator.check_schema(schema)
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize("language", ["id", "en"])
async def test_there_is_a_page_to_read_it_on(citizen: AsyncClient, language: str) -> None:
    answer = await citizen.get("/queue/api", headers=HTML | {"accept-language": language})
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in answer.text
    for word in ("/queue/api/v1/tickets", "TakeTicket", "TicketTaken", "queue.commands.v1"):
        assert word in answer.text


def references(node: Any) -> list[str]:
    if isinstance(node, list):
        return [found for part in node for found in references(part)]
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [found for part in node.values() for found in references(part)]
    return []
