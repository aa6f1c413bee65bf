"""Files in the service's own MongoDB, laid as GridFS lays them, so that any of its tools can read them.

The driver's own GridFS writes a file in one go by one process. Uploads go on in another, so that chunks are written
by their number here; reading is the same.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial

from bson import Binary
from pymongo import ASCENDING, IndexModel, ReplaceOne

from services.reports.evidence.files import PART_BYTES, FileMissing
from shared.mongo import Database, passing_errors, upserted

BUCKET = "evidence"
CHUNK_BYTES = 256 * 1024
_CHUNKS_A_PART = PART_BYTES // CHUNK_BYTES
_GROUP = 4
"""Chunks written at a time."""
_READ_AHEAD = 4
"""Chunks fetched at a time."""


class GridFiles:
    """A bucket of a database."""

    def __init__(self, database: Database) -> None:
        self._files = database[f"{BUCKET}.files"]
        self._chunks = database[f"{BUCKET}.chunks"]

    async def prepare(self) -> None:
        with passing_errors():
            await self._chunks.create_indexes(
                [IndexModel([("files_id", ASCENDING), ("n", ASCENDING)], name="files_id_n", unique=True)]
            )

    async def begin(self, key: str) -> str:
        return ""

    async def put_part(self, key: str, begun: str, number: int, data: bytes) -> None:
        view, first = memoryview(data), number * _CHUNKS_A_PART
        for group in range(0, len(data), _GROUP * CHUNK_BYTES):
            writes = []
            for start in range(group, min(len(data), group + _GROUP * CHUNK_BYTES), CHUNK_BYTES):
                which = {"files_id": key, "n": first + start // CHUNK_BYTES}
                chunk = {**which, "data": Binary(bytes(view[start : start + CHUNK_BYTES]))}
                writes.append(ReplaceOne(which, chunk, upsert=True))
            await upserted(partial(self._chunks.bulk_write, writes, ordered=False))

    async def finish(self, key: str, begun: str, parts: int, size: int) -> None:
        chunks = -(-size // CHUNK_BYTES)
        file = {
            "filename": key,
            "length": size,
            "chunkSize": CHUNK_BYTES,
            "uploadDate": datetime.now(UTC),
        }
        with passing_errors():
            await self._chunks.delete_many({"files_id": key, "n": {"$gte": chunks}})
        await upserted(lambda: self._files.update_one({"_id": key}, {"$setOnInsert": file}, upsert=True))

    async def abort(self, key: str, begun: str) -> None:
        with passing_errors():
            if await self._files.find_one({"_id": key}, {"_id": 1}) is None:
                await self._chunks.delete_many({"files_id": key})

    async def size(self, key: str) -> int:
        with passing_errors():
            file = await self._files.find_one({"_id": key}, {"length": 1})
        if file is None:
            raise FileMissing(key)
        length: int = file["length"]
        return length

    async def read(self, key: str, start: int, end: int) -> AsyncIterator[bytes]:
        end = min(end, await self.size(key))
        number = start // CHUNK_BYTES
        while number * CHUNK_BYTES < end:
            wanted = {"files_id": key, "n": {"$gte": number, "$lt": number + _READ_AHEAD}}
            with passing_errors():
                chunks = await self._chunks.find(wanted, {"_id": 0, "n": 1, "data": 1}).sort("n").to_list(_READ_AHEAD)
            for chunk in chunks:
                at = chunk["n"] * CHUNK_BYTES
                if chunk["n"] != number:
                    raise FileMissing(f"{key}: chunk {number}")
                number += 1
                if piece := chunk["data"][max(0, start - at) : max(0, end - at)]:
                    yield piece
            if not chunks:
                raise FileMissing(f"{key}: chunk {number}")

    async def delete(self, key: str) -> None:
        with passing_errors():
            await self._files.delete_one({"_id": key})
            await self._chunks.delete_many({"files_id": key})
