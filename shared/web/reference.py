"""An interface description, OpenAPI or AsyncAPI, laid out for a reader.

Only what both have in common: operations, each with an address, fields and answers. Whoever needs the last
detail takes the document itself.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]
_METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Field:
    """A member of a message, or a parameter of a request."""

    name: str
    type: str
    needed: bool
    description: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be asked of the service, or that it tells."""

    verb: str
    """An HTTP method, `accepts` or `publishes`."""
    address: str
    """A path, or a message's name."""
    summary: str
    description: str
    fields: tuple[Field, ...]
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Operations that share an address's beginning: a resource, or a topic."""

    name: str
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """A whole interface."""

    kind: str
    """`http` or `bus`."""
    groups: tuple[Group, ...]


def of_openapi(document: Json) -> Reference:
    """The HTTP interface."""
    groups: dict[str, list[Operation]] = {}
    for path, item in document.get("paths", {}).items():
        for method in _METHODS:
            if method in item:
                groups.setdefault(_resource(path), []).append(_http(document, method, path, item[method]))
    return Reference("http", tuple(Group(name, tuple(operations)) for name, operations in groups.items()))


def of_asyncapi(document: Json) -> Reference:
    """The interface on the bus."""
    groups: dict[str, list[Operation]] = {}
    for operation in document.get("operations", {}).values():
        channel = _resolve(document, operation["channel"])
        verb = {"receive": "accepts", "send": "publishes"}[operation["action"]]
        for reference in operation.get("messages") or channel.get("messages", {}).values():
            groups.setdefault(channel["address"], []).append(_message(document, verb, _resolve(document, reference)))
    return Reference("bus", tuple(Group(name, tuple(operations)) for name, operations in groups.items()))


def _http(document: Json, method: str, path: str, operation: Json) -> Operation:
    parameters = (_resolve(document, parameter) for parameter in operation.get("parameters", ()))
    fields = [
        Field(
            parameter["name"],
            _type(document, parameter.get("schema", {})),
            bool(parameter.get("required")),
            parameter.get("description", ""),
        )
        for parameter in parameters
    ]
    for content in _resolve(document, operation.get("requestBody", {})).get("content", {}).values():
        fields.extend(_members(document, content.get("schema", {})))
    answers = tuple(
        (status, answer.get("description", "")) for status, answer in operation.get("responses", {}).items()
    )
    return Operation(
        method.upper(), path, operation.get("summary", ""), operation.get("description", ""), tuple(fields), answers
    )


def _message(document: Json, verb: str, message: Json) -> Operation:
    payload = _resolve(document, message.get("payload", {}))
    payload = _resolve(document, payload.get("schema", payload))  # a multi-format schema wraps the schema
    description = message.get("description") or payload.get("description", "")
    name = message.get("name") or payload.get("title", "")
    return Operation(verb, name, message.get("title") or "", description, tuple(_members(document, payload)), ())


def _members(document: Json, schema: Json) -> Iterator[Field]:
    schema = _resolve(document, schema)
    needed = schema.get("required", ())
    for name, member in schema.get("properties", {}).items():
        description = member.get("description") or _resolve(document, member).get("description", "")
        yield Field(name, _type(document, member), name in needed, description)


def _type(document: Json, schema: Json) -> str:
    schema = _resolve(document, schema)
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            return " | ".join(dict.fromkeys(_type(document, option) for option in schema[choice]))
    if "const" in schema:
        return str(schema["const"])
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    if schema.get("type") == "array":
        return f"[{_type(document, schema.get('items', {}))}]"
    if schema.get("type") == "object":
        return str(schema.get("title", "object"))
    return str(schema.get("format") or schema.get("type") or "any")


def _resolve(document: Json, schema: Json) -> Json:
    """Follows `$ref`s inside of the document."""
    for _ in range(10):  # a document that points in circles must not hang the page
        reference = schema.get("$ref", "")
        if not reference.startswith("#/"):
            return schema
        target: Any = document
        for part in reference[2:].split("/"):
            target = target.get(part.replace("~1", "/").replace("~0", "~"), {})
        schema = target
    return {}


def _resource(path: str) -> str:
    """`/queue/api/v1/tickets/{id}` → `tickets`."""
    parts = path.strip("/").split("/")
    return parts[3] if len(parts) > 3 else parts[-1]
