"""Visits as CSV (RFC 4180, UTF-8 without a byte order mark), written while they are read from the database.

One row a stay in a line; the stays of one visit follow each other under the same number, which counts the visits of
the file and nothing else. Nothing in it says who somebody is: neither a ticket's number nor its id, no words.
"""

import csv
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

from services.queue.views.tally import Stay

COLUMNS = (
    "visit", "day", "service", "counter", "way", "group", "outcome", "joined_at", "called_at", "serving_at",
    "ended_at", "waited_minutes", "handled_minutes", "put_backs", "delays", "score",
)  # fmt: skip
MEDIA_TYPE = "text/csv; charset=utf-8; header=present"


async def csv_of(visits: AsyncIterator[list[list[Stay]]], zone: ZoneInfo) -> AsyncIterator[bytes]:
    """The file, a part for each part of `visits`. Moments are in the office's time, with their offset."""
    yield _written([COLUMNS])
    number = 0
    async for some in visits:
        rows: list[tuple[object, ...]] = []
        for stays in some:
            number += 1
            rows += [_row(number, stay, zone) for stay in stays]
        yield _written(rows)


def _row(number: int, stay: Stay, zone: ZoneInfo) -> tuple[object, ...]:
    return (
        number,
        stay.day,
        stay.service,
        stay.counter,
        stay.way,
        stay.group,
        stay.outcome,
        _moment(stay.joined_at, zone),
        _moment(stay.called_at, zone),
        _moment(stay.serving_at, zone),
        _moment(stay.ended_at, zone),
        _minutes(stay.waited),
        _minutes(stay.handled),
        stay.put_backs,
        stay.delays,
        stay.score,
    )


def _moment(moment: datetime | None, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="seconds") if moment else ""


def _minutes(span: timedelta | None) -> str:
    return "" if span is None else f"{span.total_seconds() / 60:.2f}"


def _written(rows: Sequence[Sequence[object]]) -> bytes:
    text = StringIO()
    csv.writer(text).writerows(rows)  # whose line ends are CRLF, as the RFC has it
    return text.getvalue().encode()
