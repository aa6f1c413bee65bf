"""The toy's aggregates and their refusals."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.errors import Refused


class BoxExists(Refused):
    slug = "box-exists"


class NoSuchBox(Refused):
    slug = "no-such-box"


class BoxEmpty(Refused):
    slug = "box-empty"


class TagTaken(Refused):
    slug = "tag-taken"


class Spoiled(Refused):
    slug = "spoiled"


@dataclass(slots=True)
class Box:
    """Gives its items their serials."""

    id: str
    opened_at: datetime
    last_serial: int = 0
    inside: int = 0
    supplied: int = 0
    delivery: int = 0
    """The latest revision of the depot that was noticed: an earlier one comes too late."""
    version: int = 0

    def put(self) -> int:
        """Room for one more; returns its serial."""
        self.last_serial += 1
        self.inside += 1
        return self.last_serial

    def take(self) -> None:
        """One fewer."""
        if not self.inside:
            raise BoxEmpty(box=self.id)
        self.inside -= 1

    def supply(self, total: int, revision: int) -> int | None:
        """Notice what has been delivered; returns how much is new, or None for an old message."""
        if revision <= self.delivery:
            return None
        new = total - self.supplied
        self.supplied, self.delivery = total, revision
        return new


@dataclass(slots=True)
class Item:
    """Something in a box, or taken out of it."""

    id: str
    box: str
    serial: int
    weight: int
    tag: str | None = None
    """Belongs to one item at a time, among all boxes."""
    stamp: str | None = None
    """Belongs to one item for ever."""
    state: Literal["inside", "out"] = "inside"
    version: int = 0

    def take(self) -> None:
        """Out of the box; the tag is free again."""
        self.state, self.tag = "out", None
