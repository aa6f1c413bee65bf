"""Which changes of a published message are refused."""

from copy import deepcopy
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

import pytest
from pydantic import Field

from shared.contracts.compatibility import breaking_changes
from shared.contracts.message import Event
from shared.contracts.schema import Schema, writer_schema


@dataclass(frozen=True, slots=True)
class Place:
    """A nested part."""

    name: Annotated[str, Field(max_length=50)]
    floor: int = 0


class Moved(Event):
    """A message with everything that messages are made of."""

    publisher: ClassVar[str] = "test"
    who: Annotated[str, Field(min_length=2, max_length=20, pattern="^[a-z]+$")]
    place: Place
    before: tuple[Place, ...] = ()
    mode: Literal["walk", "ride"] = "walk"
    speed: Annotated[int, Field(ge=1, le=100)] = 5
    note: str | None = None
    details: dict[str, str | int] = {}  # noqa: RUF012  # pydantic copies it


SCHEMA = writer_schema(Moved)


def test_a_schema_is_compatible_with_itself() -> None:
    assert breaking_changes(SCHEMA, deepcopy(SCHEMA), widening_allowed=False) == []


def _changed(path: str, value: Any) -> Schema:
    """The schema with one part set, or removed where the value is None."""
    schema = deepcopy(SCHEMA)
    node: Any = schema
    *way, last = path.split("/")
    for step in way:
        node = node[int(step)] if isinstance(node, list) else node.setdefault(step, {})
    if value is None:
        del node[last]
    else:
        node[last] = value
    return schema


HARMLESS = {
    "a new optional field": ("properties/more", {"type": "string", "default": ""}),
    "a new optional field of a part": ("$defs/Place/properties/more", {"type": "integer", "default": 0}),
    "other words": ("properties/who/description", "Who moved."),
    "another title": ("$defs/Place/title", "Spot"),
}
WIDENING = {
    "a longer text": ("properties/who/maxLength", 30),
    "no limit": ("properties/who/maxLength", None),
    "a shorter text": ("properties/who/minLength", 1),
    "any spelling": ("properties/who/pattern", None),
    "a greater number": ("properties/speed/maximum", 200),
    "another value of an enum": ("properties/mode/enum", ["walk", "ride", "fly"]),
    "any value": ("properties/mode/enum", None),
    "null": ("properties/speed", {"anyOf": [SCHEMA["properties"]["speed"], {"type": "null"}], "default": 5}),
    "a required field that may be missing": ("required", ["place"]),
    "a longer text in a part": ("$defs/Place/properties/name/maxLength", 60),
    "a further type in a map": (
        "properties/details/additionalProperties/anyOf",
        [{"type": "string"}, {"type": "integer"}, {"type": "boolean"}],
    ),
}
BREAKING = {
    "a field removed": ("properties/note", None),
    "a field of a part removed": ("$defs/Place/properties/floor", None),
    "another type": ("properties/speed/type", "string"),
    "another type of items": ("properties/before/items", {"type": "string"}),
    "another part": ("properties/place", {"type": "object", "properties": {}, "additionalProperties": False}),
    "a shorter text": ("properties/who/maxLength", 10),
    "a longer text at least": ("properties/who/minLength", 3),
    "another spelling": ("properties/who/pattern", "^[A-Z]+$"),
    "a limit": ("properties/note/anyOf/0/maxLength", 5),
    "a smaller number": ("properties/speed/maximum", 50),
    "a value of an enum removed": ("properties/mode/enum", ["walk"]),
    "an enum where any number was allowed": ("properties/speed/enum", [1, 2]),
    "no null": ("properties/note", {"type": "string", "default": ""}),
    "another default": ("properties/speed/default", 6),
    "no default": ("properties/speed/default", None),
    "an optional field required": ("required", ["who", "place", "speed"]),
    "a field of a part required": ("$defs/Place/required", ["name", "floor"]),
    "a type less in a map": ("properties/details/additionalProperties/anyOf", [{"type": "string"}]),
    "an open object": ("additionalProperties", True),
    "a keyword nobody here knows": ("properties/who/contentEncoding", "base64"),
}


@pytest.mark.parametrize(("path", "value"), HARMLESS.values(), ids=HARMLESS.keys())
@pytest.mark.parametrize("widening_allowed", [True, False])
def test_harmless_changes_break_nobody(path: str, value: Any, widening_allowed: bool) -> None:
    assert breaking_changes(SCHEMA, _changed(path, value), widening_allowed=widening_allowed) == []


@pytest.mark.parametrize(("path", "value"), WIDENING.values(), ids=WIDENING.keys())
def test_allowing_more_breaks_the_readers_of_events_only(path: str, value: Any) -> None:
    assert breaking_changes(SCHEMA, _changed(path, value), widening_allowed=True) == []
    assert breaking_changes(SCHEMA, _changed(path, value), widening_allowed=False)


@pytest.mark.parametrize(("path", "value"), BREAKING.values(), ids=BREAKING.keys())
@pytest.mark.parametrize("widening_allowed", [True, False])
def test_taking_something_away_breaks_somebody(path: str, value: Any, widening_allowed: bool) -> None:
    assert breaking_changes(SCHEMA, _changed(path, value), widening_allowed=widening_allowed)


def test_a_new_required_field_is_named() -> None:
    schema = _changed("properties/more", {"type": "string"})
    schema["required"] = [*schema["required"], "more"]
    assert breaking_changes(SCHEMA, schema, widening_allowed=True) == ["more: new and required"]


def test_a_renamed_part_with_the_same_fields_breaks_nobody() -> None:
    schema = deepcopy(SCHEMA)
    schema["$defs"]["Spot"] = schema["$defs"].pop("Place")
    schema["properties"]["place"]["$ref"] = "#/$defs/Spot"
    schema["properties"]["before"]["items"]["$ref"] = "#/$defs/Spot"
    assert breaking_changes(SCHEMA, schema, widening_allowed=False) == []


def test_a_type_that_holds_itself_is_compared() -> None:
    tree: Schema = {
        "$defs": {"Tree": {"type": "object", "properties": {"of": {"items": {"$ref": "#/$defs/Tree"}}, "n": {}}}},
        "$ref": "#/$defs/Tree",
    }
    pruned = deepcopy(tree)
    del pruned["$defs"]["Tree"]["properties"]["n"]
    assert breaking_changes(tree, deepcopy(tree), widening_allowed=False) == []
    assert breaking_changes(tree, pruned, widening_allowed=True) == ["n: removed"]
