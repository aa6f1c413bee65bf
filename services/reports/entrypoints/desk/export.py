"""The register as a file, written while it is read from the database: CSV, GeoJSON, or GeoJSON's features line by line.

Nothing in it says who somebody is. A text that a spreadsheet would take for a formula is made harmless in CSV.
"""

import csv
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from io import StringIO
from typing import Any, Literal, NamedTuple

from services.reports.views.register import Line
from shared.contracts.fields import Text

Form = Literal["csv", "geojson", "ndjson"]
Parts = AsyncIterator[list[Line]]

COLUMNS = (
    "number", "category", "category_name", "state", "priority", "severity", "certainty", "privacy", "way", "filed_at",
    "happened_at", "resolved_at", "closed_at", "disposition", "latitude", "longitude", "coarse", "late", "duplicate",
    "duplicates", "followers", "reopened", "exercise",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


async def csv_of(parts: Parts) -> AsyncIterator[bytes]:
    """RFC 4180, UTF-8 without a byte order mark. Moments are in the office's time, with their offset."""
    yield _rows([COLUMNS])
    async for lines in parts:
        yield _rows([[_cell(getattr(line, name)) for name in COLUMNS] for line in lines])


async def geojson_of(parts: Parts) -> AsyncIterator[bytes]:
    """RFC 7946. An incident without a position has no geometry."""
    yield b'{"type":"FeatureCollection","features":[\n'
    between = b""
    async for lines in parts:
        if lines:
            yield between + b",\n".join(_feature(line) for line in lines)
            between = b",\n"
    yield b"\n]}\n"


async def ndjson_of(parts: Parts) -> AsyncIterator[bytes]:
    """The same features, one a line."""
    async for lines in parts:
        yield b"".join(_feature(line) + b"\n" for line in lines)


class Writer(NamedTuple):
    """How a form of export is written."""

    write: Callable[[Parts], AsyncIterator[bytes]]
    media_type: str


WRITERS: Mapping[Form, Writer] = {
    "csv": Writer(csv_of, "text/csv; charset=utf-8; header=present"),
    "geojson": Writer(geojson_of, "application/geo+json"),
    "ndjson": Writer(ndjson_of, "application/x-ndjson"),
}


def _rows(rows: Sequence[Sequence[str]]) -> bytes:
    text = StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return str(value)
        case datetime():
            return value.isoformat(timespec="seconds")
        case Text():
            return _harmless(value.id)
        case _:
            return _harmless(str(value))


def _harmless(text: str) -> str:
    """With an apostrophe before what a spreadsheet would calculate."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _feature(line: Line) -> bytes:
    told = asdict(line)
    latitude, longitude = told.pop("latitude"), told.pop("longitude")
    located = latitude is not None and longitude is not None
    feature = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [longitude, latitude]} if located else None,
        "properties": {name: _property(value) for name, value in told.items()},
    }
    return json.dumps(feature, ensure_ascii=False, separators=(",", ":")).encode()


def _property(value: Any) -> Any:
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value
