"""Cells of the map: every position is in one, and what is near is in it or beside it."""

import math
import re
from typing import get_args

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from services.reports.domain.place import CELL_DEGREES, EARTH_METRES, cell_of, cells_around, metres_between
from shared.contracts.reports.base import Cell

LATITUDES = st.floats(-90, 90) | st.sampled_from([-90.0, -89.995, -0.0, 0.0, 89.99, 89.995, 90.0])
LONGITUDES = st.floats(-180, 180) | st.sampled_from([-180.0, -179.995, -0.0, 0.0, 179.99, 179.995, 180.0])
_PATTERN = re.compile(get_args(Cell)[1].pattern)


def corner(cell: str) -> tuple[float, float]:
    latitude, longitude = map(float, cell.split(","))
    return latitude, longitude


@given(LATITUDES, LONGITUDES)
def test_every_position_is_in_a_cell_that_the_contract_knows(latitude: float, longitude: float) -> None:
    cell = cell_of(latitude, longitude)
    assert _PATTERN.fullmatch(cell)
    south, west = corner(cell)
    assert south - 1e-7 <= latitude <= south + CELL_DEGREES + 1e-7
    east_of = (longitude - west) % 360
    assert east_of <= CELL_DEGREES + 1e-7 or east_of >= 360 - 1e-7


@given(LATITUDES, LONGITUDES)
def test_a_cells_corner_is_in_the_cell(latitude: float, longitude: float) -> None:
    cell = cell_of(latitude, longitude)
    assert cell_of(*corner(cell)) == cell


@given(LATITUDES, LONGITUDES)
def test_around_a_cell_are_its_neighbours_each_once(latitude: float, longitude: float) -> None:
    cell = cell_of(latitude, longitude)
    around = list(cells_around(cell))
    assert cell in around
    assert len(around) == len(set(around)) == (6 if corner(cell)[0] in (-90.0, 89.99) else 9)
    assert all(cell in cells_around(other) for other in around)


@given(st.floats(-89.9999, 89.9999) | LATITUDES, LONGITUDES, st.floats(0, 2 * math.pi), st.floats(0, 1))
@example(0.0, 180.0, math.pi / 2, 1.0)
@example(-0.89, -179.999, 3 * math.pi / 2, 1.0)
@example(89.995, 10.0, 0.0, 1.0)
@example(-89.995, 10.0, math.pi, 1.0)
def test_whatever_is_within_a_cells_width_is_there(
    latitude: float, longitude: float, bearing: float, fraction: float
) -> None:
    assume(abs(latitude) < 89.9999)  # a pole has every longitude
    cell = cell_of(latitude, longitude)
    south, _ = corner(cell)
    poleward = max(abs(south), abs(south + CELL_DEGREES))
    width = EARTH_METRES * math.radians(CELL_DEGREES) * math.cos(math.radians(poleward))
    there = _beyond(latitude, longitude, bearing, fraction * max(0.0, width) * 0.999)
    assert cell_of(*there) in set(cells_around(cell))


@given(LATITUDES, LONGITUDES, LATITUDES, LONGITUDES)
def test_distance_is_one(a: float, b: float, c: float, d: float) -> None:
    there = metres_between(a, b, c, d)
    assert 0 <= there <= math.pi * EARTH_METRES + 1
    assert there == pytest.approx(metres_between(c, d, a, b), abs=1e-3)
    assert metres_between(a, b, a, b) == 0


def test_distances_are_those_of_the_map() -> None:
    assert metres_between(0, 179.999, 0, -179.999) == pytest.approx(222.4, abs=0.1)
    assert metres_between(-0.8917, 119.8707, -0.9003, 119.8779) == pytest.approx(1247, abs=2)
    assert metres_between(90, 0, 90, 135) == pytest.approx(0, abs=1e-3)
    assert metres_between(-5.1477, 119.4327, -6.2088, 106.8456) == pytest.approx(1_398_000, rel=0.01)


def _beyond(latitude: float, longitude: float, bearing: float, metres: float) -> tuple[float, float]:
    """Where one comes from a position by a bearing."""
    phi, angle = math.radians(latitude), metres / EARTH_METRES
    sine = math.sin(phi) * math.cos(angle) + math.cos(phi) * math.sin(angle) * math.cos(bearing)
    there = math.asin(max(-1.0, min(1.0, sine)))
    east = math.atan2(math.sin(bearing) * math.sin(angle) * math.cos(phi), math.cos(angle) - math.sin(phi) * sine)
    turned = (longitude + math.degrees(east) + 180) % 360 - 180
    return max(-90.0, min(90.0, math.degrees(there))), turned
