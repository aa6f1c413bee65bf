"""Register: the numbers of one office's incidents in one year. Invariant: gapless, each given once."""

from dataclasses import dataclass


def register_id(office: str, year: int) -> str:
    """The register of a year, by the office's own calendar."""
    return f"{office}:{year}"


@dataclass(slots=True)
class Register:
    """Has given so many numbers."""

    id: str
    last: int = 0
    version: int = 0

    def next(self) -> str:
        """The next number, `2026-000123`."""
        self.last += 1
        return f"{self.id.rpartition(':')[2]}-{self.last:06d}"
