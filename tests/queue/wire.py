"""Requests made up from an OpenAPI document: right, nearly right and hostile ones, for Hypothesis to choose among."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st

Json = Mapping[str, Any]


class Document(dict[str, Any]):
    """An OpenAPI document. Hypothesis shows what it was given, so it has a short name."""

    def __repr__(self) -> str:
        return "<the OpenAPI document>"


ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=40)
"""Lone surrogates, NUL and other control characters included."""
STRANGE_TEXT = st.sampled_from(
    ["", "\x00", "\ud800", "null", "-1", "%", "../..", "a" * 5_000, "\u202e\u0000", "𝕏" * 40]
)
STRANGE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    ANY_TEXT,
    STRANGE_TEXT,
    st.lists(st.integers(), max_size=3),
    st.dictionaries(ANY_TEXT, st.integers(), max_size=3),
)
HEADERS = {
    "accept-language": st.sampled_from(["id", "en", "en;q=2", "*", "\xff"]),
    "content-type": st.sampled_from(["application/json", "text/plain", "application/x-www-form-urlencoded", "?"]),
    "idempotency-key": st.one_of(st.uuids().map(str), st.sampled_from(["", "short", '"', "a" * 64, "\xe9" * 20])),
    "traceparent": st.sampled_from(["00-" + "1" * 32 + "-" + "2" * 16 + "-01", "00-x"]),
    "x-request-id": st.sampled_from(["a-request-of-mine", "\t", "x" * 200]),
}


@dataclass(frozen=True, slots=True)
class Made:
    """A request as it goes over the wire."""

    method: str
    path: str
    headers: Sequence[tuple[bytes, bytes]]
    content: bytes


def requests_of(document: Document, known: Mapping[str, Sequence[str]]) -> st.SearchStrategy[Made]:
    """Requests to everything that a document describes. `known`: the values that exist, by a parameter's name."""
    return st.one_of([_operation(document, method, path, known) for method, path in _operations(document)])


def _operations(document: Document) -> Iterator[tuple[str, str]]:
    for path, item in document["paths"].items():
        for method in item.keys() & {"get", "post", "put", "delete"}:
            if not path.endswith("/stream"):  # which would never end
                yield method, path


@st.composite
def _operation(draw: st.DrawFn, document: Document, method: str, path: str, known: Mapping[str, Sequence[str]]) -> Made:
    operation = document["paths"][path][method]
    address = path
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "path":
            value = draw(_text(known.get(parameter["name"], ())))
            address = address.replace(
                f"{{{parameter['name']}}}", quote(value.encode("utf-8", "surrogatepass"), safe="")
            )
    query = draw(st.sampled_from(["", "?lang=en", "?lang=%FF", "?a=b&a=c", "?=%00"]))
    names = draw(st.lists(st.sampled_from(sorted(HEADERS)), unique=True))
    headers = [(name.encode(), draw(HEADERS[name]).encode("latin-1")) for name in names]
    content = b""
    if "requestBody" in operation:
        content = draw(_content(document, operation["requestBody"]["content"]["application/json"]["schema"], known))
        if "content-type" not in names:
            headers.append((b"content-type", b"application/json"))
    return Made(method.upper(), address + query, headers, content)


def _content(document: Document, schema: Json, known: Mapping[str, Sequence[str]]) -> st.SearchStrategy[bytes]:
    value = st.one_of(_value(document, schema, known), _value(document, schema, known), STRANGE)
    whole = value.map(lambda held: json.dumps(held).encode())
    return st.one_of(whole, whole, whole.map(lambda text: text[:-1]), st.binary(max_size=40))


@st.composite
def _value(draw: st.DrawFn, document: Document, schema: Json, known: Mapping[str, Sequence[str]]) -> Any:
    """An object of a schema, in which each field may be right, strange or missing, and some may be too many."""
    fields = _resolved(document, schema)["properties"]
    made = {}
    for name in fields:
        choice = draw(st.sampled_from(["right", "right", "right", "strange", "missing"]))
        if choice == "right":
            made[name] = draw(_text(known.get(name, ())))
        elif choice == "strange":
            made[name] = draw(STRANGE)
    if draw(st.integers(0, 4)) == 0:
        made[draw(ANY_TEXT)] = draw(STRANGE)
    return made


def _text(known: Sequence[str]) -> st.SearchStrategy[str]:
    strange = st.one_of(ANY_TEXT, STRANGE_TEXT)
    return st.one_of(st.sampled_from(known), st.sampled_from(known), strange) if known else strange


def _resolved(document: Document, schema: Json) -> Json:
    schema = schema.get("anyOf", [schema])[0]  # of a body that may be left out: the one that is not null
    reference = schema.get("$ref", "")
    found: Any = document if reference else schema
    for part in reference.removeprefix("#/").split("/") if reference else ():
        found = found[part]
    return found  # type: ignore[no-any-return]
