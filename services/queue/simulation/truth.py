"""The office of the made-up days as it really is: what the learner has to find out and is never told.

Its shapes are not those that the learner assumes: gamma, Weibull and log-normal times, services with two ways
through, hitches, officers of different pace, slow days, an afternoon that drags, people who stay away the more
the longer they had to wait.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import gamma, log
from typing import Literal

import numpy as np

from services.queue.domain.forecast.situation import Break

MINUTE = 60.0
HOUR = 3600.0
FIRST_TICKET, LAST_TICKET = 8.0 * HOUR, 14.0 * HOUR
"""Between these, in seconds from midnight, tickets are given out."""
AFTERNOON = 13.0 * HOUR


@dataclass(frozen=True, slots=True)
class Way:
    """One way through a service, or any other thing that takes time."""

    share: float
    shape: Literal["gamma", "log-normal", "weibull"]
    mean: float
    """Seconds."""
    parameter: float
    """Shape of the gamma or Weibull, deviation of the log-normal."""

    def draw(self, chance: np.random.Generator) -> float:
        """How long it takes this time."""
        if self.shape == "gamma":
            return float(chance.gamma(self.parameter, self.mean / self.parameter))
        if self.shape == "weibull":
            return float(chance.weibull(self.parameter) * self.mean / gamma(1 + 1 / self.parameter))
        return float(chance.lognormal(log(self.mean) - self.parameter**2 / 2, self.parameter))


@dataclass(frozen=True, slots=True)
class TrueService:
    """A service as it is."""

    demand: float
    """Its share of the people."""
    ways: tuple[Way, ...]
    no_show: float

    @property
    def mean(self) -> float:
        """Seconds at a counter of ordinary pace, without hitches."""
        return sum(way.share * way.mean for way in self.ways)

    def draw(self, chance: np.random.Generator) -> float:
        """How long a person takes at a counter of ordinary pace."""
        way = self.ways[int(chance.choice(len(self.ways), p=[way.share for way in self.ways]))]
        return way.draw(chance) * (HITCH_FACTOR if chance.random() < HITCH_SHARE else 1.0)


HITCH_SHARE, HITCH_FACTOR = 0.01, 3.0
"""A printer that jams, a system that hangs."""


@dataclass(frozen=True, slots=True)
class TrueCounter:
    """A counter as it is. Times are seconds from midnight."""

    services: tuple[str, ...]
    opens: float
    lunch: Break | None
    closes: float | None = None
    pace: float = 1.0


@dataclass(frozen=True, slots=True)
class TrueOffice:
    """An office as it is."""

    services: Mapping[str, TrueService]
    counters: Mapping[str, TrueCounter]
    coming: Way = Way(1.0, "gamma", 28.0, 2.5)
    holding: Way = Way(1.0, "gamma", 105.0, 12.0)
    switching: Way = Way(1.0, "log-normal", 28.0, 0.7)
    noticing: Way = Way(1.0, "log-normal", 9.0, 0.6)
    pausing: Way = Way(1.0, "log-normal", 8.0 * MINUTE, 0.6)
    opening: Way = Way(1.0, "gamma", 3.0 * MINUTE, 1.5)
    stretching: Way = Way(1.0, "gamma", 1.04, 60.0)
    """A lunch break as a factor of the planned one."""
    pauses_an_hour: float = 0.25
    leaves_an_hour: float = 0.06
    more_no_shows_an_hour: float = 0.06
    """What each hour of waiting adds to the probability of not being there."""
    comes_back: float = 0.3
    """Who missed the call and is put back a little later."""
    coming_back: Way = Way(1.0, "gamma", 6.0 * MINUTE, 2.0)
    booking_absent: float = 0.14
    check_in_mean: float = -9.0 * MINUTE
    check_in_deviation: float = 9.0 * MINUTE
    day_deviation: float = 0.06
    counter_day_deviation: float = 0.05
    afternoon: float = 1.08

    def capacity(self) -> float:
        """Seconds of all counters between the first ticket and the last."""
        return sum(
            min(c.closes or LAST_TICKET, LAST_TICKET) - c.opens - (c.lunch.length if c.lunch else 0.0)
            for c in self.counters.values()
        )

    def mean_demand(self) -> float:
        """Seconds of a counter that a person takes on average."""
        work = sum(s.demand * s.mean for s in self.services.values())
        return work + self.coming.mean + self.switching.mean


def _counter(
    *services: str, opens: float = 8.0, lunch: float | None = None, closes: float | None = None
) -> TrueCounter:
    pause = None if lunch is None else Break(lunch * HOUR, (lunch + 0.75) * HOUR)
    return TrueCounter(services, opens * HOUR, pause, None if closes is None else closes * HOUR)


_SERVICES = {
    "sim-baru": TrueService(
        0.2, (Way(0.8, "gamma", 13.0 * MINUTE, 5.0), Way(0.2, "gamma", 4.0 * MINUTE, 3.0)), no_show=0.05
    ),
    "sim-perpanjangan": TrueService(0.35, (Way(1.0, "gamma", 7.0 * MINUTE, 3.0),), no_show=0.04),
    "skck": TrueService(0.3, (Way(1.0, "log-normal", 7.5 * MINUTE, 0.5),), no_show=0.06),
    "kehilangan": TrueService(0.15, (Way(1.0, "weibull", 5.0 * MINUTE, 1.6),), no_show=0.03),
}
_COUNTERS = {
    "loket-1": _counter("sim-baru", lunch=12.0),
    "loket-2": _counter("sim-baru", "sim-perpanjangan", lunch=12.75),
    "loket-3": _counter("sim-perpanjangan", lunch=11.5),
    "loket-4": _counter("sim-perpanjangan", "skck", lunch=12.25),
    "loket-5": _counter("skck", lunch=12.0),
    "loket-6": _counter("skck", "kehilangan", lunch=12.75),
    "loket-7": _counter("kehilangan", "sim-perpanjangan", closes=12.0),
    "loket-8": _counter("sim-baru", "sim-perpanjangan", "skck", "kehilangan", opens=9.0, lunch=13.0),
}


def drawn_office(chance: np.random.Generator) -> TrueOffice:
    """An office of this seed: its services' means, its officers' paces and its people's habits are its own."""
    services = {
        id: replace(
            service,
            ways=_scaled(service.ways, float(chance.lognormal(0.0, 0.2))),
            no_show=service.no_show * float(chance.lognormal(0.0, 0.3)),
        )
        for id, service in _SERVICES.items()
    }
    counters = {id: replace(counter, pace=float(chance.lognormal(0.0, 0.15))) for id, counter in _COUNTERS.items()}
    office = TrueOffice(services, counters)
    return replace(
        office,
        pauses_an_hour=office.pauses_an_hour * float(chance.lognormal(0.0, 0.4)),
        leaves_an_hour=office.leaves_an_hour * float(chance.lognormal(0.0, 0.4)),
        booking_absent=office.booking_absent * float(chance.lognormal(0.0, 0.3)),
        check_in_mean=office.check_in_mean + float(chance.normal(0.0, 3.0 * MINUTE)),
    )


def _scaled(ways: tuple[Way, ...], factor: float) -> tuple[Way, ...]:
    return tuple(replace(way, mean=way.mean * factor) for way in ways)
