"""One request's share of an upload: bytes become parts, and parts count once they are stored."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bson import Binary

from services.reports.evidence.files import PART_BYTES, Files, first_part
from services.reports.evidence.formats import HEAD_BYTES, check_size, recognise
from services.reports.evidence.hashes import RunningHash
from services.reports.evidence.refusals import UploadOverfull
from services.reports.evidence.upload import Upload

Advance = Callable[[str, str, Mapping[str, Any]], Awaitable[Upload]]
"""Writes how far an upload is, for who holds it."""


class Receiving:
    """One request's share of an upload."""

    def __init__(
        self,
        advance: Advance,
        files: Files,
        upload: Upload,
        tail: bytes,
        holder: str,
        limit: int | None,
        *,
        hash: RunningHash,
        steady: bool,
    ) -> None:
        self._tell = advance
        self._files = files
        self._upload = upload
        self._buffer = bytearray(tail)
        self._parts = list(upload.parts)
        self._holder = holder
        self._limit = limit
        self._hash = hash
        self._steady = steady
        """Whether a full part counts at once, or only with the whole request."""
        self._looked = upload.offset >= HEAD_BYTES

    @property
    def _offset(self) -> int:
        return len(self._parts) * PART_BYTES + len(self._buffer)

    async def take(self, data: bytes) -> None:
        if self._limit is not None and self._offset + len(data) > self._limit:
            raise UploadOverfull
        for start in range(0, len(data), PART_BYTES):
            piece = data[start : start + PART_BYTES]
            self._hash.update(piece)
            self._buffer += piece
            self._look()
            while len(self._buffer) >= PART_BYTES:
                await self._store(first_part(self._buffer))

    async def keep(self) -> Upload:
        """Write down all that has come."""
        if self._offset == self._upload.offset:
            return self._upload
        return await self._advance()

    async def _store(self, part: bytes) -> None:
        await self._files.put_part(self._upload.key, self._upload.begun, len(self._parts), part)
        digest = await asyncio.to_thread(hashlib.sha256, part)
        self._parts.append(digest.hexdigest())
        del self._buffer[:PART_BYTES]
        if self._steady:
            self._upload = await self._advance()

    async def _advance(self) -> Upload:
        offset = self._offset
        values = {
            "offset": offset,
            "parts": list(self._parts),
            "tail": Binary(bytes(self._buffer)),
            "full": offset == self._upload.length,
            "sha256": self._hash.hexdigest(),
        }
        told = await self._tell(self._upload.id, self._holder, values)
        self._hash.counted(offset)
        return told

    def _look(self) -> None:
        """What is no photo or video is refused at its beginning, before the rest of it is sent."""
        if self._looked or len(self._buffer) < HEAD_BYTES:
            return
        self._looked = True
        check_size(recognise(bytes(self._buffer[:HEAD_BYTES])), self._upload.length or HEAD_BYTES)
