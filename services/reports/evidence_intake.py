"""Has received files become evidence: looks at them, makes their working copy, and asks for `AddEvidence`.

The command's id is the upload's, so that whoever takes an upload in once more, after a process died over it, adds
nothing twice. Who waits for an intake may leave: it goes on without them.
"""

import asyncio
from datetime import timedelta

from services.reports.evidence.files import Written
from services.reports.evidence.formats import Format
from services.reports.evidence.intake import Examination, Examined
from services.reports.evidence.refusals import UploadUnknown
from services.reports.evidence.upload import Upload
from services.reports.evidence.uploads import Uploads
from shared.contracts.reports.evidence import AddEvidence, Media, Recording, StoredFile
from shared.errors import Refused
from shared.log import get_logger
from shared.messaging.attempt import ACCEPTED
from shared.messaging.errors import Declined, Pending, Transient
from shared.messaging.loop import IdReused
from shared.messaging.mongo_store import MongoStore
from shared.messaging.tail import Gateway

log = get_logger(__name__)

LEASE = timedelta(minutes=15)
"""Longer than looking at the largest file takes."""
DRAIN_SECONDS = 10.0


class Intake:
    """Takes uploads in, each by one process at a time."""

    def __init__(self, uploads: Uploads, examination: Examination, store: MongoStore, gateway: Gateway) -> None:
        self._uploads = uploads
        self._examination = examination
        self._store = store
        self._gateway = gateway
        self._running: dict[str, asyncio.Task[None]] = {}

    async def take_in(self, upload: Upload, *, wait_seconds: float) -> Upload:
        """The upload as it is when it is evidence or refused, or when the wait is over. Raises `Transient`."""
        task = self.begin(upload.id)
        await asyncio.wait([task], timeout=wait_seconds)
        if task.done():
            task.result()
        return await self._uploads.find(upload.id)

    def begin(self, id: str) -> "asyncio.Task[None]":
        """Go on with it in the background."""
        task = self._running.get(id)
        if task is None:
            task = self._running[id] = asyncio.create_task(self._take_in(id))
            task.add_done_callback(lambda _: self._running.pop(id, None))
        return task

    async def drain(self) -> None:
        """Let what has begun come to its end, for a while. What does not is begun anew by another process."""
        if tasks := list(self._running.values()):
            await asyncio.wait(tasks, timeout=DRAIN_SECONDS)
            for task in tasks:
                task.cancel()

    async def _take_in(self, id: str) -> None:
        upload = await self._uploads.find(id)
        if upload.status == "receiving" and upload.full:
            await self._uploads.complete(upload)
        taken = await self._uploads.begin_intake(id, LEASE)
        if taken is None:
            return
        try:
            await self._examined(taken)
        except (Transient, Pending):
            await self._uploads.postpone_intake(id)
            raise
        except UploadUnknown:
            return

    async def _examined(self, upload: Upload) -> None:
        known = (await self._store.entries([upload.id])).get(upload.id)
        if known is not None and known.outcome == ACCEPTED:  # whoever asked for it died before they could say so
            await self._uploads.end_intake(upload.id, "taken", {})
            return
        try:
            examined = await self._examination.examine(upload)
            await self._gateway.ask(
                _command(upload, examined), id=upload.id, actor=upload.claim.actor, correlation_id=upload.id
            )
        except (Refused, Declined) as refusal:
            log.info("upload refused", upload=upload.id, reason=refusal.slug)
            if refusal.slug != IdReused.slug:  # else it is evidence already, by another command
                await self._examination.discard(upload)
            outcome = {"slug": refusal.slug, "details": dict(refusal.details)}
            await self._uploads.end_intake(upload.id, "refused", outcome)
        else:
            await self._uploads.end_intake(upload.id, "taken", {})


def _command(upload: Upload, examined: Examined) -> AddEvidence:
    claim, found = upload.claim, examined.findings
    details = dict(claim.details)
    return AddEvidence(
        office=claim.office,
        incident=claim.incident,
        via=details.pop("via", "reporter" if claim.source == "reporter" else "desk"),
        request=details.pop("request", None),
        original=_stored(examined.original, examined.format),
        working_copy=None
        if examined.working_copy is None or examined.copy_format is None
        else _stored(examined.working_copy, examined.copy_format),
        media=Media(
            kind=examined.format.kind,
            width=found.width,
            height=found.height,
            codec=found.codec,
            sound=found.sound,
            milliseconds=round(found.seconds * 1000),
        ),
        name=claim.name,
        note=claim.note,
        recording=Recording(**details),
    )


def _stored(file: Written, format: Format) -> StoredFile:
    return StoredFile(file.key, file.size, file.sha256, format.media_type)
