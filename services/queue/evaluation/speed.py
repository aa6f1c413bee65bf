"""How long a forecast takes, for the largest line that the bar names."""

from collections.abc import Iterator
from time import perf_counter, thread_time

import numpy as np

from services.queue.domain.forecast.forecast import forecast
from services.queue.domain.forecast.learner import Learner
from services.queue.domain.forecast.order import MERGED
from services.queue.domain.forecast.situation import Booking, CounterNow, Situation, Visit, Waiting
from shared.contracts.queue import Group

PEOPLE, COUNTERS = 300, 8
ROUNDS = 25
NOW, DAY = 9.5 * 3600, 86_400.0
BOOKINGS = 40


def lines() -> Iterator[str]:
    """The measurement, as text."""
    situation = _situation()
    learner = _taught()
    chance = np.random.default_rng(1)
    passed: list[float] = []
    used: list[float] = []
    for _ in range(ROUNDS):
        clock, processor = perf_counter(), thread_time()
        forecast(situation, learner.beliefs(), chance, order=MERGED)
        passed.append((perf_counter() - clock) * 1e3)
        used.append((thread_time() - processor) * 1e3)
    yield (
        f"A line of {PEOPLE} before {COUNTERS} counters: {np.median(used):.1f} ms of the processor "
        f"({min(used):.1f} at best; by the clock {np.median(passed):.1f}, {min(passed):.1f} at best)."
    )


def _taught() -> Learner:
    """Knows that a tenth of those who will come has priority and goes ahead of many who wait."""
    learner = Learner()
    learner.begin_day(-DAY)
    for n in range(PEOPLE):
        learner.took_ticket("skck", "priority" if n % 10 == 0 else "ordinary", -DAY + NOW - 3600 + 36.0 * n)
    learner.begin_day(0.0)
    return learner


def _situation() -> Situation:
    """A busy morning: one line, a tenth of it with priority, every counter busy, and appointments to come."""
    waiting = tuple(_person(n) for n in range(PEOPLE))
    counters = tuple(
        CounterNow(f"loket-{n}", ("skck",), Visit(f"v{n}", "skck", "ordinary", NOW - 60 * n - 30, NOW - 60 * n))
        for n in range(COUNTERS)
    )
    bookings = tuple(Booking(str(n), "skck", NOW + 60.0 * n) for n in range(BOOKINGS))
    return Situation(NOW, waiting, counters, bookings)


def _person(n: int) -> Waiting:
    group: Group = "priority" if n % 10 == 0 else "ordinary"
    return Waiting(str(n), "skck", NOW - 12.0 * (PEOPLE - n), group, n)
