"""Addresses whose endpoint reads the body itself, as it comes: uploads, which nobody wants to hold as a whole.

Invariants: only what is named here may be longer than any other request; and since nobody has read a form for such an
endpoint, the endpoint itself holds the form's token to the cookie (`Csrf.verify`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Streamed:
    """Some addresses, and the most that a request to one of them may bring."""

    path: re.Pattern[str]
    """As a whole."""
    limit: int
    """In bytes."""


def streamed_limit(streamed: Sequence[Streamed], path: str) -> int | None:
    """The limit of an address; None for one like any other."""
    return next((some.limit for some in streamed if some.path.fullmatch(path)), None)
