"""The schemas say what the models do, and say it to others."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from shared.contracts.catalogue import publishers
from shared.contracts.message import Message
from shared.contracts.schema import render, writer_schema

MESSAGES = [message for publisher in publishers() for message in publisher.messages()]
every_message = pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.label())


@every_message
def test_is_a_valid_schema_under_the_name_that_messages_carry(message: type[Message]) -> None:
    schema = writer_schema(message)
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == message.dataschema()
    assert schema["title"] == message.label().partition(".")[0]


@every_message
def test_says_what_the_message_is_for(message: type[Message]) -> None:
    schema = writer_schema(message)
    assert schema["description"]
    assert all(part["description"] for part in schema.get("$defs", {}).values())


@every_message
def test_no_object_is_open(message: type[Message]) -> None:
    assert all(node["additionalProperties"] is False for node in _nodes(writer_schema(message)) if "properties" in node)


@every_message
def test_is_the_same_every_time(message: type[Message]) -> None:
    assert render(writer_schema(message)) == render(writer_schema(message))


def _nodes(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, list):
        return [found for part in node for found in _nodes(part)]
    if isinstance(node, dict):
        return [node, *(found for part in node.values() for found in _nodes(part))]
    return []
