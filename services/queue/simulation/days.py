"""Series of made-up days of one office, all from one seed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from services.queue.domain.forecast.happenings import Happening
from services.queue.domain.forecast.order import MERGED, Order
from services.queue.simulation.day import live
from services.queue.simulation.kinds import KINDS, Kind
from services.queue.simulation.truth import TrueOffice, drawn_office

FIRST_MIDNIGHT = 1_772_380_800.0
"""2 March 2026, 00:00 in Palu (UTC+8), a Monday."""
DAY = 86_400.0
TIME_ZONE = "Asia/Makassar"


@dataclass(frozen=True, slots=True)
class RecordedDay:
    """A local day of an office: what happened, in the order of time."""

    name: str
    """`2026-03-02`, with the office's name before it where there are several."""
    kind: str
    """What sort of day it was; days of one kind are scored together."""
    midnight: float
    happenings: tuple[Happening, ...]
    paces: Mapping[str, float] = field(default_factory=dict)
    """Each counter's true pace, where the day was made up."""


@dataclass(frozen=True, slots=True)
class Series:
    """Days, and the office as it really was."""

    office: TrueOffice
    days: tuple[RecordedDay, ...]


def simulated(number: int, seed: int, order: Order = MERGED) -> Series:
    """So many days on end, the kinds by turns. Each day has its own stream of chance, so that the first days
    of a longer series are those of a shorter one."""
    root = np.random.SeedSequence(seed)
    office_seed, *day_seeds = root.spawn(number + 1)
    office = drawn_office(np.random.default_rng(office_seed))
    return Series(office, tuple(_days(office, order, day_seeds)))


def _days(office: TrueOffice, order: Order, seeds: list[np.random.SeedSequence]) -> Iterator[RecordedDay]:
    for number, seed in enumerate(seeds):
        kind: Kind = KINDS[number % len(KINDS)]
        midnight = FIRST_MIDNIGHT + number * DAY
        day = live(office, kind, midnight, order, np.random.default_rng(seed))
        date = np.datetime64(int(FIRST_MIDNIGHT + 8 * 3600 + number * DAY), "s").astype("datetime64[D]")
        yield RecordedDay(str(date), kind, midnight, day.happenings, day.paces)
