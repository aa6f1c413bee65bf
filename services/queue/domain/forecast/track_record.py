"""How good the ranges have been lately, so that a page can say so beside them.

Invariants: only what people were really told when they came counts, and only once it is known what came of it; what is
said follows from the tickets alone, so that who was told of them and who reads them say the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import nlargest
from typing import NamedTuple

from shared.contracts.queue import Promise

REMEMBERED = 200
"""So many latest tickets: a morning or two, so that a forecast that goes wrong is seen the same day."""
ENOUGH = 20
"""With fewer, nothing is said."""


@dataclass(frozen=True, slots=True)
class HowGood:
    """What can be said of the latest ranges."""

    count: int
    within: float
    """The share of people who were called by the end of their range. Nine of ten is as it should be."""
    mean_error: float
    """Seconds between the likely time and the real one, on average."""
    mean_excess: float
    """Seconds by which the real time was longer, less those by which it was shorter, on average."""


class Tried(NamedTuple):
    """A promise, and what came of it. Times are seconds since the epoch."""

    called_at: float
    """When the person was called first."""
    ticket: str
    taken_at: float
    promise: Promise

    @property
    def seconds(self) -> float:
        """How long it really took."""
        return self.called_at - self.taken_at


def latest(tried: Iterable[Tried]) -> list[Tried]:
    """Those that count, whatever order they come in: the people who were called last."""
    return nlargest(REMEMBERED, tried, key=lambda one: (one.called_at, one.ticket))


def how_good(counted: Sequence[Tried]) -> HowGood | None:
    """What can be said of those that count. None as long as they are too few."""
    count = len(counted)
    if count < ENOUGH:
        return None
    excesses = [one.seconds - one.promise.likely_seconds for one in counted]
    return HowGood(
        count=count,
        within=sum(one.seconds <= one.promise.at_most_seconds for one in counted) / count,
        mean_error=sum(map(abs, excesses)) / count,
        mean_excess=sum(excesses) / count,
    )
