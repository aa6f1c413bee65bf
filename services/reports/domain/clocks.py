"""Running clocks: what was promised, until when, and whether it is late. A clock is missed at most once."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.contracts.reports.incidents import Clock


@dataclass(frozen=True, slots=True)
class Running:
    """A promise that is neither kept nor given up yet."""

    clock: Clock
    since: datetime
    due_at: datetime
    unit: str | None = None
    """Whose it is, where it is a unit's."""
    missed: bool = False


Clocks = tuple[Running, ...]


def start(clocks: Clocks, clock: Clock, minutes: int | None, now: datetime, unit: str | None = None) -> Clocks:
    """Let a clock run from now on, in the place of one of the same name. None: nothing was promised."""
    rest = stop(clocks, clock, unit)
    return rest if minutes is None else (*rest, Running(clock, now, now + timedelta(minutes=minutes), unit))


def stop(clocks: Clocks, clock: Clock, unit: str | None = None) -> Clocks:
    """The promise is kept, or means nothing any more."""
    return tuple(running for running in clocks if (running.clock, running.unit) != (clock, unit))


def stop_of_unit(clocks: Clocks, unit: str) -> Clocks:
    """Nothing is expected of a unit any more."""
    return tuple(running for running in clocks if running.unit != unit)


def adjust(clocks: Clocks, clock: Clock, minutes: int | None, since: datetime | None) -> Clocks:
    """Another promise counts from where a running one began, else from `since`. What was missed stays so.

    `since` None: nothing is waited for, and so nothing begins to run.
    """
    running = next((running for running in clocks if (running.clock, running.unit) == (clock, None)), None)
    if running is None:
        return clocks if since is None else start(clocks, clock, minutes, since)
    return clocks if running.missed else start(clocks, clock, minutes, running.since)


def late(clocks: Iterable[Running], now: datetime) -> list[Running]:
    """Those that have run out and are not known as missed yet, the earliest first."""
    return sorted((r for r in clocks if not r.missed and r.due_at <= now), key=lambda r: (r.due_at, r.clock))


def miss(clocks: Clocks, missed: Iterable[Running]) -> Clocks:
    """They are known as missed from now on."""
    known = set(missed)
    return tuple(replace(running, missed=True) if running in known else running for running in clocks)


def next_due(clocks: Iterable[Running]) -> datetime | None:
    """When one must be looked at."""
    return min((running.due_at for running in clocks if not running.missed), default=None)
