"""Canaries for every field of the contract in which somebody could say who they or others are.

They are planted by what the contract says: a field that is added to it gets one without anybody's doing. Only what a
pattern, a list of choices or the kind of field lets hold no words of anybody's stays as it is.
"""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, NamedTuple

from shared.contracts.message import Command

LATITUDE, LONGITUDE = -0.89123457, 119.87076543
"""An exact place, and the digits that must not be told of it."""
PLACE_DIGITS = ("89123457", "87076543")
IDS = frozenset({"incident", "original", "follower", "evidence", "hold", "camera", "request", "rule"})
"""Fields that name a thing by the id of the command that made it."""
NAMES = frozenset({"username", "to"})
"""Fields that name one of the staff, who must be there."""
_ID_SHAPE = {"type": "string", "minLength": 1, "maxLength": 64}


class Planted(NamedTuple):
    """A command whose every field of words holds a canary."""

    command: Command
    canaries: Mapping[str, str]
    """Where it stands in the command → what must be found nowhere."""


def planted(base: Command, *, people: bool = False, keep: Collection[str] = ()) -> Planted:
    """The same command with canaries, also where it said nothing. `people` plants them in user names too."""
    kind = type(base)
    schema = kind.model_json_schema()
    canaries: dict[str, str] = {}

    def plant(value: Any, said: Mapping[str, Any], where: str, name: str) -> Any:
        said = _one(said, schema)
        if where in keep or (value is None and said.get("type") != "string"):
            return value
        if "properties" in said:
            fields = said["properties"].items()
            return {inner: plant(value[inner], more, f"{where}.{inner}", inner) for inner, more in fields}
        if said.get("type") == "array" and isinstance(value, list):
            return [plant(one, said["items"], f"{where}.{nth}", name) for nth, one in enumerate(value)]
        if said.get("type") == "number" and name in ("latitude", "longitude"):
            digits = PLACE_DIGITS[name == "longitude"]
            canaries[where] = digits
            return LATITUDE if name == "latitude" else LONGITUDE
        if said.get("type") != "string" or name in IDS or (name in NAMES and not people):
            return value
        canary = _canary(said, f"{kind.__name__}{where}")
        if canary is None:
            return value
        canaries[where] = canary.strip()
        return canary

    told = base.model_dump(mode="json")
    for name, said in schema["properties"].items():
        told[name] = plant(told[name], said, f".{name}", name)
    return Planted(kind.model_validate(told), canaries)


def words_of(kind: type[Command]) -> Iterator[str]:
    """Every field of a command that holds words, by where it stands."""
    schema = kind.model_json_schema()

    def walk(said: Mapping[str, Any], where: str, name: str) -> Iterator[str]:
        said = _one(said, schema)
        for inner, more in said.get("properties", {}).items():
            yield from walk(more, f"{where}.{inner}", inner)
        if said.get("type") == "array":
            yield from walk(said["items"], where, name)
        if said.get("type") == "string" and name not in IDS and _canary(said, where) is not None:
            yield where

    for name, said in schema["properties"].items():
        yield from walk(said, f".{name}", name)


def _one(said: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a field holds where it holds something."""
    while True:
        if "$ref" in said:
            said = schema["$defs"][said["$ref"].rpartition("/")[2]]
        elif "anyOf" in said:
            said = next(choice for choice in said["anyOf"] if choice.get("type") != "null")
        else:
            return said


def _canary(said: Mapping[str, Any], where: str) -> str | None:
    """A value of its own that the field takes; None where none could be anybody's words."""
    if "enum" in said or "const" in said or "format" in said:
        return None
    number = int(hashlib.sha256(where.encode()).hexdigest()[:12], 16)
    pattern = said.get("pattern")
    if pattern is None:
        assert not _ID_SHAPE.items() <= said.items(), f"{where} looks like an id: name it in IDS"
        word = f"Kenari{number:015d}"
        return word[: said.get("maxLength", 100)]
    for shape, made in _SHAPES.items():
        if pattern.startswith(shape):
            return made(number)
    return None


_SHAPES: Mapping[str, Callable[[int], str]] = {
    r"^\+": lambda number: f"+6281{number % 10**9:09d}",  # a telephone number
    r"^[a-z0-9][a-z0-9._-]{1,62}$": lambda number: f"kenari.{number}",  # a user name
    r"^[a-z0-9_][a-z0-9._-]": lambda number: f"kenari.{number}",
    r"^[0-9a-f]{32}$": lambda number: f"{number:032x}",  # the hash of a contact
    r"^[A-Za-z0-9+/]+=": lambda number: f"Kenari{number:016d}AA",  # a sealed box
    r"^\$argon2": lambda number: f"$argon2id$v=19$m=8,t=1,p=1$S2VuYXJp${number:043d}",
}
"""The beginning of a pattern → a value of its own that fits it, where it could say who somebody is."""
