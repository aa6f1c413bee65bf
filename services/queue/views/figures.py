"""The figures of an office: what its days come to, and every visit for an export.

Every question is about a span of local days. `Days` sums each of them up, or has kept what it came to; here they are
put together, beside the event loop.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from services.queue.domain import errors
from services.queue.domain.office import Office
from services.queue.views.days import Days
from services.queue.views.stays import SHOWN, stays_of
from services.queue.views.tally import Hour, Part, Stay, Tally, by_hour, tallies, tally
from shared.clock import Clock
from shared.contracts.queue import Text
from shared.messaging.mongo_store import MongoStore
from shared.mongo import Database, passing_errors

EXPORT_BATCH = 500
DAYS_MOST = 92
"""The longest span of one question; an export has no such end."""
BY_WEEK_FROM = 32
"""So many days are told by weeks."""
WORDS_MOST = 20
"""Latest words on the page."""


@dataclass(frozen=True, slots=True)
class Row:
    """One service or counter."""

    id: str
    name: Text
    tally: Tally


@dataclass(frozen=True, slots=True)
class Span:
    """A day, or the week that begins with it."""

    begin: date
    tally: Tally


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody wrote of a visit."""

    day: date
    service_name: Text
    counter_name: Text | None
    score: int
    words: str


@dataclass(frozen=True, slots=True)
class FiguresView:
    """An office's figures of some days."""

    office: str
    office_name: Text
    first: date
    last: date
    service: str | None
    counter: str | None
    whole: Tally
    services: tuple[Row, ...]
    counters: tuple[Row, ...]
    spans: tuple[Span, ...]
    """Days, or weeks where there are many."""
    by_week: bool
    hours: tuple[Hour, ...]
    words: tuple[Said, ...]
    """Latest first."""


class Figures:
    """Questions of the manager. Each may raise `Transient` or `OfficeUnknown`."""

    def __init__(self, database: Database, store: MongoStore, clock: Clock) -> None:
        self._days = Days(database)
        self._tickets = database["tickets"]
        self._feedback = database["feedback"]
        self._store = store
        self._clock = clock

    async def today(self, office: str) -> date:
        """The office's local day."""
        return date.fromisoformat((await self._office(office)).day(self._clock()))

    async def of(
        self, id: str, first: date, last: date, *, service: str | None = None, counter: str | None = None
    ) -> FiguresView:
        """The figures of a span of days, both ends included, of one service or counter where it is named."""
        office = await self._office(id)
        parts = [
            part
            for part in await self._days.parts(office, first, last, office.day(self._clock()))
            if service in (None, part.service) and counter in (None, part.counter)
        ]
        view = await asyncio.to_thread(_summed, office, first, last, service, counter, parts)
        words = await self._words(office, parts)
        return FiguresView(**view, words=words)

    async def stays(self, id: str, first: date, last: date) -> AsyncIterator[list[list[Stay]]]:
        """Every visit of a span, some at a time, however many there are. A visit is its stays in order."""
        for line in await self._days.lines(await self._office(id), first, last):
            with passing_errors():
                found = self._tickets.find({"line": line["_id"]}, SHOWN, batch_size=EXPORT_BATCH).sort("number")
                while documents := await found.to_list(EXPORT_BATCH):
                    ids = [document["_id"] for document in documents]
                    said = self._feedback.find({"_id": {"$in": ids}}, {"score": 1})
                    scores = {feedback["_id"]: feedback["score"] async for feedback in said}
                    yield [stays_of(document, scores) for document in documents]

    async def zone(self, office: str) -> ZoneInfo:
        """By which the office tells the time."""
        return ZoneInfo((await self._office(office)).plan.time_zone)

    async def _office(self, id: str) -> Office:
        found = await self._store.load(Office, "id", [id])
        if not found:
            raise errors.OfficeUnknown
        return found[0]

    async def _words(self, office: Office, parts: Sequence[Part]) -> tuple[Said, ...]:
        """The latest that are not forgotten by now."""
        latest = sorted(parts, key=lambda part: part.day, reverse=True)
        ids = list(islice((id for part in latest for id in part.wrote), WORDS_MOST))
        services = {plan.id: plan.name for plan in office.plan.services}
        counters = {plan.id: plan.name for plan in office.plan.counters}
        with passing_errors():
            found = self._feedback.find({"_id": {"$in": ids}, "words": {"$gt": ""}})
            return tuple(
                [
                    Said(
                        date.fromisoformat(said["day"]),
                        services.get(said["service"]) or Text(said["service"], said["service"]),
                        counters.get(said["counter"]),
                        said["score"],
                        said["words"],
                    )
                    async for said in found.sort([("day", -1), ("given_at", -1)])
                ]
            )


def _summed(
    office: Office,
    first: date,
    last: date,
    service: str | None,
    counter: str | None,
    parts: Sequence[Part],
) -> dict[str, Any]:
    by_week = (last - first).days + 1 >= BY_WEEK_FROM
    nothing = tally(())
    spans = tallies(parts, lambda part: _begin(part.day, by_week=by_week))
    return {
        "office": office.id,
        "office_name": office.plan.name,
        "first": first,
        "last": last,
        "service": service,
        "counter": counter,
        "whole": tally(parts),
        "services": _rows({s.id: s.name for s in office.plan.services}, tallies(parts, lambda part: part.service)),
        "counters": _rows({c.id: c.name for c in office.plan.counters}, tallies(parts, lambda part: part.counter)),
        "spans": tuple(Span(begin, spans.get(begin, nothing)) for begin in _begins(first, last, by_week=by_week)),
        "by_week": by_week,
        "hours": tuple(by_hour(parts)),
    }


def _rows(names: Mapping[str, Text], found: Mapping[str, Tally]) -> tuple[Row, ...]:
    """In the plan's order, and behind them what is not in the plan any more."""
    ids = [*names, *sorted(found.keys() - names.keys())]
    return tuple(Row(id, names.get(id) or Text(id, id), found[id]) for id in ids if id in found)


def _begins(first: date, last: date, *, by_week: bool) -> list[date]:
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return list(dict.fromkeys(_begin(day.isoformat(), by_week=by_week) for day in days))


def _begin(day: str, *, by_week: bool) -> date:
    begin = date.fromisoformat(day)
    return begin - timedelta(days=begin.weekday()) if by_week else begin
