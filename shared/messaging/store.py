"""What the loop asks of a store. MongoDB and the in-memory twin answer the same test suite."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

if TYPE_CHECKING:
    from shared.messaging.work import Changes

A = TypeVar("A")
Scalar = str | int | bool | None


class Span(NamedTuple):
    """In the place of a wanted value: any from `start` on and below `end`."""

    start: int | str
    end: int | str


Where = Mapping[str, Scalar | Span]
"""Field → the value, or the span of values, that is wanted."""


def matches(aggregate: Any, where: Where) -> bool:
    """Whether an aggregate is among those that are wanted."""
    return all(
        within(getattr(aggregate, name), wanted) if isinstance(wanted, Span) else getattr(aggregate, name) == wanted
        for name, wanted in where.items()
    )


def within(value: Any, span: Span) -> bool:
    """Whether a value is one of a span's."""
    return bool(span.start <= value < span.end)


class DuplicateEntry(Exception):
    """The journal already holds one of the batch's commands."""


class Rejected(Exception):
    """The store will never take this write: whichever command wants it must not hold up the others."""


class Published(NamedTuple):
    """A message as it goes out, so that it can go out again byte for byte."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]


class Entry(NamedTuple):
    """The journal's record of one command: inbox, outbox and audit in one document."""

    id: str
    """The command's id. Its uniqueness is the deduplication."""
    type: str
    fingerprint: str
    """SHA-256 of the command's key and data: the same id with other content is another command."""
    outcome: str
    """`accepted`, or the slug of the refusal."""
    events: tuple[Published, ...]
    actor: str
    about: str
    """The partition key."""
    issued_at: datetime
    """`ce_time` as the sender stated it."""
    handled_at: datetime
    correlation_id: str


@dataclass(frozen=True, slots=True)
class Position:
    """How far a partition has been handled by its present owner; the fence against a former one."""

    partition: str
    owner: str
    offset: int
    """The next offset to be handled."""


class Store(Protocol):
    """A service's durable memory. Every method may raise `Transient`."""

    async def load(self, kind: type[A], field: str, values: Sequence[str]) -> list[A]:
        """The aggregates whose `field` is one of `values`."""

    async def select(
        self,
        kind: type[A],
        where: Where,
        *,
        order: tuple[str, ...],
        limit: int,
    ) -> list[A]:
        """The first aggregates that match `where`."""

    async def count(self, kind: type, where: Where, *, without: Collection[str] = ()) -> int:
        """How many aggregates match `where`, those among `without` left out."""

    async def entries(self, ids: Sequence[str]) -> dict[str, Entry]:
        """The journal's entries among `ids`."""

    async def claim(self, partition: str, owner: str) -> int:
        """Make `owner` the partition's only writer; returns the next offset its predecessor would handle."""

    def stage(
        self, changes: "Changes", entries: Sequence[Entry], positions: Sequence[Position]
    ) -> Callable[[], Awaitable[None]]:
        """Take down what is to be written as it is now. What this returns writes all of it or nothing, journal first.

        That raises `Fenced`, `DuplicateEntry`, `Transient` on a version conflict, or `Rejected` when a unique index
        or the database's limits forbid the write.
        """
