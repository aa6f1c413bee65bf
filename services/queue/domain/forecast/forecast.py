"""How long each person will wait, as a range, from the live state and what has been learned.

Invariants: a range is as honest as its quantiles: half of the people are called by `likely`, nine of ten by
`at_most`; along a line the ranges never go back; nobody is promised anything where no counter will call them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from services.queue.domain.forecast.beliefs import Beliefs
from services.queue.domain.forecast.counters import Counters
from services.queue.domain.forecast.durations import Floats
from services.queue.domain.forecast.forward import NEVER, call_times
from services.queue.domain.forecast.order import FIRST_COME, Order
from services.queue.domain.forecast.people import People
from services.queue.domain.forecast.situation import Situation, Waiting

FUTURES = 100
"""More would not make the range truer: the futures' own error is a tenth of the range's width."""
LIKELY, AT_MOST = 0.5, 0.9


@dataclass(frozen=True, slots=True)
class Range:
    """Seconds until a person is called."""

    likely: float
    """P50: as often less as more."""
    at_most: float
    """P90: nine times of ten not more."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """Everybody's waiting, as seen at one moment."""

    made_at: float
    tickets: Mapping[str, Range]
    """Waiting ticket → range. Without those whom no counter will call as things stand."""
    newcomers: Mapping[str, Range]
    """Service → range of a person who would join its line now."""


def forecast(
    situation: Situation,
    beliefs: Beliefs,
    chance: np.random.Generator,
    *,
    order: Order = FIRST_COME,
    futures: int = FUTURES,
) -> Forecast:
    """Run the queue forward in many futures and see when each person is called in them."""
    services = sorted({service for counter in situation.counters for service in counter.services})
    if not services:
        return Forecast(situation.now, {}, {})
    lines = [sorted((w for w in situation.waiting if w.service == s), key=order.key) for s in services]
    ranges = _ranges(_waits(situation, beliefs, chance, order, futures, dict(zip(services, lines, strict=True))))
    tickets: dict[str, Range] = {}
    newcomers: dict[str, Range] = {}
    for service, line in zip(services, lines, strict=True):
        for waiting in line:
            _keep(tickets, waiting.ticket, next(ranges))
        _keep(newcomers, service, next(ranges))
        next(ranges)  # nobody: the end of the lane
    return Forecast(situation.now, tickets, newcomers)


def _keep(ranges: dict[str, Range], of: str, found: Range | None) -> None:
    if found is not None:
        ranges[of] = found


def _waits(
    situation: Situation,
    beliefs: Beliefs,
    chance: np.random.Generator,
    order: Order,
    futures: int,
    lines: Mapping[str, list[Waiting]],
) -> Floats:
    """[future, entry]: the seconds until each is called, line after line."""
    people = People.of(situation, beliefs, order, chance, futures, lines)
    counters = Counters(situation, beliefs, chance, futures)
    latest = max([situation.now, *(order.key(w)[0] for w in situation.waiting)])
    waiting = {service: people.waiting(service, line) for service, line in lines.items()}
    coming = {service: lane for service in lines if (lane := people.coming(service, latest)) is not None}
    serves = counters.serving([*waiting, *coming])
    times = call_times([*waiting.values()], [*coming.values()], counters.desks(), serves)
    return times - situation.now


def _ranges(waits: Floats) -> Iterator[Range | None]:
    """Each entry's range; none where fewer than nine of ten futures call it."""
    ordered = np.sort(waits, axis=0)
    likely, at_most = (ordered[_place(len(waits), share)].clip(min=0.0).tolist() for share in (LIKELY, AT_MOST))
    for half, most in zip(likely, at_most, strict=True):
        yield Range(half, most) if most < NEVER else None


def _place(count: int, quantile: float) -> int:
    """Which of so many ordered values is the quantile, by the median-unbiased rule of Hyndman and Fan."""
    return min(max(round((count + 1 / 3) * quantile + 1 / 3) - 1, 0), count - 1)
