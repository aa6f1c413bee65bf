"""The AsyncAPI documents are valid to the official schema and agree with what the services do."""

import json
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, Draft202012Validator

from shared.contracts.catalogue import Publisher, publishers
from shared.contracts.publish import ASYNCAPI, generated, partitions

OFFICIAL = Path(__file__).parent / "official" / "asyncapi-3.0.0.json"

every_service = pytest.mark.parametrize(
    "publisher", [told for told in publishers() if told.is_service], ids=lambda publisher: publisher.service
)
every_publisher = pytest.mark.parametrize("publisher", list(publishers()), ids=lambda publisher: publisher.service)


@cache
def _document(publisher: Publisher) -> Any:
    return json.loads(generated(publisher)[ASYNCAPI])


@every_publisher
def test_is_valid_to_the_official_schema(publisher: Publisher) -> None:
    errors = Draft7Validator(json.loads(OFFICIAL.read_bytes())).iter_errors(_document(publisher))
    assert [f"{error.json_path}: {error.message[:200]}" for error in errors] == []


@every_publisher
def test_every_reference_leads_somewhere(publisher: Publisher) -> None:
    document = _document(publisher)
    for reference in _references(document):
        assert _found(document, reference), reference


@every_service
def test_operations_are_what_the_routes_handle(publisher: Publisher) -> None:
    routes = import_module(f"services.{publisher.service}.routes").ROUTES
    assert set(publisher.commands) == set(routes.commands)
    assert set(publisher.reactions) == set(routes.reactions)
    assert routes.refused in publisher.events
    operations = _document(publisher)["operations"]
    assert _names(publisher, operations["receiveCommands"]) == {command.type() for command in routes.commands}
    assert _names(publisher, operations["sendEvents"]) == {event.type() for event in publisher.events}


@every_publisher
def test_each_message_shows_an_example_that_fits_its_own_schemas(publisher: Publisher) -> None:
    document = _document(publisher)
    shown = {label: message for label, message in document["components"]["messages"].items() if label != "DeadLetter"}
    assert shown.keys() >= {message.label() for message in publisher.messages()}
    for message in shown.values():
        (example,) = message["examples"]
        (trait,) = message["traits"]
        for schema, value in (
            (message["payload"], example["payload"]),
            (message["headers"], example["headers"]),
            (_found(document, trait["$ref"])["headers"], example["headers"]),
        ):
            Draft202012Validator({"components": document["components"], "allOf": [schema]}).validate(value)
        assert message["bindings"]["kafka"]["key"]["examples"]


@every_service
def test_channels_have_the_partitions_they_are_created_with(publisher: Publisher) -> None:
    declared = partitions()
    for channel in _document(publisher)["channels"].values():
        assert channel["bindings"]["kafka"]["partitions"] == declared[channel["address"]]


@every_publisher
def test_is_the_same_every_time(publisher: Publisher) -> None:
    assert generated(publisher) == generated(publisher)


def _names(publisher: Publisher, operation: Any) -> set[str]:
    document = _document(publisher)
    channel = _found(document, operation["channel"]["$ref"])
    for message in operation["messages"]:
        assert _found(document, message["$ref"]) in channel["messages"].values()
    return {_found(document, _found(document, m["$ref"])["$ref"])["name"] for m in operation["messages"]}


def _references(node: Any) -> list[str]:
    if isinstance(node, list):
        return [reference for part in node for reference in _references(part)]
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [reference for part in node.values() for reference in _references(part)]
    return []


def _found(document: Any, reference: str) -> Any:
    node = document
    for step in reference.removeprefix("#/").split("/"):
        node = node[step]
    return node
