"""Map tiles of an operator's own, so that no page asks anybody else for a picture of the place that is looked at.

Invariant: an address is three numbers, so it leads to no file but a tile.
"""

from dataclasses import dataclass
from pathlib import Path

from shared.settings import WrongSetting

ZOOM_MOST = 22


@dataclass(frozen=True, slots=True)
class Tiles:
    """The tiles of a folder, `{z}/{x}/{y}.png`."""

    folder: Path | None = None
    attribution: str = ""
    zoom_from: int = 0
    zoom_to: int = 19

    @classmethod
    def of(cls, folder: str, attribution: str) -> "Tiles":
        """What there is in a folder. Raises `WrongSetting` where there is none of that name."""
        if not folder:
            return cls()
        path = Path(folder)
        if not path.is_dir():
            raise WrongSetting(f"there is no folder of map tiles {folder} (KENTONGAN_MAP_TILES)")
        zooms = [int(inner.name) for inner in path.iterdir() if inner.name.isdecimal() and inner.is_dir()]
        if not zooms:
            raise WrongSetting(f"no zoom levels in the folder of map tiles {folder} (KENTONGAN_MAP_TILES)")
        return cls(path, attribution, min(zooms), max(zooms))

    @property
    def address(self) -> str:
        """Where pages ask for a tile; empty where there are none."""
        return "/reports/tiles/{z}/{x}/{y}.png" if self.folder else ""

    def path(self, z: int, x: int, y: int) -> Path | None:
        """Where a tile lies, if there is such a one."""
        if self.folder is None or not (0 <= z <= ZOOM_MOST and 0 <= x < 1 << z and 0 <= y < 1 << z):
            return None
        path = self.folder / str(z) / str(x) / f"{y}.png"
        return path if path.is_file() else None
