"""Uploads that go on where they stopped, in whichever process of the service the next request comes to.

What is known of an upload is one document, and everything that is promised of it follows from how that is written:

- bytes count from the moment at which the document says so, never before they are stored: after a kill -9 the sender
  is told an offset behind which everything is safe, and sends the rest again;
- parts have one size, so that a store needs to know no other; what is left of a request beyond the last full part
  waits in the document itself;
- one request at a time goes on with an upload: a later one takes it over, since its sender knows better than we that
  the earlier connection is dead, and the earlier one cannot write the document any more;
- SHA-256 of the whole is computed while it streams in, by the process that all of it comes to (`hashes`), and that
  of each part by whichever it comes to, so that the file that the store gives back can be held to what has come
  (`reading_back`).
"""

import hashlib
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any, Literal
from uuid import uuid4

from bson import Binary
from pymongo import ReturnDocument

from services.reports.evidence.files import Files
from services.reports.evidence.hashes import RunningHashes
from services.reports.evidence.receiving import Receiving
from services.reports.evidence.refusals import (
    ChecksumWrong,
    FileEmpty,
    UploadElsewhere,
    UploadExpired,
    UploadTakenOver,
    UploadUnknown,
)
from services.reports.evidence.upload import Checksum, Claim, Upload, original_key, upload_of
from shared.clock import Clock
from shared.errors import Refused
from shared.mongo import Collection, passing_errors, upserted

EXPIRES_AFTER = timedelta(hours=24)
"""Without a byte."""
LEFT_AFTER = timedelta(minutes=2)
"""After which nobody is at work any more on an upload of which all has come."""
KEPT_AFTER = timedelta(days=2)
"""How long what came of an upload is told to who asks."""


