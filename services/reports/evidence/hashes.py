"""SHA-256 of files that are still coming, computed from the bytes as they come and kept by the process they come to.

Invariant: a hash goes on only behind the very bytes that it has seen. It is kept with the offset that it has come to
and with the name of the request that brought it there (`holder`); whoever goes on with the upload brings both as the
upload's document has them. Where another process has had the upload meanwhile, where this one was started anew, or
where the hash was pushed out by others, the chain is broken: there is no hash then, and the file is read back for it.

A kept hash is some hundred bytes, and there are `most` of them.
"""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from shared.clock import Clock

if TYPE_CHECKING:
    from hashlib import _Hash

MOST = 1000
"""Uploads on their way to one process of which the hash is known."""
KEPT_FOR = timedelta(hours=2)
"""Without a byte."""


@dataclass(frozen=True, slots=True)
class _Kept:
    offset: int
    holder: str
    hash: "_Hash"
    at: datetime


class RunningHashes:
    """Of the uploads that come to this process."""

    def __init__(self, clock: Clock, *, most: int = MOST) -> None:
        self._clock = clock
        self._most = most
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    def go_on(self, id: str, offset: int, before: str | None, holder: str) -> "RunningHash":
        """With an upload that stands at `offset`, where `before` brought it, for the request `holder`."""
        if offset == 0:
            return RunningHash(self, id, holder, hashlib.sha256())
        known = self._kept.get(id)
        if known is None or (known.offset, known.holder) != (offset, before):
            self.forget(id)
            return RunningHash(self, id, holder, None)
        self._kept[id] = replace(known, holder=holder)  # until this request gets further, or where it does not
        return RunningHash(self, id, holder, known.hash.copy())

    def keep(self, id: str, offset: int, holder: str, hash: "_Hash") -> None:
        """For whoever goes on."""
        now = self._clock()
        self._kept[id] = _Kept(offset, holder, hash, now)
        self._kept.move_to_end(id)
        while len(self._kept) > self._most or next(iter(self._kept.values())).at <= now - KEPT_FOR:
            self._kept.popitem(last=False)

    def forget(self, id: str) -> None:
        """The upload is at its end, or its chain is broken."""
        self._kept.pop(id, None)

    def __len__(self) -> int:
        return len(self._kept)


class RunningHash:
    """Of one upload, as one request goes on with it."""

    def __init__(self, hashes: RunningHashes, id: str, holder: str, hash: "_Hash | None") -> None:
        self._hashes = hashes
        self._id = id
        self._holder = holder
        self._hash = hash

    def update(self, data: bytes) -> None:
        """These have come."""
        if self._hash is not None:
            self._hash.update(data)

    def hexdigest(self) -> str | None:
        """Of all that has come, from the file's first byte on. None: not all of it came here."""
        return None if self._hash is None else self._hash.hexdigest()

    def counted(self, offset: int) -> None:
        """The upload's document says so now: who goes on, goes on from here."""
        if self._hash is not None:
            self._hashes.keep(self._id, offset, self._holder, self._hash.copy())
