"""The terms of a rule as an operator writes them: options, or a JSON file; an area as GeoJSON."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter, ValidationError

from deploy.problem import Problem
from shared.contracts.reports.agencies import Terms

_TERMS = TypeAdapter(Terms)


def terms_of(file: Path | None, options: Mapping[str, Any], area: Path | None, zone: str | None) -> Terms:
    """A file's terms, but for what options say otherwise. Raises `Problem`."""
    told = dict(_read(file)) if file else {}
    told |= {name: value for name, value in options.items() if value not in (None, ())}
    if area:
        told["area"] = _read(area)
    if isinstance(told.get("area"), dict):
        told["area"] = rings_of(told["area"])
    if isinstance(told.get("expires_at"), str):
        told["expires_at"] = moment_of(told["expires_at"], zone)
    try:
        return _TERMS.validate_python(told)
    except ValidationError as error:
        first = error.errors()[0]
        raise Problem(f"terms: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error


LAST_SECOND = time(23, 59, 59)


def moment_of(text: str, zone: str | None, *, day_at: time = LAST_SECOND) -> datetime:
    """A day, of which the whole counts, or a moment; in the zone where it names none of its own.

    `day_at` stands for the day: its end, where the day is the last one that counts.
    """
    try:
        if len(text) == len("2026-12-31"):
            moment = datetime.combine(date.fromisoformat(text), day_at)
        else:
            moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Problem(f"{text} is neither a day (2026-12-31) nor a moment (2026-12-31T18:00+08:00)") from error
    if moment.tzinfo:
        return moment
    if zone is None:
        raise Problem(f"{text}: say the time zone too (2026-12-31T18:00+08:00), since the office's is not known now")
    return moment.replace(tzinfo=ZoneInfo(zone))


def rings_of(geojson: Mapping[str, Any]) -> list[list[dict[str, float]]]:
    """The outlines in a GeoJSON geometry, feature or collection of features."""
    match geojson.get("type"):
        case "FeatureCollection":
            return [ring for feature in geojson.get("features", ()) for ring in rings_of(feature)]
        case "Feature":
            return rings_of(geojson.get("geometry") or {})
        case "GeometryCollection":
            return [ring for geometry in geojson.get("geometries", ()) for ring in rings_of(geometry)]
        case "Polygon":
            return [_ring(geojson.get("coordinates"))]
        case "MultiPolygon":
            return [_ring(polygon) for polygon in geojson.get("coordinates", ())]
        case kind:
            raise Problem(f"area: GeoJSON of type {kind or 'nothing'} is no area: Polygon or MultiPolygon is")


def _ring(polygon: Any) -> list[dict[str, float]]:
    """The outline, without the repetition of its first corner."""
    if not isinstance(polygon, Sequence) or not polygon:
        raise Problem("area: a polygon without an outline")
    if len(polygon) > 1:
        raise Problem("area: a polygon with holes: cut it into several without")
    try:
        corners = [{"longitude": float(corner[0]), "latitude": float(corner[1])} for corner in polygon[0]]
    except (TypeError, ValueError, IndexError, KeyError) as error:
        raise Problem("area: corners are [longitude, latitude]") from error
    return corners[:-1] if len(corners) > 1 and corners[0] == corners[-1] else corners


def _read(file: Path) -> dict[str, Any]:
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Problem(f"{file} can't be read: {error}") from error
    if not isinstance(told, dict):
        raise Problem(f"{file} holds no JSON object")
    return told
