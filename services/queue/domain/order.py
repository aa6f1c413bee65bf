"""Who is next: the order inside a line, and the choice between the heads of several lines.

Inside a line the smallest rank that waits is next. A new ticket's rank is its sequence times `SPACING`. A
person who is put back goes behind the third who waits, and behind whoever was put back there before: to the
first place where a rank is free between two neighbours.

There is always room. A put-back takes the rank after a neighbour's, so the ranks used behind a ticket reach
at most one further with each put-back, and `SPACING` is more than all the put-backs that a line can see
(10,000 tickets, two each). Hence the ranks of those who wait are distinct, and nobody is put back behind a
ticket that is yet to be taken.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Protocol, TypeVar

SPACING = 100_000
PLACES_BEHIND = 3
"""How many go first when a person is put back, where so many wait."""


class Waiting(Protocol):
    """What the order looks at in a ticket."""

    rank: int
    since: datetime


W = TypeVar("W", bound=Waiting)


@dataclass(frozen=True, slots=True)
class Spot:
    """A free place in a line."""

    rank: int
    place: int
    """1 for the next person."""
    since: datetime
    """From when waiting counts there: as long as the neighbour in front has waited."""


def rank_of(sequence: int) -> int:
    """Where a new ticket stands: behind all before it."""
    return sequence * SPACING


def spot_behind(waiting: Sequence[Waiting], returning: Waiting, now: datetime, *, whole: bool) -> Spot | None:
    """Where a person who is put back stands.

    `waiting` is the beginning of the line, in order, or the `whole` of it. None: it does not reach far enough.
    """
    for place, (front, behind) in enumerate(pairwise(waiting), start=1):
        if place >= PLACES_BEHIND and behind.rank - front.rank > 1:
            return Spot(front.rank + 1, place + 1, front.since)
    if not whole:
        return None
    if not waiting:
        return Spot(returning.rank, 1, now)
    return Spot(waiting[-1].rank + 1, len(waiting) + 1, waiting[-1].since)


def longest_waiting(heads: Sequence[W]) -> W:
    """The head that a counter of several services calls: the one who has waited longest.

    `since` never decreases along a line, so no one behind a head has waited longer than it. Between equals the
    counter's own order of its services decides.
    """
    return min(heads, key=lambda head: head.since)
