"""Where files of evidence are kept, whatever keeps them. GridFS and S3 answer the same test suite.

A file comes in parts of `PART_BYTES`, the last one smaller, each of which may be put again; it exists from `finish`
on and never changes. Nobody holds more of it in memory than a part.
"""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

PART_BYTES = 5 * 1024 * 1024
"""The least that S3 takes as a part which is not the last."""


class FileMissing(LookupError):
    """There is no such file."""


class Files(Protocol):
    """A store of files by their keys. Every method may raise `Transient`."""

    async def prepare(self) -> None:
        """Make what must be there before the first file."""

    async def begin(self, key: str) -> str:
        """Begin a file; returns what the other methods must be told of it."""

    async def put_part(self, key: str, begun: str, number: int, data: bytes) -> None:
        """Keep a part, the first is 0. The same number again takes its place."""

    async def finish(self, key: str, begun: str, parts: int, size: int) -> None:
        """Make a file of the first `parts` parts. Finishing once more changes nothing."""

    async def abort(self, key: str, begun: str) -> None:
        """Give up what was begun and not finished."""

    async def size(self, key: str) -> int:
        """How long a file is. Raises `FileMissing`."""

    def read(self, key: str, start: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from `start` on and before `end`, a little at a time. Raises `FileMissing`."""

    async def delete(self, key: str) -> None:
        """Have the file gone. To delete what is not there changes nothing."""


@dataclass(frozen=True, slots=True)
class Written:
    """A file that has been written."""

    key: str
    size: int
    sha256: str


class Writer:
    """Writes a file from its beginning to its end. Its first part stays changeable until then."""

    def __init__(self, files: Files, key: str, begun: str) -> None:
        self._files = files
        self._key = key
        self._begun = begun
        self.restart()

    @classmethod
    async def begin(cls, files: Files, key: str) -> "Writer":
        """Begin a file, in the place of an earlier one of that key."""
        await files.delete(key)
        return cls(files, key, await files.begin(key))

    def restart(self) -> None:
        """What was written is nothing."""
        self._first = bytearray()
        self._buffer = bytearray()
        self._parts = 1
        self._hash = hashlib.sha256()
        self._patched = False

    async def write(self, data: bytes) -> None:
        """Go on."""
        self._hash.update(data)
        room = PART_BYTES - len(self._first)
        self._first += data[:room]
        self._buffer += data[room:]
        while len(self._buffer) >= PART_BYTES:
            await self._put(first_part(self._buffer))
            del self._buffer[:PART_BYTES]

    def patch(self, offset: int, data: bytes) -> None:
        """Bytes of the first part are others now. Raises `ValueError` for any behind it."""
        if offset + len(data) > len(self._first):
            raise ValueError("only the beginning of a file can be changed")
        self._first[offset : offset + len(data)] = data
        self._patched = True

    async def finish(self) -> Written:
        """That was all."""
        size = len(self._first) + (self._parts - 1) * PART_BYTES + len(self._buffer)
        if self._buffer:
            await self._put(bytes(self._buffer))
        await self._files.put_part(self._key, self._begun, 0, bytes(self._first))
        await self._files.finish(self._key, self._begun, self._parts, size)
        if self._patched:  # what was hashed first is another by now
            self._hash = hashlib.sha256()
            async for piece in self._files.read(self._key, 0, size):
                self._hash.update(piece)
        return Written(self._key, size, self._hash.hexdigest())

    async def abort(self) -> None:
        """Leave nothing behind."""
        await self._files.abort(self._key, self._begun)

    async def _put(self, data: bytes) -> None:
        await self._files.put_part(self._key, self._begun, self._parts, data)
        self._parts += 1


def first_part(buffer: bytearray) -> bytes:
    """A copy of the first part's bytes, and no other copy on the way."""
    with memoryview(buffer) as view:
        return bytes(view[:PART_BYTES])


async def read_whole(files: Files, key: str, start: int, length: int) -> bytes:
    """A piece that is small enough to be held."""
    return b"".join([piece async for piece in files.read(key, start, start + length)])
