"""Which changes of a published schema break somebody, so that they need a new version of the message.

The rules differ by who reads. Messages are kept and read again years later, so in both directions nothing
that was once allowed may become wrong.

| change | command (we read) | event (others read) |
|---|---|---|
| description or title | fine | fine |
| new optional field | fine | fine |
| field removed, renamed, retyped, made required; other default | breaks | breaks |
| constraint tightened, enum value removed | breaks | breaks |
| constraint loosened, enum value or null added, required field made optional | fine | breaks |

An enum value added to an event breaks: a reader that switches over all the values it was promised would meet
one it cannot name. What is not known to be harmless breaks.
"""

from collections.abc import Iterator
from typing import Any

from shared.contracts.schema import Schema

_SAYS_NOTHING = {
    "title",
    "description",
    "examples",
    "$schema",
    "$id",
    "$defs",
    "$comment",
    "deprecated",
    "discriminator",
}
_UPPER = {"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"}
_LOWER = {"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"}
_ELSEWHERE = {"type", "default", "properties", "required", "items", "additionalProperties", "enum", "const"}


def breaking_changes(old: Schema, new: Schema, *, widening_allowed: bool) -> list[str]:
    """What a change from `old` to `new` would break, a sentence each; empty for a compatible change.

    `widening_allowed`: whether all readers are our own (a command), so that more may be allowed than before.
    """
    before, after = _inlined(old, old.get("$defs", {})), _inlined(new, new.get("$defs", {}))
    return list(dict.fromkeys(_value(before, after, "", widening_allowed)))


def _value(old: Schema, new: Schema, at: str, wide: bool) -> Iterator[str]:
    """Compare two schemas of one value."""
    before, after = _alternatives(old), _alternatives(new)
    if len(before) == len(after) == 1:
        yield from _alternative(before[0], after[0], at, wide)
    else:
        yield from _union(before, after, at, wide)
    if _default(old) != _default(new):
        yield f"{_name(at)}: another default, so that leaving it out means something else"


def _union(before: list[Schema], after: list[Schema], at: str, wide: bool) -> Iterator[str]:
    """Each alternative must go on; where others read, no other may join."""
    for old in before:
        if all(any(_alternative(old, new, at, wide)) for new in after):
            yield f"{_name(at)}: {_kind(old)} is no longer allowed, or other than before"
    for new in after:
        if not wide and all(any(_alternative(old, new, at, wide)) for old in before):
            yield f"{_name(at)}: {_kind(new)} is allowed now, which its readers do not expect"


def _alternative(old: Schema, new: Schema, at: str, wide: bool) -> Iterator[str]:
    if old.get("type") != new.get("type"):
        yield f"{_name(at)}: was {_kind(old)}, is {_kind(new)}"
        return
    yield from _listed(old, new, at, wide)
    yield from _limits(old, new, at, wide)
    yield from _fields(old, new, at, wide)
    for part in ("items", "additionalProperties"):
        held, holds = old.get(part, True), new.get(part, True)
        if isinstance(held, dict) and isinstance(holds, dict):
            yield from _value(held, holds, f"{at}[]", wide)
        elif held != holds:
            yield f"{_name(at)}: {part} was {held}, is {holds}"


def _listed(old: Schema, new: Schema, at: str, wide: bool) -> Iterator[str]:
    """Compare the values that are allowed by name."""
    before, after = _enum(old), _enum(new)
    if after is not None and (before is None or before - after):
        gone = "any other value" if before is None else ", ".join(sorted(before - after))
        yield f"{_name(at)}: {gone} is no longer allowed"
    if before is not None and not wide and (after is None or after - before):
        more = "any value" if after is None else ", ".join(sorted(after - before))
        yield f"{_name(at)}: {more} is allowed now, which its readers do not expect"


def _limits(old: Schema, new: Schema, at: str, wide: bool) -> Iterator[str]:
    """Compare every other keyword; one that is not understood must not change."""
    for name in sorted((old.keys() | new.keys()) - _SAYS_NOTHING - _ELSEWHERE):
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        wider = after is None or (
            before is not None and ((name in _UPPER and after > before) or (name in _LOWER and after < before))
        )
        if not (wide and wider):
            yield f"{_name(at)}: {name} was {_told(before)}, is {_told(after)}"


def _fields(old: Schema, new: Schema, at: str, wide: bool) -> Iterator[str]:
    before, after = old.get("properties", {}), new.get("properties", {})
    required, still = set(old.get("required", ())), set(new.get("required", ()))
    for name, schema in before.items():
        path = _name(at, name)
        if name not in after:
            yield f"{path}: removed"
            continue
        yield from _value(schema, after[name], path, wide)
        if name in still - required:
            yield f"{path}: required now"
        if name in required - still and not wide:
            yield f"{path}: may be missing now, which its readers do not expect"
    for name in sorted(still - before.keys()):
        yield f"{_name(at, name)}: new and required"


def _inlined(node: Any, parts: Schema, inside: frozenset[str] = frozenset()) -> Any:
    """The schema with its named parts written out where they are used; a recursive one once."""
    if isinstance(node, list):
        return [_inlined(part, parts, inside) for part in node]
    if not isinstance(node, dict):
        return node
    name = str(node.get("$ref", "")).rpartition("/")[2]
    if name and name not in inside:
        around = {key: value for key, value in node.items() if key != "$ref"}
        return _inlined({**parts[name], **around}, parts, inside | {name})
    return {key: _inlined(value, parts, inside) for key, value in node.items() if key != "$defs"}


def _alternatives(schema: Schema) -> list[Schema]:
    return schema.get("anyOf") or schema.get("oneOf") or [schema]


def _enum(schema: Schema) -> set[str] | None:
    """The listed values in writing: to Python 1 and True are equal."""
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    return None if values is None else {repr(value) for value in values}


def _default(schema: Schema) -> str:
    return repr(schema["default"]) if "default" in schema else ""


def _kind(schema: Schema) -> str:
    return str(schema.get("title") or schema.get("type") or "anything")


def _name(at: str, field: str = "") -> str:
    return ".".join(filter(None, (at, field))) or "the message"


def _told(value: Any) -> str:
    return "none" if value is None else str(value)
