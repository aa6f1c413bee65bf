"""A MongoDB transaction that stands still between its first write and its last, as a frozen process leaves it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from shared.messaging.mongo_store import MongoStore


class Held:
    """Takes the place of the journal: holds the transaction that has just secured its partitions."""

    def __init__(self, journal: Any) -> None:
        self._journal = journal
        self._go_on = asyncio.Event()
        self.reached = asyncio.Event()
        """The transaction is open and has advanced its positions."""

    def release(self) -> None:
        """Let it go on."""
        self._go_on.set()

    async def enter(self, *args: Any, **kwargs: Any) -> Any:
        self.reached.set()
        await self._go_on.wait()
        return await self._journal.enter(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._journal, name)


@contextmanager
def held(store: MongoStore) -> Iterator[Held]:
    """Every commit of the store stands still until it is released."""
    journal = store._journal
    hold = Held(journal)
    store._journal = hold  # type: ignore[assignment]
    try:
        yield hold
    finally:
        hold.release()
        store._journal = journal
