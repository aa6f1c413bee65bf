"""Figures of an office: how many came, how long they waited, what became of them. Pure arithmetic over stays.

A stay is one person's time in one line: a visit of several services is several stays. A stay counts for the counter
that called last. Waiting ends with that call; serving begins when the person has come, and ends when they are done or
are sent on, so that what they had to fetch meanwhile is part of it.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple, TypeVar

from shared.contracts.queue import Group, Way

Outcome = Literal["served", "sent-on", "missed", "cancelled", "open"]
"""What became of a stay. Open: still waiting or being served; on an earlier day, never seen to."""
SCORES = (1, 2, 3, 4, 5)

K = TypeVar("K", bound=Hashable)


class Stay(NamedTuple):
    """One person's time in one line."""

    service: str
    day: str
    outcome: Outcome
    counter: str | None
    joined_at: datetime
    called_at: datetime | None
    serving_at: datetime | None
    ended_at: datetime | None
    way: Way
    group: Group
    put_backs: int
    delays: int
    score: int | None = None
    """How the person found the visit, where they said so and it ended here."""

    @property
    def waited(self) -> float | None:
        """Minutes until the call."""
        return _minutes(self.joined_at, self.called_at)

    @property
    def handled(self) -> float | None:
        """Minutes of serving."""
        return _minutes(self.serving_at, self.ended_at) if self.outcome in ("served", "sent-on") else None


class Spread(NamedTuple):
    """How long something took, in minutes."""

    median: float
    p90: float


class Opinion(NamedTuple):
    """What people said of their visits."""

    counts: tuple[int, ...] = (0, 0, 0, 0, 0)
    """How many gave 1, 2, 3, 4 and 5."""

    @property
    def number(self) -> int:
        """How many said something."""
        return sum(self.counts)

    @property
    def average(self) -> float | None:
        """None where nobody did."""
        total = sum(score * count for score, count in zip(SCORES, self.counts, strict=True))
        return total / self.number if self.number else None


@dataclass(frozen=True, slots=True)
class Tally:
    """Some stays, summed up."""

    people: int
    served: int
    """Done, or sent on to another service."""
    missed: int
    cancelled: int
    open: int
    waiting: Spread | None
    """None where nobody was called."""
    handling: Spread | None
    opinion: Opinion


class Hour(NamedTuple):
    """An hour of the day, 0 to 23."""

    hour: int
    came: int
    served: int


def tally(stays: Iterable[Stay]) -> Tally:
    """Sum some stays up."""
    outcomes: Counter[Outcome] = Counter()
    scores: Counter[int] = Counter()
    waits, handlings = [], []
    for stay in stays:
        outcomes[stay.outcome] += 1
        if (waited := stay.waited) is not None:
            waits.append(waited)
        if (handled := stay.handled) is not None:
            handlings.append(handled)
        if stay.score is not None:
            scores[stay.score] += 1
    return Tally(
        people=outcomes.total(),
        served=outcomes["served"] + outcomes["sent-on"],
        missed=outcomes["missed"],
        cancelled=outcomes["cancelled"],
        open=outcomes["open"],
        waiting=_spread(waits),
        handling=_spread(handlings),
        opinion=Opinion(tuple(scores[score] for score in SCORES)),
    )


def tallies(stays: Iterable[Stay], key: Callable[[Stay], K | None]) -> Mapping[K, Tally]:
    """The same for each value of a key; those without one are left out."""
    groups: dict[K, list[Stay]] = {}
    for stay in stays:
        value = key(stay)
        if value is not None:
            groups.setdefault(value, []).append(stay)
    return {value: tally(group) for value, group in groups.items()}


def by_hour(stays: Iterable[Stay], zone: Callable[[datetime], datetime]) -> list[Hour]:
    """When people came and were done, from the first hour of any to the last. `zone` tells the local time."""
    came: Counter[int] = Counter()
    served: Counter[int] = Counter()
    for stay in stays:
        came[zone(stay.joined_at).hour] += 1
        if stay.ended_at is not None and stay.outcome in ("served", "sent-on"):
            served[zone(stay.ended_at).hour] += 1
    hours = came.keys() | served.keys()
    return [Hour(h, came[h], served[h]) for h in range(min(hours), max(hours) + 1)] if hours else []


def quantile(values: Sequence[float], share: float) -> float:
    """Below which so many of some sorted values lie; between two of them in proportion."""
    place = share * (len(values) - 1)
    below = int(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (values[above] - values[below]) * (place - below)


def _spread(minutes: list[float]) -> Spread | None:
    if not minutes:
        return None
    minutes.sort()
    return Spread(quantile(minutes, 0.5), quantile(minutes, 0.9))


def _minutes(begin: datetime | None, end: datetime | None) -> float | None:
    if begin is None or end is None or end < begin:
        return None
    return (end - begin).total_seconds() / 60
