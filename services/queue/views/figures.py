"""The figures of an office, computed from its tickets and what people said of their visits.

Every question is about a span of local days, which are found by their lines: what it costs follows from how many
people came in the span, not from how many ever did. The arithmetic of a long span is done beside the event loop.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from services.queue.domain import errors
from services.queue.domain.office import Office
from services.queue.views.stays import SHOWN, day_of, stays_of
from services.queue.views.tally import Hour, Stay, Tally, by_hour, tallies, tally
from shared.clock import Clock
from shared.contracts.queue import Text
from shared.messaging.mongo_store import MongoStore
from shared.mongo import Database, passing_errors

BATCH = 2_000
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
        self._lines = database["lines"]
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
        lines = await self._lines_of(id, first, last)
        scores = await self._scores(id, first, last)
        documents: list[dict[str, Any]] = []
        found = self._tickets.find({"line": {"$in": lines}}, SHOWN, batch_size=BATCH)
        with passing_errors():
            while batch := await found.to_list(BATCH):
                documents += batch
        view = await asyncio.to_thread(_summed, office, first, last, service, counter, documents, scores)
        words = await self._words(office, first, last, service, counter)
        return FiguresView(**view, words=words)

    async def stays(self, id: str, first: date, last: date) -> AsyncIterator[list[list[Stay]]]:
        """Every visit of a span, some at a time, however many there are. A visit is its stays in order."""
        for line in await self._lines_of(id, first, last):
            with passing_errors():
                found = self._tickets.find({"line": line}, SHOWN, batch_size=EXPORT_BATCH).sort("number")
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

    async def _lines_of(self, office: str, first: date, last: date) -> list[str]:
        """The lines of a span, by day. Also of services that are not offered any more."""
        of_office = {"$gte": f"{office}:", "$lt": f"{office};"}  # `;` comes next after `:`
        with passing_errors():
            ids = [document["_id"] async for document in self._lines.find({"_id": of_office}, {"_id": 1})]
        begin, end = first.isoformat(), last.isoformat()
        return sorted((id for id in ids if begin <= day_of(id) <= end), key=lambda id: (day_of(id), id))

    async def _scores(self, office: str, first: date, last: date) -> dict[str, int]:
        with passing_errors():
            said = self._feedback.find(_of_days(office, first, last), {"score": 1})
            return {document["_id"]: document["score"] async for document in said}

    async def _words(
        self, office: Office, first: date, last: date, service: str | None, counter: str | None
    ) -> tuple[Said, ...]:
        wanted = _of_days(office.id, first, last) | {"words": {"$gt": ""}}
        wanted |= {"service": service} if service else {}
        wanted |= {"counter": counter} if counter else {}
        services = {plan.id: plan.name for plan in office.plan.services}
        counters = {plan.id: plan.name for plan in office.plan.counters}
        with passing_errors():
            found = self._feedback.find(wanted).sort([("office", 1), ("day", -1)]).limit(WORDS_MOST)
            return tuple(
                [
                    Said(
                        date.fromisoformat(said["day"]),
                        services.get(said["service"]) or Text(said["service"], said["service"]),
                        counters.get(said["counter"]),
                        said["score"],
                        said["words"],
                    )
                    async for said in found
                ]
            )


def _summed(
    office: Office,
    first: date,
    last: date,
    service: str | None,
    counter: str | None,
    documents: Sequence[Mapping[str, Any]],
    scores: Mapping[str, int],
) -> dict[str, Any]:
    stays = [
        stay
        for document in documents
        for stay in stays_of(document, scores)
        if service in (None, stay.service) and counter in (None, stay.counter)
    ]
    by_week = (last - first).days + 1 >= BY_WEEK_FROM
    zone = ZoneInfo(office.plan.time_zone)
    nothing = tally(())
    spans = tallies(stays, lambda stay: _begin(stay.day, by_week=by_week))
    return {
        "office": office.id,
        "office_name": office.plan.name,
        "first": first,
        "last": last,
        "service": service,
        "counter": counter,
        "whole": tally(stays),
        "services": _rows({s.id: s.name for s in office.plan.services}, tallies(stays, lambda stay: stay.service)),
        "counters": _rows({c.id: c.name for c in office.plan.counters}, tallies(stays, lambda stay: stay.counter)),
        "spans": tuple(Span(begin, spans.get(begin, nothing)) for begin in _begins(first, last, by_week=by_week)),
        "by_week": by_week,
        "hours": tuple(by_hour(stays, lambda moment: moment.astimezone(zone))),
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


def _of_days(office: str, first: date, last: date) -> dict[str, Any]:
    return {"office": office, "day": {"$gte": first.isoformat(), "$lte": last.isoformat()}}
