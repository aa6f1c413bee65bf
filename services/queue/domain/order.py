"""Who is next: one number for each person who waits, the same at every counter.

A person's rank is the moment from which their waiting counts, less the head start of their group; the smallest
rank is next. For an appointment that moment is its slot, for everybody else the moment of joining. The number
does not change while a person waits, so waiting itself is the ageing, and nobody starves: nobody is overtaken
by anyone whose moment lies more than the longest head start after their own. What lets a person stand elsewhere
(being put back, or asking for a later place) gives them another rank once, and bounded.

Of those who come to a line in one millisecond, each stands one behind the other, so that there is always room between
two neighbours for one who is put back.

A rank is the milliseconds since a fixed moment of the day before, shifted, with the ticket's number in the low bits.
So ranks of an office's day are positive and never collide, between equals the lower number goes first, and ranks of
several lines can be compared: a counter of several services calls the smallest of their heads.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Literal, Protocol

from shared.contracts.queue import Group

PLACES_BEHIND = 3
"""How many go first when a person is put back, where so many wait."""
SEQUENCE_BITS = 14
"""More than the 10,000 tickets a day that a plan allows."""
NUMBER_BITS = SEQUENCE_BITS + 5
"""A letter and a sequence."""

Reason = Literal["priority", "appointment", "returned", "waited"]

_MILLISECOND = timedelta(milliseconds=1)
NO_HEAD_START = timedelta(0)
"""The ordinary group's."""


class Waiting(Protocol):
    """What the order looks at in a ticket."""

    @property
    def rank(self) -> int:
        """Its place in the order."""


class Standing(Protocol):
    """What explains a ticket's place."""

    group: Group
    moved: bool


def rank_of(moment: datetime, head_start: timedelta, day: str, number: int) -> int:
    """Where a person stands whose waiting counts from `moment`. `number` is what `number_of` gives."""
    return _with_number((moment - head_start - _begin(day)) // _MILLISECOND, number)


def number_of(prefix: str, sequence: int) -> int:
    """A ticket's letter and sequence as one number, which no other ticket of the office's day has."""
    return (ord(prefix) - ord("A")) << SEQUENCE_BITS | sequence


def next_to(rank: int, number: int) -> int:
    """The first place behind a person that one with this number can have."""
    milliseconds, other = divmod(rank, 1 << NUMBER_BITS)
    return _with_number(milliseconds + (number <= other), number)


def a_step_behind(rank: int, number: int) -> int:
    """Behind a person by a millisecond, so that there is room between the two."""
    return _with_number((rank >> NUMBER_BITS) + 1, number)


def counts_from(rank: int, day: str) -> datetime:
    """The moment from which a person of that rank counts, head start included."""
    return _begin(day) + (rank >> NUMBER_BITS) * _MILLISECOND


def rank_behind(waiting: Sequence[Waiting], number: int, now: datetime, day: str, *, whole: bool) -> int | None:
    """Where a person who is put back stands: behind the third who waits, where the first free place is.

    `waiting` is the beginning of the line, in order, or the `whole` of it. None: it does not reach far enough.
    """
    for place, (front, behind) in enumerate(pairwise(waiting), start=1):
        if place >= PLACES_BEHIND and (rank := next_to(front.rank, number)) < behind.rank:
            return rank
    if not whole:
        return None
    return next_to(waiting[-1].rank, number) if waiting else rank_of(now, NO_HEAD_START, day, number)


def reason(ticket: Standing) -> Reason:
    """Why the person who is next is next, as far as it is more than having waited longest."""
    if ticket.moved:
        return "returned"
    return "waited" if ticket.group == "ordinary" else ticket.group


def _with_number(milliseconds: int, number: int) -> int:
    return (milliseconds << NUMBER_BITS) + number


@lru_cache(maxsize=32)
def _begin(day: str) -> datetime:
    """One moment for all ranks of a day, before anything that can happen on it in any zone."""
    return datetime.fromisoformat(day).replace(tzinfo=UTC) - timedelta(days=1)
