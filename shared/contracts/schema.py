"""JSON Schemas (2020-12) of the messages, as their writer promises to write them.

Invariants: closed (no object allows a field that is not described, so a writer's misspelling is found);
the same models give the same bytes; `$id` is the CloudEvents `dataschema`. Readers are tolerant all the same:
the schema binds who writes.
"""

import json
from collections.abc import Iterator
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from shared.contracts.message import Message

Schema = dict[str, Any]


class _Writer(GenerateJsonSchema):
    """Pydantic's generator, made strict about what it allows and quiet about what it only repeats."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """No: a title derived from the field's name says nothing new."""
        return False

    def time_schema(self, schema: core_schema.TimeSchema) -> JsonSchemaValue:
        """A local time of day. JSON Schema's own `time` format demands an offset from UTC, which has no place here."""
        return {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$"}


def writer_schema(message: type[Message]) -> Schema:
    """The closed schema of a message's data."""
    generated = TypeAdapter(message).json_schema(mode="serialization", schema_generator=_Writer)
    for node in _objects(generated):
        node.setdefault("additionalProperties", False)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": message.dataschema(),
        **generated,
        "title": message.label().partition(".")[0],
    }


def render(document: Any) -> bytes:
    """A document as it is committed: stable, readable, ending in a newline."""
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _objects(node: Any) -> Iterator[Schema]:
    """Every part of a schema that describes an object by its fields."""
    if isinstance(node, dict):
        if "properties" in node:
            yield node
        for part in node.values():
            yield from _objects(part)
    elif isinstance(node, list):
        for part in node:
            yield from _objects(part)
