"""What the unit of work expects of an aggregate, so that the domain needs to know nothing of it."""

from typing import Protocol


class Aggregate(Protocol):
    """A slotted dataclass whose fields hold immutable values (numbers, strings, tuples, frozen dataclasses).

    `version` is 0 for a new one and counts its writes; only the unit of work touches it. Methods change the
    fields and return events; they do no I/O, read no clock and await nothing.
    """

    id: str
    version: int
