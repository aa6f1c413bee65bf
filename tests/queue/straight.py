"""Figures counted straight from every visit in one go: slow and plain, so that quicker ways can be held to it."""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from datetime import date, timedelta
from statistics import quantiles
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from services.queue.domain.office import Office
from services.queue.views.stays import stays_of
from services.queue.views.tally import SCORES, Opinion, Outcome, Spread, Stay, Tally
from tests.queue.stored import Place

K = TypeVar("K", bound=Hashable)
SERVED: tuple[Outcome, ...] = ("served", "sent-on")


async def straight(
    place: Place, office: Office, first: date, last: date, *, service: str | None = None, counter: str | None = None
) -> dict[str, Any]:
    """What the figures of a span must be, without the words that people wrote."""
    scores = {said["_id"]: said["score"] async for said in place.database["feedback"].find()}
    stays = [
        stay
        async for ticket in place.database["tickets"].find()
        for stay in stays_of(ticket, scores)
        if ticket["line"].startswith(f"{office.id}:")
        and first.isoformat() <= stay.day <= last.isoformat()
        and service in (None, stay.service)
        and counter in (None, stay.counter)
    ]
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    zone = ZoneInfo(office.plan.time_zone)
    return {
        "whole": counted(stays),
        "services": of_each(stays, lambda stay: stay.service),
        "counters": of_each(stays, lambda stay: stay.counter),
        "spans": {day: counted([stay for stay in stays if stay.day == day.isoformat()]) for day in days},
        "came": Counter(stay.joined_at.astimezone(zone).hour for stay in stays),
        "served": Counter(s.ended_at.astimezone(zone).hour for s in stays if s.ended_at and s.outcome in SERVED),
    }


def of_each(stays: Sequence[Stay], key: Callable[[Stay], K | None]) -> dict[K, Tally]:
    """Those of each value of a key."""
    keys = {found for stay in stays if (found := key(stay)) is not None}
    return {value: counted([stay for stay in stays if key(stay) == value]) for value in keys}


def counted(stays: Sequence[Stay]) -> Tally:
    """All of them at once."""
    outcomes = Counter(stay.outcome for stay in stays)
    said = Counter(stay.score for stay in stays)
    return Tally(
        people=len(stays),
        served=sum(outcomes[outcome] for outcome in SERVED),
        missed=outcomes["missed"],
        cancelled=outcomes["cancelled"],
        open=outcomes["open"],
        waiting=_spread([stay.waited for stay in stays]),
        handling=_spread([stay.handled for stay in stays]),
        opinion=Opinion(tuple(said[score] for score in SCORES)),
    )


def _spread(spans: Sequence[timedelta | None]) -> Spread | None:
    """By the standard library, to a millionth of a minute."""
    minutes = [span.total_seconds() / 60 for span in spans if span is not None]
    if len(minutes) < 2:
        return Spread(round(minutes[0], 6), round(minutes[0], 6)) if minutes else None
    tenths = quantiles(minutes, n=10, method="inclusive")
    return Spread(round(tenths[4], 6), round(tenths[8], 6))
