"""Areas of rules as GeoJSON (RFC 7946), which a map on the page draws and anybody's tools write."""

import json
import math
from collections.abc import Iterator, Sequence
from typing import Any

from shared.contracts.reports.agencies import Position

RINGS_MOST = 20
CORNERS_MOST = 500


class NoArea(ValueError):
    """What was sent is no area."""


def read_area(text: str) -> tuple[tuple[Position, ...], ...]:
    """The polygons of a GeoJSON document; none of an empty text. Raises `NoArea`."""
    if not text.strip():
        return ()
    try:
        rings = tuple(_ring(ring) for ring in _rings(json.loads(text)))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise NoArea("polygons in GeoJSON are needed") from error
    if len(rings) > RINGS_MOST or any(not 3 <= len(ring) <= CORNERS_MOST for ring in rings):
        raise NoArea("at most 20 polygons of 3 to 500 corners each")
    return rings


def written_area(area: Sequence[Sequence[Position]]) -> str:
    """The same as a MultiPolygon; empty where there is no area."""
    if not area:
        return ""
    rings = [[[corner.longitude, corner.latitude] for corner in (*ring, ring[0])] for ring in area]
    return json.dumps({"type": "MultiPolygon", "coordinates": [[ring] for ring in rings]})


def _rings(document: Any) -> Iterator[Any]:
    match document["type"]:
        case "FeatureCollection":
            for feature in document["features"]:
                yield from _rings(feature)
        case "Feature":
            yield from _rings(document["geometry"])
        case "GeometryCollection":
            for geometry in document["geometries"]:
                yield from _rings(geometry)
        case "MultiPolygon":
            for polygon in document["coordinates"]:
                yield _without_holes(polygon)
        case "Polygon":
            yield _without_holes(document["coordinates"])
        case _:
            raise NoArea("only polygons are areas")


def _without_holes(polygon: Any) -> Any:
    if len(polygon) != 1:
        raise NoArea("an area has no holes")
    return polygon[0]


def _ring(ring: Any) -> tuple[Position, ...]:
    corners = [_corner(float(place[1]), float(place[0])) for place in ring]
    if len(corners) > 1 and corners[0] == corners[-1]:
        corners.pop()
    return tuple(corners)


def _corner(latitude: float, longitude: float) -> Position:
    if not (math.isfinite(latitude) and math.isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180):
        raise NoArea("a corner lies nowhere")
    return Position(latitude, longitude)
