"""Sending a file in pieces, over a connection that breaks off, by a clock that stands still."""

import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from services.reports.evidence.upload import Claim
from tests.reports.evidence.media import noise

CLAIM = Claim("polres-palu", "incident-1", "reporter", "citizen", name="IMG_1.jpg")
JPEG = b"\xff\xd8\xff\xe0"


class Broken(Exception):
    """The connection."""


class Clock:
    """Stands still unless it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Sha256:
    """A checksum that expects these bytes."""

    def __init__(self, expected: bytes) -> None:
        self._expected, self._found = hashlib.sha256(expected).digest(), hashlib.sha256()

    def update(self, data: bytes, /) -> None:
        self._found.update(data)

    def matches(self) -> bool:
        return self._found.digest() == self._expected


async def sent(data: bytes, piece: int = 64 * 1024, *, breaks_after: int | None = None) -> AsyncIterator[bytes]:
    for at in range(0, len(data), piece):
        if breaks_after is not None and at >= breaks_after:
            raise Broken
        yield data[at : at + piece]


def photo(size: int) -> bytes:
    return JPEG + noise(size - 4)
