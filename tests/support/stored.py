"""Writing into a store past the loop."""

from collections.abc import Sequence

from shared.messaging.store import Entry, Position, Store
from shared.messaging.work import Changes


async def commit(store: Store, changes: Changes, entries: Sequence[Entry], positions: Sequence[Position]) -> None:
    """Stage and write at once."""
    await store.stage(changes, entries, positions)()
