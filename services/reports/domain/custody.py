"""The custody log: who has done what with a piece of evidence, in entries that hold each other.

Each entry has the hash of the one before it, and its own hash over everything in it, so that an entry cannot be
changed, taken out, put in or moved without every later hash being another. The last hash stands in events and on
printed pages too: that is what shows that the end was cut off.

The hash is SHA-256 over canonical JSON: UTF-8, names in order, no spaces, every value a text or a whole number.
`services/reports/evidence/verify.py` says the same once more, with nothing but Python's own library.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

Action = Literal[
    "collected", "copied", "viewed", "downloaded", "exported", "described", "hold-placed", "hold-released",
    "retention-set", "destroyed", "erased",
]  # fmt: skip
BEGINNING = "0" * 64
"""What the first entry has in the place of a hash before it."""


def canonical(value: Mapping[str, object]) -> bytes:
    """The one way to write something down."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")


def sha256(data: bytes) -> str:
    """In hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def moment(at: datetime) -> str:
    """A time as the log writes it: UTC, to the millisecond, which is what the database keeps."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(slots=True)
class CustodyEntry:
    """One line of the log. It is added once and never changes."""

    id: str
    """`<evidence>:<number>`."""
    evidence: str
    number: int
    """1 for the first."""
    at: str
    actor: str
    action: Action
    details: tuple[tuple[str, str], ...]
    previous: str
    """The hash of the entry before."""
    hash: str
    version: int = 0

    @classmethod
    def after(
        cls,
        evidence: str,
        number: int,
        previous: str,
        at: datetime,
        actor: str,
        action: Action,
        details: dict[str, str],
    ) -> "CustodyEntry":
        """The next entry."""
        ordered = tuple(sorted(details.items()))
        entry = cls(f"{evidence}:{number:06d}", evidence, number, moment(at), actor, action, ordered, previous, "")
        entry.hash = sha256(canonical(entry.content()))
        return entry

    def content(self) -> dict[str, object]:
        """What its hash is over."""
        return {
            "evidence": self.evidence,
            "number": self.number,
            "at": self.at,
            "actor": self.actor,
            "action": self.action,
            "details": dict(self.details),
            "previous": self.previous,
        }

    def line(self) -> bytes:
        """As it stands in an exported log."""
        return canonical({**self.content(), "hash": self.hash})
