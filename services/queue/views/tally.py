"""Figures of an office: how many came, how long they waited, what became of them. Pure arithmetic over stays.

A stay is one person's time in one line: a visit of several services is several stays. A stay counts for the counter
that called last. Waiting ends with that call; serving begins when the person has come, and ends when they are done or
are sent on, so that what they had to fetch meanwhile is part of it. What people said counts for the service and the
counter of which they said it.

    stays, opinions → parts, by day, service and counter → tallies of any of them

Invariant: tallies of parts are those of the stays themselves. Counts add up, and a part holds every waiting and
handling time to the millisecond, which is as exact as the database keeps moments: half of a season's people are found
among all of them, not among the halves of its days.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from shared.contracts.queue import Group, Way

Outcome = Literal["served", "sent-on", "missed", "cancelled", "open"]
"""What became of a stay. Open: still waiting or being served; on an earlier day, never seen to."""
OUTCOMES: tuple[Outcome, ...] = ("served", "sent-on", "missed", "cancelled", "open")
SCORES = (1, 2, 3, 4, 5)
HOURS = range(24)

Milliseconds = NDArray[np.int64]
K = TypeVar("K", bound=Hashable)
_MILLISECOND = timedelta(milliseconds=1)


def _none() -> Milliseconds:
    return np.array((), dtype=np.int64)


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
    def waited(self) -> timedelta | None:
        """Until the call."""
        return _between(self.joined_at, self.called_at)

    @property
    def handled(self) -> timedelta | None:
        """Being served."""
        return _between(self.serving_at, self.ended_at) if self.outcome in ("served", "sent-on") else None


class Answer(NamedTuple):
    """How somebody found a visit."""

    id: str
    day: str
    service: str
    counter: str | None
    score: int
    in_words: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """The stays of one day, service and counter, summed up; or what was said of them."""

    day: str
    service: str
    counter: str | None
    outcomes: tuple[int, ...] = (0,) * len(OUTCOMES)
    """How many had each of `OUTCOMES`."""
    waits: Milliseconds = field(default_factory=_none)
    """Of each who was called, sorted."""
    handlings: Milliseconds = field(default_factory=_none)
    """Of each who was served, sorted."""
    came: tuple[int, ...] = (0,) * len(HOURS)
    """How many came in each hour of the local day."""
    served: tuple[int, ...] = (0,) * len(HOURS)
    scores: tuple[int, ...] = (0,) * len(SCORES)
    """How many gave each of `SCORES`."""
    wrote: tuple[str, ...] = ()
    """The ids of what was said in words."""


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


def parts_of(stays: Iterable[Stay], local: Callable[[datetime], datetime]) -> list[Part]:
    """Sum stays up, without what was said of them. `local` tells the office's time."""
    groups: dict[tuple[str, str, str | None], list[Stay]] = {}
    for stay in stays:
        groups.setdefault((stay.day, stay.service, stay.counter), []).append(stay)
    return [_part(key, group, local) for key, group in groups.items()]


def opinions_of(opinions: Iterable[Answer]) -> list[Part]:
    """Sum up what was said of visits."""
    groups: dict[tuple[str, str, str | None], list[Answer]] = {}
    for said in opinions:
        groups.setdefault((said.day, said.service, said.counter), []).append(said)
    return [
        Part(
            *place,
            scores=_counted(SCORES, (said.score for said in group)),
            wrote=tuple(said.id for said in group if said.in_words),
        )
        for place, group in groups.items()
    ]


def tally(parts: Iterable[Part]) -> Tally:
    """Sum some parts up."""
    parts = list(parts)
    outcomes = dict(zip(OUTCOMES, _added(OUTCOMES, (part.outcomes for part in parts)), strict=True))
    return Tally(
        people=sum(outcomes.values()),
        served=outcomes["served"] + outcomes["sent-on"],
        missed=outcomes["missed"],
        cancelled=outcomes["cancelled"],
        open=outcomes["open"],
        waiting=_spread([part.waits for part in parts]),
        handling=_spread([part.handlings for part in parts]),
        opinion=Opinion(_added(SCORES, (part.scores for part in parts))),
    )


def tallies(parts: Iterable[Part], key: Callable[[Part], K | None]) -> Mapping[K, Tally]:
    """The same for each value of a key; those without one are left out."""
    groups: dict[K, list[Part]] = {}
    for part in parts:
        value = key(part)
        if value is not None:
            groups.setdefault(value, []).append(part)
    return {value: tally(group) for value, group in groups.items()}


def by_hour(parts: Iterable[Part]) -> list[Hour]:
    """When people came and were done, from the first hour of any to the last."""
    parts = list(parts)
    came, served = _added(HOURS, (part.came for part in parts)), _added(HOURS, (part.served for part in parts))
    hours = [hour for hour in HOURS if came[hour] or served[hour]]
    return [Hour(h, came[h], served[h]) for h in range(hours[0], hours[-1] + 1)] if hours else []


def quantile(values: Sequence[float] | NDArray[np.float64], share: float) -> float:
    """Below which so many of some sorted values lie; between two of them in proportion."""
    place = share * (len(values) - 1)
    below = int(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (values[above] - values[below]) * (place - below)


def _part(place: tuple[str, str, str | None], stays: Sequence[Stay], local: Callable[[datetime], datetime]) -> Part:
    done = [stay.ended_at for stay in stays if stay.ended_at is not None and stay.outcome in ("served", "sent-on")]
    return Part(
        *place,
        outcomes=_counted(OUTCOMES, (stay.outcome for stay in stays)),
        waits=_sorted(stay.waited for stay in stays),
        handlings=_sorted(stay.handled for stay in stays),
        came=_counted(HOURS, (local(stay.joined_at).hour for stay in stays)),
        served=_counted(HOURS, (local(moment).hour for moment in done)),
    )


def _counted(kinds: Sequence[K], values: Iterable[K]) -> tuple[int, ...]:
    counts = Counter(values)
    return tuple(counts[kind] for kind in kinds)


def _added(kinds: Sequence[object], counts: Iterable[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(map(sum, zip((0,) * len(kinds), *counts, strict=True)))


def _sorted(spans: Iterable[timedelta | None]) -> Milliseconds:
    return np.array(sorted(span // _MILLISECOND for span in spans if span is not None), dtype=np.int64)


def _spread(spans: Sequence[Milliseconds]) -> Spread | None:
    together = np.concatenate([_none(), *spans])
    if not together.size:
        return None
    together.sort(kind="stable")  # which sees that each of them is sorted
    minutes = together / 1000 / 60
    return Spread(float(quantile(minutes, 0.5)), float(quantile(minutes, 0.9)))


def _between(begin: datetime | None, end: datetime | None) -> timedelta | None:
    return None if begin is None or end is None or end < begin else end - begin
