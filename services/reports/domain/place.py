"""Where things are: cells of the map, distances, and what is near."""

import math
from collections.abc import Iterator

from shared.contracts.reports.base import Cell

CELL_DEGREES = 0.01
"""About 1.1 km: coarse enough for the bus, fine enough to look for what is near."""
EARTH_METRES = 6_371_008.8
"""The mean radius (IUGG)."""
_LAST_ROW = 9_000
_COLUMNS = 36_000


def cell_of(latitude: float, longitude: float) -> Cell:
    """The cell of a position."""
    return _name(math.floor(round(latitude / CELL_DEGREES, 6)), math.floor(round(longitude / CELL_DEGREES, 6)))


def cells_around(cell: Cell) -> Iterator[Cell]:
    """A cell and its neighbours, each once: everything within a cell's width of any position in it is there."""
    row, column = (round(float(part) * 100) for part in cell.split(","))
    for up in (-1, 0, 1):
        for right in (-1, 0, 1):
            if -_LAST_ROW <= row + up < _LAST_ROW:
                yield _name(row + up, column + right)


def metres_between(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """The great-circle distance by the haversine formula, in metres."""
    phi, other = math.radians(latitude), math.radians(other_latitude)
    half_phi, half_lambda = (other - phi) / 2, math.radians(other_longitude - longitude) / 2
    a = math.sin(half_phi) ** 2 + math.cos(phi) * math.cos(other) * math.sin(half_lambda) ** 2
    return 2 * EARTH_METRES * math.asin(min(1.0, math.sqrt(a)))


def _name(row: int, column: int) -> Cell:
    row = min(row, _LAST_ROW - 1)  # the pole itself belongs to the last row
    column = (column + _COLUMNS // 2) % _COLUMNS - _COLUMNS // 2
    return f"{row / 100:.2f},{column / 100:.2f}"
