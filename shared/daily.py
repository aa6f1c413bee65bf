"""Something that a service does once a day, beside its work, in one of its processes.

Invariant: of all the processes that share a database one at a time does it, as long as it takes less than
`LEASE`; if that one dies, another begins again an hour later. What is done must therefore be safe to repeat.
A mistake in it is logged and never ends the process, whose work is another.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta

from shared.clock import Clock
from shared.log import get_logger
from shared.messaging.errors import Transient
from shared.mongo import Collection, passing_errors

log = get_logger(__name__)

EVERY = timedelta(days=1)
LEASE = timedelta(hours=1)
LOOK_SECONDS = 600.0
"""How often a process looks whether it is its turn."""


class Daily:
    """Does `job` once a day, told the moment at which it begins. `turns` is where the processes agree."""

    def __init__(
        self, name: str, job: Callable[[datetime], Awaitable[object]], *, turns: Collection, clock: Clock
    ) -> None:
        self._name = name
        self._job = job
        self._turns = turns
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

    async def turn(self) -> bool:
        """Do it if it is due and nobody else is at it. Raises `Transient`, and what the job raises."""
        now = self._clock()
        with passing_errors():
            await self._turns.update_one({"_id": self._name}, {"$setOnInsert": {"due": now}}, upsert=True)
            taken = await self._turns.update_one(
                {"_id": self._name, "due": {"$lte": now}}, {"$set": {"due": now + LEASE}}
            )
        if not taken.modified_count:
            return False
        await self._job(now)
        with passing_errors():
            await self._turns.update_one({"_id": self._name}, {"$set": {"due": now + EVERY}})
        return True

    async def _look(self) -> None:
        while True:
            try:
                await self.turn()
            except Transient as error:
                log.warning("must be done later", what=self._name, error=str(error))
            except Exception:
                log.exception("could not be done", what=self._name)
            await asyncio.sleep(LOOK_SECONDS)
