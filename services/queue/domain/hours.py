"""When a service is open, by the clock of its office.

An opening is one uninterrupted stretch of real time, from the first moment at which that clock would show
`opens` to the first at which it would show `closes`. So a clock that is put back does not open an office
twice, and one that is put forward past `opens` opens it as much later. `closes` at 00:00 is the day's end.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple
from zoneinfo import ZoneInfo

from shared.contracts.queue import Holiday, ServicePlan

MIDNIGHT = time(0)
LOOK_AHEAD_DAYS = 366
"""A service that does not open within a year has no next opening."""

_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)
_day_of = attrgetter("day")
_latest: "dict[str, Minute]" = {}
"""For each zone."""


class Minute(NamedTuple):
    """A minute of real time, which lies on one local day, whatever is done to the clock."""

    begin: datetime
    end: datetime
    day: date
    written: str
    """The day, `2026-08-17`."""


def local_minute(zone: str, now: datetime) -> Minute:
    """The minute that `now` lies in, by a zone's clock. Asked for by every command, most often for the same one."""
    latest = _latest.get(zone)
    if latest is None or not latest.begin <= now < latest.end:
        begin = now.astimezone(UTC).replace(second=0, microsecond=0)
        day = begin.astimezone(ZoneInfo(zone)).date()
        latest = _latest[zone] = Minute(begin, begin + _MINUTE, day, day.isoformat())
    return latest


def is_open(service: ServicePlan, holidays: tuple[Holiday, ...], zone: ZoneInfo, now: datetime) -> bool:
    """Whether `now` lies in one of the service's openings."""
    today = local_minute(zone.key, now).day
    weekday = today.weekday()
    for opening in service.hours:
        if opening.weekday == weekday:
            begin, end = _stretch(opening.opens, opening.closes, today, zone)
            if begin <= now < end:
                return not _is_holiday(today, holidays)
    return False


def next_opening(
    service: ServicePlan, holidays: tuple[Holiday, ...], zone: ZoneInfo, now: datetime, *, not_today: bool
) -> datetime | None:
    """When an opening begins for the first time after `now`, in local time. `not_today`: today is used up."""
    today = now.astimezone(zone).date()
    for ahead in range(int(not_today), LOOK_AHEAD_DAYS + 1 if service.hours else 0):
        day = today + ahead * _DAY
        begins = [begin for begin, end in _openings(service, zone, day) if now < begin < end]
        if begins and not _is_holiday(day, holidays):
            return min(begins).astimezone(zone)
    return None


def openings(
    service: ServicePlan, holidays: tuple[Holiday, ...], zone: ZoneInfo, day: date
) -> list[tuple[datetime, datetime]]:
    """The stretches of real time in which a service is open on a local day, in order."""
    if _is_holiday(day, holidays):
        return []
    return sorted((begin, end) for begin, end in _openings(service, zone, day) if begin < end)


def _openings(service: ServicePlan, zone: ZoneInfo, day: date) -> Iterator[tuple[datetime, datetime]]:
    """A day's openings as stretches of real time. One that the clock is put forward over has no length."""
    weekday = day.weekday()
    for opening in service.hours:
        if opening.weekday == weekday:
            yield _stretch(opening.opens, opening.closes, day, zone)


@lru_cache(maxsize=4096)
def _stretch(opens: time, closes: time, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """An opening on a day, by times rather than as a whole: asked for by every ticket, and they hash faster."""
    last = day if closes > MIDNIGHT else day + _DAY
    begin, end = (datetime.combine(on, clock, zone).astimezone(UTC) for on, clock in ((day, opens), (last, closes)))
    return begin, end


def _is_holiday(day: date, holidays: tuple[Holiday, ...]) -> bool:
    return day in map(_day_of, holidays)
