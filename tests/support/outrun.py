"""A database in which somebody else is quicker."""

from collections.abc import Mapping
from typing import Any

from shared.mongo import Collection


class Outrun:
    """A collection in which another writes the same, between the look of our first upsert and its insert."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._outrun = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._collection, name)

    async def replace_one(self, which: Mapping[str, Any], document: Mapping[str, Any], *, upsert: bool) -> Any:
        """Refused by the database itself at first, as it refuses what is there."""
        if not self._outrun:
            self._outrun = True
            for _ in ("theirs", "ours"):
                await self._collection.insert_one({**which, **document})
        return await self._collection.replace_one(which, document, upsert=upsert)
