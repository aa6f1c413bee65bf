"""Where a container is written that wants to change its beginning at its end."""

import io
from collections.abc import Callable
from typing import Any

Append = Callable[[bytes], None]
Patch = Callable[[int, bytes], None]


class Sink(io.RawIOBase):
    """A file to be written, whose bytes go on at once: what is changed afterwards follows."""

    def __init__(self, append: Append, patch: Patch) -> None:
        self._append = append
        self._patch = patch
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
        if self._at > self.size:
            raise ValueError("a gap")
        behind = self.size - self._at
        if behind and written:
            self._patch(self._at, written[:behind])
        if written[behind:]:
            self._append(written[behind:])
        self._at += len(written)
        self.size = max(self.size, self._at)
        return len(written)
