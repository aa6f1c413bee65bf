"""A database and a broker that cost nothing, so that what is left is the loop's own work.

What the drivers do in Python on the way is done here as well: each document is encoded to BSON, or copied where it is
already, each event is appended to one of aiokafka's builders, which is closed. Only the sockets and the servers are
missing.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from types import SimpleNamespace, TracebackType
from typing import Any, Self

import bson
from aiokafka.producer.message_accumulator import BatchBuilder
from bson.raw_bson import RawBSONDocument
from pymongo import ReplaceOne

from shared.messaging.kafka import LARGEST_BATCH_BYTES
from shared.messaging.mongo_store import MongoStore

Document = Mapping[str, Any]

PARTITIONS = 12


class StubCollection:
    """Encodes what is written and forgets it, but for the documents it was made with."""

    def __init__(self, kept: Mapping[str, Document]) -> None:
        self._kept = {id: bson.encode(document) for id, document in kept.items()}
        self.bytes = 0

    async def bulk_write(
        self, writes: Sequence[ReplaceOne[Document]], *, session: Any, ordered: bool = True
    ) -> SimpleNamespace:
        for write in writes:
            self.bytes += len(bson.encode(write._filter)) + len(_sent(write._doc))
        return SimpleNamespace(matched_count=len(writes))

    async def insert_many(self, documents: Sequence[Document], *, session: Any) -> None:
        for document in documents:
            self.bytes += len(_sent(document))

    async def find(self, wanted: Document, **_: Any) -> AsyncIterator[Document]:
        bson.encode(wanted)
        for id in wanted.get("_id", {}).get("$in", ()):
            if id in self._kept:
                yield bson.decode(self._kept[id])


def _sent(document: Document) -> bytes | bytearray:
    return bytearray(document.raw) if isinstance(document, RawBSONDocument) else bson.encode(document)


class StubDatabase(dict[str, StubCollection]):
    """A collection for any name."""

    def __missing__(self, name: str) -> StubCollection:
        self[name] = StubCollection({})
        return self[name]


class StubClient:
    """Begins and ends transactions about nothing."""

    async def start_session(self, **_: Any) -> Self:
        return self

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def start_transaction(self) -> None:
        return None

    async def commit_transaction(self) -> None:
        return None

    async def abort_transaction(self) -> None:
        return None


class StubbedStore(MongoStore):
    """The store of production, but for its claims: nobody else is there."""

    async def claim(self, partition: str, owner: str) -> int:
        return 0


class StubProducer:
    """Builds batches and sends them nowhere."""

    async def partitions_for(self, topic: str) -> set[int]:
        return set(range(PARTITIONS))

    def create_batch(self) -> BatchBuilder:
        return BatchBuilder(LARGEST_BATCH_BYTES, 0)

    async def send_batch(self, builder: BatchBuilder, topic: str, *, partition: int) -> "asyncio.Future[None]":
        builder.close()
        builder._build()
        sent: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        sent.set_result(None)
        return sent


def broker_of(producer: StubProducer) -> Any:
    """What a `Publisher` takes its producer from."""
    return SimpleNamespace(
        config=SimpleNamespace(producer=SimpleNamespace(_producer=SimpleNamespace(producer=producer)))
    )
