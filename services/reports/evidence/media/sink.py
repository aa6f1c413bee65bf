"""Where a container is written that wants to change its beginning at its end, though bytes only go forward."""

import io
from collections.abc import Callable
from typing import Any


class Sink(io.RawIOBase):
    """A file to be written, anywhere."""

    def __init__(self) -> None:
        self._at = 0
        self.size = 0

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        self._at = base + offset
        return self._at

    def write(self, data: Any) -> int:
        written = bytes(data)
        if self._at < self.size:
            self._change(self._at, written[: self.size - self._at])
        if self._at > self.size:
            raise ValueError("a gap")
        self._append(written[max(0, self.size - self._at) :])
        self._at += len(written)
        self.size = max(self.size, self._at)
        return len(written)

    def _change(self, at: int, data: bytes) -> None:
        """Bytes that were written already are others now."""

    def _append(self, data: bytes) -> None:
        """Further bytes."""


class Dry(Sink):
    """Keeps what is changed afterwards, and nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self.patches: list[tuple[int, bytes]] = []

    def _change(self, at: int, data: bytes) -> None:
        self.patches.append((at, data))


class Wet(Sink):
    """Gives the bytes on, changed at once as they would be later."""

    def __init__(self, patches: list[tuple[int, bytes]], expected: int, write: Callable[[bytes], None]) -> None:
        super().__init__()
        self._patches = patches
        self._expected = expected
        self._write = write

    def finish(self) -> None:
        """Raises `ValueError` where the second time was not like the first."""
        if self.size != self._expected:
            raise ValueError("written differently the second time")

    def _append(self, data: bytes) -> None:
        if not data:
            return
        changed = bytearray(data)
        start, end = self.size, self.size + len(data)
        for at, patch in self._patches:
            first, last = max(at, start), min(at + len(patch), end)
            if first < last:
                changed[first - start : last - start] = patch[first - at : last - at]
        self._write(bytes(changed))
