"""A small office for the tests of the forecast: what is there at nine o'clock."""

from collections.abc import Mapping

import numpy as np

from services.queue.domain.forecast.beliefs import Beliefs, Pace
from services.queue.domain.forecast.durations import Floats, Table
from services.queue.domain.forecast.forecast import Forecast, forecast
from services.queue.domain.forecast.order import FIRST_COME, Order
from services.queue.domain.forecast.situation import CounterNow, Situation, Visit, Waiting
from shared.contracts.queue import Group

NINE = 9 * 3600.0
MINUTE = 60.0


def always(seconds: float) -> Table:
    """Something that takes always as long."""
    return Table.of([seconds])


def certain(work: Mapping[str, Table] | None = None, paces: Mapping[str, Pace] | None = None) -> Beliefs:
    """Beliefs that leave nothing to chance: five minutes a visit, and nothing else takes time or happens."""
    at_once = always(1e-6)
    return Beliefs(
        work=work or {},
        other_work=always(5 * MINUTE),
        coming=at_once,
        holding=at_once,
        switching=at_once,
        noticing=at_once,
        pausing=at_once,
        opening=at_once,
        stretching=always(1.0),
        check_in=always(7200.0),
        no_shows={},
        other_no_show=0.0,
        comes_back=0.0,
        absent=0.0,
        pause_rate=1e-9,
        leave_rate=1e-9,
        paces=paces or {"1": Pace(), "2": Pace(), "3": Pace()},
    )


def line(number: int, service: str = "skck", group: Group = "ordinary") -> tuple[Waiting, ...]:
    """People of a line, `skck-1` first, who came a minute after each other."""
    came = NINE - 60 * MINUTE
    return tuple(Waiting(f"{service}-{n}", service, came + n * MINUTE, group, n) for n in range(1, number + 1))


def counter(id: str = "1", *services: str, busy_since: float | None = None) -> CounterNow:
    """A counter that has nobody, or who is there since a time."""
    services = services or ("skck",)
    if busy_since is None:
        return CounterNow(id, services, free_since=NINE)
    return CounterNow(id, services, Visit(f"at-{id}", services[0], "ordinary", busy_since, busy_since))


def at_nine(waiting: tuple[Waiting, ...], *counters: CounterNow) -> Situation:
    """The office at nine."""
    return Situation(NINE, waiting, counters)


def told(
    situation: Situation, beliefs: Beliefs, *, order: Order = FIRST_COME, futures: int = 100, seed: int = 1
) -> Forecast:
    """The forecast."""
    return forecast(situation, beliefs, np.random.default_rng(seed), order=order, futures=futures)


def spread(mean: float, deviation: float = 0.5) -> Table:
    """A log-normal time."""
    values: Floats = np.random.default_rng(9).lognormal(np.log(mean) - deviation**2 / 2, deviation, 4000)
    return Table.of(values.tolist())
