"""How good the ranges have been lately, so that a page can say so beside them.

Invariant: only what people were really told counts, and only once it is known what came of it.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from services.queue.domain.forecast.forecast import Range

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


@dataclass(frozen=True, slots=True)
class _Told:
    at: float
    range: Range


@dataclass(slots=True)
class TrackRecord:
    """Remembers the first range that each ticket was given, and how it ended."""

    _open: dict[str, _Told] = field(default_factory=dict)
    _ended: deque[tuple[Range, float]] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    """Ranges, and the real seconds."""

    def told(self, ticket: str, at: float, range: Range) -> None:
        """A person has seen a range. Later ones are easier, and do not count."""
        self._open.setdefault(ticket, _Told(at, range))

    def called(self, ticket: str, at: float) -> None:
        """It is known how long it took."""
        if (told := self._open.pop(ticket, None)) is not None:
            self._ended.append((told.range, at - told.at))

    def left(self, tickets: Iterable[str]) -> None:
        """How long it would have taken will never be known."""
        for ticket in tickets:
            self._open.pop(ticket, None)

    def end_day(self) -> None:
        """Who has not been called will not be."""
        self._open.clear()

    def how_good(self) -> HowGood | None:
        """None as long as too few tickets have been called."""
        count = len(self._ended)
        if count < ENOUGH:
            return None
        excesses = [seconds - range.likely for range, seconds in self._ended]
        return HowGood(
            count=count,
            within=sum(seconds <= range.at_most for range, seconds in self._ended) / count,
            mean_error=sum(map(abs, excesses)) / count,
            mean_excess=sum(excesses) / count,
        )