class Uploads:
    """The uploads of a service."""

    def __init__(self, uploads: Collection, files: Files, clock: Clock) -> None:
        self._uploads = uploads
        self._files = files
        self._clock = clock
        self._hashes = RunningHashes(clock)

    async def prepare(self) -> None:
        """Create the indexes."""
        with passing_errors():
            await self._uploads.create_index("expires_at")
            await self._uploads.create_index([("claim.incident", 1), ("status", 1)])
            await self._uploads.create_index([("status", 1), ("due", 1)])

    async def create(self, claim: Claim, length: int | None, *, id: str | None = None) -> Upload:
        """Begin. The same id again gives the upload that there is."""
        if length == 0:
            raise FileEmpty
        id = id or str(uuid4())
        with passing_errors():
            known = await self._uploads.find_one({"_id": id}, {"tail": 0})
        if known is not None:
            return upload_of(known)
        begun = await self._files.begin(original_key(id))
        now = self._clock()
        document: dict[str, Any] = {
            "claim": {
                "office": claim.office,
                "incident": claim.incident,
                "source": claim.source,
                "actor": claim.actor,
                "name": claim.name,
                "note": claim.note,
                "details": dict(claim.details),
            },
            "length": length,
            "offset": 0,
            "parts": [],
            "sha256": None,
            "tail": Binary(b""),
            "begun": begun,
            "status": "receiving",
            "holder": None,
            "full": False,
            "created_at": now,
            "expires_at": now + EXPIRES_AFTER,
            "due": now,
            "outcome": {},
        }
        found = await upserted(
            lambda: self._uploads.find_one_and_update(
                {"_id": id}, {"$setOnInsert": document}, upsert=True, return_document=ReturnDocument.AFTER
            )
        )
        return upload_of(found)

    async def find(self, id: str) -> Upload:
        """Raises `UploadUnknown`, `UploadExpired`."""
        with passing_errors():
            found = await self._uploads.find_one({"_id": id}, {"tail": 0})
        if found is None:
            raise UploadUnknown
        upload = upload_of(found)
        if upload.status == "receiving" and upload.expires_at <= self._clock():
            raise UploadExpired
        return upload

    async def pending(self, incident: str, source: str) -> tuple[int, int]:
        """How many uploads of an incident are on their way, and of how many bytes."""
        wanted = {
            "claim.incident": incident,
            "claim.source": source,
            "$or": [
                {"status": "received"},
                {"status": "receiving", "expires_at": {"$gt": self._clock()}},
            ],
        }
        with passing_errors():
            found = await self._uploads.find(wanted, {"length": 1, "offset": 1}).to_list(1000)
        return len(found), sum(document["length"] or document["offset"] for document in found)

    async def receive(
        self,
        id: str,
        offset: int,
        stream: AsyncIterator[bytes],
        checksum: Checksum | None = None,
        *,
        most: int | None = None,
    ) -> Upload:
        """Go on with an upload from `offset`; returns it as it is then, received as a whole or not.

        Where the stream breaks off, what has come is kept, unless there is a checksum, which nothing of it can meet
        any more. Raises a refusal, and what the stream raises.
        """
        upload = await self.find(id)
        if upload.status != "receiving":
            raise UploadElsewhere(offset=upload.offset)
        if upload.offset != offset:
            raise UploadElsewhere(offset=upload.offset)
        holder = str(uuid4())
        before = await self._update(id, {"offset": offset}, {"holder": holder}, ReturnDocument.BEFORE)
        if before is None:
            raise UploadElsewhere(offset=(await self.find(id)).offset)
        limit = upload.length if upload.length is not None else most
        hash = self._hashes.go_on(id, offset, before["holder"], holder)
        tail, steady = bytes(before["tail"]), checksum is None
        run = Receiving(self.advance, self._files, upload, tail, holder, limit, hash=hash, steady=steady)
        try:
            async for data in stream:
                if checksum is not None:
                    checksum.update(data)
                await run.take(data)
        except Refused:
            raise
        except BaseException:
            if checksum is None:
                with suppress(UploadTakenOver):
                    await run.keep()
            raise
        if checksum is not None and not checksum.matches():
            raise ChecksumWrong
        return await run.keep()

    async def complete(self, upload: Upload) -> Upload:
        """All bytes have come: make them a file. May be repeated."""
        with passing_errors():
            found = await self._uploads.find_one({"_id": upload.id})
        if found is None:
            raise UploadUnknown
        present, tail = upload_of(found), bytes(found["tail"])
        if present.status != "receiving":
            return present
        if not present.offset:
            raise FileEmpty
        parts = present.parts
        if tail:
            await self._files.put_part(present.key, present.begun, len(parts), tail)
            parts = (*parts, hashlib.sha256(tail).hexdigest())
        await self._files.finish(present.key, present.begun, len(parts), present.offset)
        done = await self._update(
            upload.id,
            {"offset": present.offset, "status": "receiving"},
            {
                "status": "received",
                "parts": list(parts),
                "tail": Binary(b""),
                "length": present.offset,
                "holder": None,
                "due": self._clock(),
            },
        )
        self._hashes.forget(upload.id)
        if done is None:
            return await self.find(upload.id)
        return upload_of(done)

    async def begin_intake(self, id: str, lease: timedelta) -> Upload | None:
        """Be the one process that takes a received upload in. None: another one does, or has done."""
        now = self._clock()
        with passing_errors():
            found = await self._uploads.find_one_and_update(
                {"_id": id, "status": "received", "due": {"$lte": now}},
                {"$set": {"due": now + lease}},
                projection={"tail": 0},
                return_document=ReturnDocument.AFTER,
            )
        return None if found is None else upload_of(found)

    async def end_intake(self, id: str, status: Literal["taken", "refused"], outcome: Mapping[str, Any]) -> None:
        """It is evidence now, or never will be. What was said of it is forgotten here."""
        now = self._clock()
        forgotten = {"claim.name": "", "claim.note": "", "claim.details": {}}
        with passing_errors():
            await self._uploads.update_one(
                {"_id": id, "status": "received"},
                {"$set": {"status": status, "outcome": dict(outcome), "expires_at": now + KEPT_AFTER, **forgotten}},
            )

    async def postpone_intake(self, id: str) -> None:
        """It could not be done now: whoever looks next may try."""
        with passing_errors():
            await self._uploads.update_one({"_id": id, "status": "received"}, {"$set": {"due": self._clock()}})

    async def waiting(self, limit: int) -> list[str]:
        """Uploads of which all has come and that nobody takes in, as after a process died over it."""
        now = self._clock()
        wanted = {
            "$or": [
                {"status": "received", "due": {"$lte": now}},
                {"status": "receiving", "full": True, "due": {"$lte": now - LEFT_AFTER}},
            ]
        }
        with passing_errors():
            return [d["_id"] for d in await self._uploads.find(wanted, {"_id": 1}).sort("due").to_list(limit)]

    async def give_up(self, id: str) -> None:
        """End an upload that is under way, and remove what has come of it."""
        upload = await self.find(id)
        if upload.status == "receiving":
            await self._remove(upload)

    async def expire(self, limit: int) -> int:
        """Remove uploads for which nothing has come for too long, and forget what came of others; returns how many."""
        with passing_errors():
            old = {"expires_at": {"$lte": self._clock()}, "status": {"$ne": "received"}}
            found = await self._uploads.find(old, {"tail": 0}).sort("expires_at").to_list(limit)
        for document in found:
            await self._remove(upload_of(document))
        return len(found)

    async def _remove(self, upload: Upload) -> None:
        self._hashes.forget(upload.id)
        if upload.status == "receiving":
            taken = await self._update(upload.id, {"status": "receiving"}, {"holder": "removed"})
            if taken is not None:
                await self._files.abort(upload.key, upload.begun)
        with passing_errors():
            await self._uploads.delete_one({"_id": upload.id, "status": upload.status})

    async def _update(
        self, id: str, where: Mapping[str, Any], values: Mapping[str, Any], which: bool = ReturnDocument.AFTER
    ) -> dict[str, Any] | None:
        with passing_errors():
            found: dict[str, Any] | None = await self._uploads.find_one_and_update(
                {"_id": id, **where}, {"$set": dict(values)}, return_document=which
            )
        return found

    async def advance(self, id: str, holder: str, values: Mapping[str, Any]) -> Upload:
        """Write how far an upload is. Raises `UploadTakenOver` where another request goes on with it."""
        now = self._clock()
        more = {**values, "expires_at": now + EXPIRES_AFTER, "due": now}
        found = await self._update(id, {"holder": holder, "status": "receiving"}, more)
        if found is None:
            raise UploadTakenOver
        return upload_of(found)
