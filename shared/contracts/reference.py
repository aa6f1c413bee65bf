"""The committed contracts as they are served: the files themselves, and what a readable page shows of them.

Read from the committed files alone, so that a process tells what was promised and not what it was built from.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from shared.contracts.publish import ASYNCAPI, FOLDER
from shared.contracts.schema import Schema

_LIMITS = {
    "pattern": "matches {}",
    "format": "format {}",
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
}


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One row of a table of fields."""

    path: str
    """`plan.services[].prefix`."""
    type: str
    """`string`, `list of Text`, `string or null`, `"id" or "en"`."""
    required: bool
    limits: str
    """`at most 64 characters, matches ^[A-Z]$`."""
    default: str
    """As JSON; empty where there is none."""
    description: str

    @property
    def depth(self) -> int:
        """0 for a field of the message itself."""
        return self.path.count(".")


@dataclass(frozen=True, slots=True)
class MessageEntry:
    """A message and all that a stranger needs to read or write it."""

    label: str
    """`TicketTaken.v1`: also its name for `schema` and an anchor on the page."""
    type: str
    """Its `ce_type`; for a dead letter its name."""
    title: str
    description: str
    classification: str
    """`public`, `internal` or `personal`; empty for a dead letter."""
    key: str
    """What the partition key is."""
    example_key: str
    fields: tuple[FieldRow, ...]
    headers: tuple[FieldRow, ...]
    """The whole envelope of this message."""
    example_headers: tuple[tuple[str, str], ...]
    example: str
    """Its data as indented JSON."""


@dataclass(frozen=True, slots=True)
class TopicEntry:
    """A topic, from the service's side."""

    name: str
    title: str
    description: str
    direction: Literal["receive", "send"]
    summary: str
    """What the service does with it."""
    partitions: int | None
    messages: tuple[MessageEntry, ...]


@dataclass(frozen=True, slots=True)
class ContractPage:
    """A service's interface on the bus."""

    service: str
    title: str
    description: str
    topics: tuple[TopicEntry, ...]


@cache
def asyncapi_document(service: str) -> bytes:
    """The service's AsyncAPI document. Raises `KeyError` where there is no such service."""
    return _file(service, ASYNCAPI)


@cache
def schema(service: str, label: str) -> bytes:
    """The JSON Schema of a message such as `TicketTaken.v1`. Raises `KeyError` where there is none."""
    return _file(service, f"{label}.json")


@cache
def contract_page(service: str) -> ContractPage:
    """What a readable page of the interface shows. Raises `KeyError` where there is no such service."""
    document: Schema = json.loads(asyncapi_document(service))
    return ContractPage(
        service=service,
        title=document["info"]["title"],
        description=document["info"]["description"],
        topics=tuple(_topic(document, operation) for operation in document["operations"].values()),
    )


def _file(service: str, name: str) -> bytes:
    """A committed file by its name, which may come from a request: what is not listed does not exist."""
    for path in FOLDER.glob("*/*.json"):
        if (path.parent.name, path.name) == (service, name):
            return path.read_bytes()
    raise KeyError(f"{service}/{name}")


def _topic(document: Schema, operation: Schema) -> TopicEntry:
    channel = _resolved(document, operation["channel"])
    return TopicEntry(
        name=channel["address"],
        title=channel["title"],
        description=channel["description"],
        direction=operation["action"],
        summary=operation["summary"],
        partitions=channel["bindings"]["kafka"].get("partitions"),
        messages=tuple(
            _message(document, label, _resolved(document, reference))
            for label, reference in channel["messages"].items()
        ),
    )


def _message(document: Schema, label: str, message: Schema) -> MessageEntry:
    key: Schema = message.get("bindings", {}).get("kafka", {}).get("key", {})
    example: Schema = message.get("examples", [{}])[0]
    envelopes = [_resolved(document, trait)["headers"] for trait in message.get("traits", [])]
    headers = _merged([*envelopes, message["headers"]])
    return MessageEntry(
        label=label,
        type=message["name"],
        title=message["title"],
        description=message.get("description", ""),
        classification=headers["properties"].get("ce_dataclassification", {}).get("const", ""),
        key=key.get("description", ""),
        example_key=next(iter(key.get("examples", [])), ""),
        fields=tuple(_rows(document, _resolved(document, message["payload"]), "", set())),
        headers=tuple(_rows(document, headers, "", set())),
        example_headers=tuple(sorted(example.get("headers", {}).items())),
        example=json.dumps(example["payload"], ensure_ascii=False, indent=2) if example else "",
    )


def _merged(parts: list[Schema]) -> Schema:
    """The envelope that all messages of a direction share, and what one message adds to it."""
    return {
        "properties": {name: field for part in parts for name, field in part["properties"].items()},
        "required": [name for part in parts for name in part.get("required", ())],
    }


def _rows(document: Schema, node: Schema, at: str, shown: set[str]) -> Iterator[FieldRow]:
    """A row for each field, followed by those inside of it. `shown`: types whose fields are in the table already."""
    for name, described in node.get("properties", {}).items():
        field = _resolved(document, described)
        yield FieldRow(
            path=f"{at}{name}",
            type=_type(document, described),
            required=name in node.get("required", ()),
            limits=", ".join(_limits(field)),
            default=json.dumps(described["default"], ensure_ascii=False) if "default" in described else "",
            description=described.get("description") or field.get("description", ""),
        )
        for inside, suffix in _inside(document, field):
            title = inside.get("title", "")
            if title not in shown:
                shown.add(title)
                yield from _rows(document, inside, f"{at}{name}{suffix}.", shown)


def _inside(document: Schema, field: Schema) -> Iterator[tuple[Schema, str]]:
    """The objects that a field holds, itself or as the items of a list."""
    for alternative in field.get("anyOf", [field]):
        resolved = _resolved(document, alternative)
        if "items" in resolved:
            yield _resolved(document, resolved["items"]), "[]"
        else:
            yield resolved, ""


def _type(document: Schema, node: Schema) -> str:
    if "anyOf" in node:
        return " or ".join(dict.fromkeys(_type(document, alternative) for alternative in node["anyOf"]))
    resolved = _resolved(document, node)
    values = [resolved["const"]] if "const" in resolved else resolved.get("enum", [])
    if values:
        return " or ".join(json.dumps(value, ensure_ascii=False) for value in values)
    if resolved.get("type") == "array":
        return f"list of {_type(document, resolved.get('items', {}))}"
    if resolved.get("type") == "object" and isinstance(held := resolved.get("additionalProperties"), dict):
        return f"map to {_type(document, held)}"
    return str(resolved.get("title") or resolved.get("type", "any"))


def _limits(field: Schema) -> Iterator[str]:
    for alternative in field.get("anyOf", [field]):
        for keyword, words in _LIMITS.items():
            if keyword in alternative:
                yield words.format(alternative[keyword])


def _resolved(document: Schema, node: Any) -> Schema:
    """What a `$ref` into the document stands for, over several steps."""
    while reference := node.get("$ref"):
        node = document
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]
    resolved: Schema = node
    return resolved
