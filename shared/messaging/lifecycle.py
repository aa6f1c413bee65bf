"""Processes that start in any order: what needs the broker is tried until it is there."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Protocol

from shared.log import get_logger
from shared.messaging.errors import Transient

log = get_logger(__name__)

RETRY_SECONDS = 1.0


class Startable(Protocol):
    """Something with a connection."""

    async def start(self) -> None:
        """Raises `Transient` where it must be tried again."""

    async def stop(self) -> None:
        """Ends it, started or not."""


class Prepared:
    """Something that must be done once before the work, such as creating indexes."""

    def __init__(self, prepare: Callable[[], Awaitable[None]]) -> None:
        self._prepare = prepare

    async def start(self) -> None:
        """Do it."""
        await self._prepare()

    async def stop(self) -> None:
        """Nothing is left open."""


@asynccontextmanager
async def kept_trying(what: Startable) -> AsyncIterator[None]:
    """Start `what` in the background, again and again until it works; stop it at the end.

    A start that fails for another reason than `Transient` is a mistake in the settings and ends the process.
    """
    async with asyncio.TaskGroup() as group:
        starting = group.create_task(_start(what))
        try:
            yield
        finally:
            starting.cancel()
            await what.stop()


async def _start(what: Startable) -> None:
    while True:
        try:
            await what.start()
        except Transient as error:
            log.warning("cannot start yet", what=type(what).__name__, error=str(error))
            await asyncio.sleep(RETRY_SECONDS)
        else:
            log.info("started", what=type(what).__name__)
            return
