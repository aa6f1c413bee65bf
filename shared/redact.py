"""Keeps personal data and secrets out of what a process tells about itself.

The last line of defence, not the first: code does not log such things. It looks at names (`phone`, `password`)
and at shapes (a telephone number, a secret link) wherever they stand, also inside an error's text.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

HIDDEN = "[redacted]"

_SENSITIVE = {
    "authorization", "cookie", "csrf", "email", "identity", "link", "passwd", "password", "phone", "phones", "secret",
    "token", "tokens",
}  # fmt: skip
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_SHAPES = (
    # E.164, as such or in an address.
    (re.compile(r"(?:\+|%2[Bb])[1-9][0-9]{6,14}(?![0-9])"), HIDDEN),
    # The local form of an Indonesian mobile number.
    (re.compile(r"(?<![\w.+-])08[1-9][0-9]{7,10}(?![\w.-])"), HIDDEN),
    # A mail address, but no credentials before a host (below).
    (re.compile(r"(?<![\w.+:/-])[\w.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+"), HIDDEN),
    # A report's tracking code, `2026-000123-7QF4-K29X`: what follows the number opens it.
    (re.compile(r"(?<![\w-])([0-9]{4}-[0-9]{6,}-)[0-9A-Za-z]{4}-?[0-9A-Za-z]{4}(?![\w-])"), rf"\1{HIDDEN}"),
    # `/queue/t/<ticket>.<mac>`, and so on: the mac is what makes a link secret.
    (re.compile(r"(/[A-Za-z0-9_~-]{1,64}\.)[A-Za-z0-9_-]{20,}"), rf"\1{HIDDEN}"),
    # `mongodb://user:password@host`.
    (re.compile(r"(://)[^/\s:@]*:[^/\s@]*@"), rf"\1{HIDDEN}@"),
    (re.compile(r"(?i)\b(bearer\s+)[A-Za-z0-9._~+/=-]{8,}"), rf"\1{HIDDEN}"),
    (re.compile(r"\$argon2id?\$\S+"), HIDDEN),
)
_DEEPEST = 8


def redacted(value: Any, depth: int = 0) -> Any:
    """The value without what must not be told, made of plain JSON types."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return redacted_text(value)
    if isinstance(value, bytes):
        return redacted_text(value.decode(errors="replace"))
    if depth < _DEEPEST:
        if isinstance(value, Mapping):
            return {
                str(name): HIDDEN if held and sensitive(str(name)) else redacted(held, depth + 1)
                for name, held in value.items()
            }
        if isinstance(value, list | tuple | set | frozenset):
            return [redacted(held, depth + 1) for held in value]
    return redacted_text(repr(value))


def redacted_text(text: str) -> str:
    """The text without telephone numbers, secret links and credentials."""
    for shape, instead in _SHAPES:
        text = shape.sub(instead, text)
    return text


@lru_cache(maxsize=1024)
def sensitive(name: str) -> bool:
    """Whether a field of that name holds something that must not be told: `phone`, `newPassword`, `X-CSRF-Token`."""
    return not _SENSITIVE.isdisjoint(word.lower() for word in _WORD.findall(name))
