"""What must be done about evidence although nobody asks: each API process looks, and all may do it at once.

    uploads that nobody goes on with      are removed
    uploads that a process died over      are taken in
    evidence whose retention is over      is destroyed, unless a hold keeps it
    files of destroyed evidence           are removed, and that is written down
    requests to owners                    are remembered, and end when the recording is overwritten

Invariant: a command's id follows from what it is about and what was due, so that two processes, or one that begins
again, have one effect; one that changed nothing is tried again some minutes later.
"""

import asyncio
import hashlib
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from services.reports.evidence.files import Files
from services.reports.evidence.uploads import Uploads
from services.reports.evidence_intake import Intake
from shared.clock import Clock
from shared.contracts.reports.base import ReportsCommand
from shared.contracts.reports.cameras import CheckRequest
from shared.contracts.reports.evidence import ConfirmErasure, DestroyEvidence
from shared.log import get_logger
from shared.messaging.errors import Declined, Pending, Transient
from shared.messaging.tail import Gateway
from shared.mongo import Database, passing_errors

log = get_logger(__name__)

LOOK_SECONDS = 20.0
AT_ONCE = 50
AGAIN_AFTER = timedelta(minutes=5)
RETENTION_OVER = "masa simpan berakhir"
"""The reason that the custody log gives."""


class Chores:
    """Does them, again and again."""

    def __init__(
        self, database: Database, files: Files, uploads: Uploads, intake: Intake, gateway: Gateway, clock: Clock
    ) -> None:
        self._evidence = database["evidence"]
        self._requests = database["footage_requests"]
        self._files = files
        self._uploads = uploads
        self._intake = intake
        self._gateway = gateway
        self._clock = clock
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to look, now and then."""
        self._task = asyncio.create_task(self._look())

    async def stop(self) -> None:
        """Leave off, in the middle if need be."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def do(self) -> None:
        """All of them, once. Raises `Transient`."""
        await self._uploads.expire(AT_ONCE)
        for id in await self._uploads.waiting(AT_ONCE):
            await self._intake.begin(id)
        for document in await self._due(self._evidence):
            if document["state"] == "kept":
                await self._destroy(document)
            else:
                await self._erase(document)
        for document in await self._due(self._requests):
            command = CheckRequest(office=document["office"], request=document["_id"])
            await self._ask(command, document, document["due"])

    async def _destroy(self, document: dict[str, Any]) -> None:
        command = DestroyEvidence(office=document["office"], evidence=document["_id"], reason=RETENTION_OVER)
        await self._ask(command, document, document["due"])

    async def _erase(self, document: dict[str, Any]) -> None:
        for file in (document.get("original"), document.get("working_copy")):
            if file is not None:
                await self._files.delete(file["key"])
        await self._ask(ConfirmErasure(office=document["office"], evidence=document["_id"]), document, document["due"])

    async def _ask(self, command: ReportsCommand, document: dict[str, Any], due: datetime) -> None:
        tries = (self._clock() - due) // AGAIN_AFTER
        told = f"{command.type()} {document['_id']} {due.isoformat()} {tries}"
        id = f"chore-{hashlib.sha256(told.encode()).hexdigest()[:40]}"
        with suppress(Declined, Pending):
            await self._gateway.ask(command, id=id, actor="system")

    async def _due(self, documents: Any) -> list[dict[str, Any]]:
        wanted = {"due": {"$lte": self._clock()}}
        fields = {"office": 1, "state": 1, "due": 1, "original": 1, "working_copy": 1}
        with passing_errors():
            found: list[dict[str, Any]] = await documents.find(wanted, fields).sort("due").to_list(AT_ONCE)
        return found

    async def _look(self) -> None:
        while True:
            try:
                await self.do()
            except Transient as error:
                log.warning("chores must wait", error=str(error))
            except Exception:
                log.exception("chores could not be done")
            await asyncio.sleep(LOOK_SECONDS)
