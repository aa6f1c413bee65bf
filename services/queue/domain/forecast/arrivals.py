"""Who is still to come and will go first: arrivals of a group with a head start, by the hour of the day.

All who come without an appointment are a Poisson process for each service, whose rate is a profile by
half-hours (recency-weighted means of past days, smoothed over the neighbours) times a gamma factor, since days
differ. Of them a share belongs to the group. The share is the day's own: with a long-run share p and n of N who
belong to it until now, it is Beta(k·p + n, k·(1-p) + N - n). So a day with three times as many elderly people is
noticed by nine o'clock, and a crowd at eight is not taken for more people all day. Factor and share are a day's, and so
the same for all services of a future: what is not known of them makes all lines longer together, or none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from services.queue.domain.forecast.durations import Floats
from shared.contracts.queue import Group

BIN = 1800.0
BINS = 48
PRIOR_PER_HOUR = 5.0
"""What is expected of a service of which no day has been seen."""
PRIOR_DAYS = 0.5
PRIOR_SHARE, PRIOR_PEOPLE = 0.1, 20.0
"""A group's long-run share, and so many people are as good as it."""
SHARE_STRENGTH = 10.0
"""k: after so many people the day's own share counts as much as the long-run one."""
FACTOR_SHAPE = 12.0
"""Of the factor between days: a standard deviation of 0.3."""

_EDGES = np.arange(BINS + 1)


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What is believed about one service's arrivals of one group, today."""

    midnight: float
    reached: Floats
    """Expected arrivals of all groups until each half-hour's end, from 0 at midnight."""
    share: tuple[float, float]
    """Of the group: the parameters of a beta distribution."""
    shape: float = FACTOR_SHAPE

    def draw(self, chance: np.random.Generator, begin: float, end: float, crowd: Floats) -> Floats:
        """[future, n]: times from `begin` to `end`; the rest of a row is infinite. `crowd`: see `crowds`."""
        futures = len(crowd)
        low, high = np.interp((np.array([begin, end]) - self.midnight) / BIN, _EDGES, self.reached)
        numbers = chance.poisson(crowd * (high - low))
        widest = int(numbers.max(initial=0))
        shares = low + chance.random((futures, widest)) * (high - low)
        times = self.midnight + BIN * np.interp(shares, self.reached, _EDGES)
        return np.where(np.arange(widest) < numbers[:, None], times, np.inf)


def crowds(
    arrivals: Mapping[tuple[str, Group], Arrivals], chance: np.random.Generator, futures: int
) -> Mapping[Group, Floats]:
    """Group → which part of all who are expected comes and belongs to it, in each future, whatever the service."""
    found: dict[Group, Floats] = {}
    factors: Floats | None = None
    for (_, group), of_service in arrivals.items():
        if factors is None:
            factors = chance.gamma(of_service.shape, 1.0 / of_service.shape, futures)
        if group not in found:
            found[group] = factors * chance.beta(*of_service.share, futures)
    return found


@dataclass(slots=True)
class _Profile:
    """One service's."""

    past: Floats = field(default_factory=lambda: np.zeros(BINS))
    today: Floats = field(default_factory=lambda: np.zeros(BINS))

    def reached(self, days: float) -> Floats:
        mean = (self.past + PRIOR_DAYS * PRIOR_PER_HOUR * BIN / 3600.0) / (days + PRIOR_DAYS)
        smooth = (np.roll(mean, 1) + 2.0 * mean + np.roll(mean, -1)) / 4.0
        return np.concatenate(([0.0], np.cumsum(smooth)))


@dataclass(slots=True)
class _Count:
    """People of one group, or of all."""

    past: float = 0.0
    today: float = 0.0


@dataclass(slots=True)
class Profiles:
    """Learns when people come, and which."""

    _days: float = 0.0
    """How many fresh days the past is worth."""
    _profiles: dict[str, _Profile] = field(default_factory=dict)
    _groups: dict[Group, _Count] = field(default_factory=dict)
    _all: _Count = field(default_factory=_Count)

    def see(self, service: str, group: Group, second_of_day: float) -> None:
        """Somebody came."""
        place = min(max(int(second_of_day // BIN), 0), BINS - 1)
        self._profiles.setdefault(service, _Profile()).today[place] += 1.0
        for counted in (self._groups.setdefault(group, _Count()), self._all):
            counted.today += 1.0

    def begin_day(self, factor: float) -> None:
        """The latest day becomes the past, and the past weighs less."""
        self._days = (self._days + 1.0) * factor
        for profile in self._profiles.values():
            profile.past = (profile.past + profile.today) * factor
            profile.today = np.zeros(BINS)
        for counted in (*self._groups.values(), self._all):
            counted.past, counted.today = (counted.past + counted.today) * factor, 0.0

    def believed(self, midnight: float) -> Mapping[tuple[str, Group], Arrivals]:
        """Of each service that has been seen, and of each group."""
        reached = {service: profile.reached(self._days) for service, profile in self._profiles.items()}
        shares = {group: self._share(counted) for group, counted in self._groups.items()}
        return {
            (service, group): Arrivals(midnight, until, share)
            for service, until in reached.items()
            for group, share in shares.items()
        }

    def _share(self, group: _Count) -> tuple[float, float]:
        long_run = (PRIOR_PEOPLE * PRIOR_SHARE + group.past) / (PRIOR_PEOPLE + self._all.past)
        others = self._all.today - group.today
        return SHARE_STRENGTH * long_run + group.today, max(SHARE_STRENGTH * (1.0 - long_run), 0.1) + others
