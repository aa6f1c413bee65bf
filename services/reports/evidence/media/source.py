"""The original as a file that can be read anywhere, though its bytes are somewhere else and only a few are here."""

import io
from collections import OrderedDict

from services.reports.evidence.media.pipe import Parent

BLOCK_BYTES = 1024 * 1024
BLOCKS = 6
"""Kept at a time: a video's index, its pictures and its sound lie apart."""


class Original(io.RawIOBase):
    """Reads by blocks."""

    def __init__(self, parent: Parent, size: int) -> None:
        self._parent = parent
        self._size = size
        self._at = 0
        self._blocks: OrderedDict[int, bytes] = OrderedDict()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def read(self, size: int = -1) -> bytes:
        wanted = self._size - self._at if size is None or size < 0 else min(size, self._size - self._at)
        parts = []
        while wanted > 0:
            number, within = divmod(self._at, BLOCK_BYTES)
            part = self._block(number)[within : within + wanted]
            parts.append(part)
            self._at += len(part)
            wanted -= len(part)
        return b"".join(parts)

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]  # a writable buffer has no name before 3.12
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def _block(self, number: int) -> bytes:
        found = self._blocks.get(number)
        if found is None:
            start = number * BLOCK_BYTES
            found = self._parent.read(start, min(BLOCK_BYTES, self._size - start))
            if len(self._blocks) >= BLOCKS:
                self._blocks.popitem(last=False)
            self._blocks[number] = found
        else:
            self._blocks.move_to_end(number)
        return found
