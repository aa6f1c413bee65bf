"""The bare loop: the input and output of a worker, and nothing else. The yardstick for what the loop costs.

The same driver, event loop, client settings, collections and indexes; documents and events of the same number,
shape and size; one transaction a batch, one builder a partition, offsets committed last. What it lacks is what
the worker is for: it checks nothing, knows no rule, forgets what it has handled, and two of them would both write.

`python -m tests.bench.bare <service>`: what is written for a command of that service is a `Shape` of its own.
"""

import asyncio
import hashlib
import json
import signal
import sys
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib import import_module
from typing import Any, ClassVar, NamedTuple

import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from pymongo import ReplaceOne, UpdateOne

from shared.contracts.message import Command, Event, commands_topic, events_topic
from shared.messaging.journal import PAGE
from shared.messaging.kafka import LARGEST_BATCH_BYTES
from shared.messaging.mongo_store import MongoStore
from shared.mongo import Client, Database, Session, connected, transaction
from shared.process import hand_over_soon
from shared.settings import Settings

Document = dict[str, Any]

TRACEPARENT = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"


class Made(NamedTuple):
    """What one command comes to."""

    documents: Mapping[str, Document]
    """One new document in each of these collections."""
    numbered: str
    """The id of the document that is written anew once a batch, because it gives out numbers."""
    event: bytes
    subject: str


class Shape(ABC):
    """What is written for the commands of one service."""

    service: ClassVar[str]
    command: ClassVar[type[Command]]
    event: ClassVar[type[Event]]
    numbered: ClassVar[str]
    """The collection of what gives out numbers."""

    @abstractmethod
    def resume(self, id: str, last: Document) -> None:
        """Go on with the numbers of an earlier run."""

    @abstractmethod
    def make(self, command: Document, id: str, now: datetime) -> Made:
        """The documents and the event of a command."""

    @abstractmethod
    def last(self, id: str) -> Document:
        """What gives out numbers, as it is now."""

    def looked_up(self, commands: Sequence[Document]) -> Mapping[str, Collection[str]]:
        """Ids that the worker must read before it can decide, by collection."""
        return {}


SHAPES = {"queue": ("tests.bench.bare_queue", "Tickets"), "reports": ("tests.bench.bare_reports", "Incidents")}


def shape_of(service: str) -> Shape:
    """The one of a service."""
    module, name = SHAPES[service]
    found: Shape = getattr(import_module(module), name)()
    return found


class Bare:
    """Does with a batch what must be done with any."""

    def __init__(
        self, client: Client, database: Database, producer: AIOKafkaProducer, settings: Settings, shape: Shape
    ) -> None:
        self._client = client
        self._database = database
        self._producer = producer
        self._shape = shape
        self._commands = settings.topic(commands_topic(shape.service))
        self._events = settings.topic(events_topic(shape.service))
        self._headers = [
            ("ce_specversion", b"1.0"),
            ("ce_type", shape.event.type().encode()),
            ("ce_dataschema", shape.event.dataschema().encode()),
            ("ce_dataclassification", b"public"),
            ("content-type", b"application/json"),
            ("ce_source", f"/kentongan/{shape.service}".encode()),
        ]

    async def resume(self) -> None:
        """Go on with the numbers of an earlier run."""
        async for last in self._database[self._shape.numbered].find():
            self._shape.resume(last["_id"], last)

    async def settle(self, records: Sequence[ConsumerRecord]) -> None:
        """Write, then publish."""
        now = datetime.now(UTC)
        stored = now.isoformat().encode()
        journal, events = [], defaultdict(list)
        new: dict[str, list[Document]] = defaultdict(list)
        touched: set[str] = set()
        commands = [json.loads(record.value) for record in records]
        for collection, ids in self._shape.looked_up(commands).items():
            async for _ in self._database[collection].find({"_id": {"$in": list(ids)}}):
                pass
        for record, command in zip(records, commands, strict=True):
            headers = dict(record.headers)
            id = headers["ce_id"].decode()
            made = self._shape.make(command, id, now)
            touched.add(made.numbered)
            named = [*self._headers, *_named(id, stored, made.subject)]
            journal.append(self._entry(id, command["office"], record, made.event, named, now))
            for collection, document in made.documents.items():
                new[collection].append(document)
            events[record.partition].append((record.key, made.event, named))
        positions = [
            UpdateOne({"_id": f"{self._commands}/{partition}"}, {"$set": {"offset": offset}}, upsert=True)
            for (_, partition), offset in ends(records).items()
        ]
        pages = [{"_id": f"page/{some[0]['id']}", "entries": some} for some in batched(journal, PAGE)]
        numbers = [ReplaceOne({"_id": id}, self._shape.last(id), upsert=True) for id in touched]

        async def write(session: Session) -> None:
            await self._database["positions"].bulk_write(positions, session=session)
            await self._database["journal"].insert_many(pages, session=session)
            for collection, documents in new.items():
                await self._database[collection].insert_many(documents, session=session)
            await self._database[self._shape.numbered].bulk_write(numbers, session=session)

        await transaction(self._client, write)
        await self._publish(events)

    async def _publish(self, events: dict[int, list[tuple[bytes, bytes, list[tuple[str, bytes]]]]]) -> None:
        sent = []
        for partition, batch in events.items():
            builder = self._producer.create_batch()
            for key, value, headers in batch:
                if not builder.append(key=key, value=value, timestamp=None, headers=headers):
                    sent.append(await self._producer.send_batch(builder, self._events, partition=partition))
                    builder = self._producer.create_batch()
                    builder.append(key=key, value=value, timestamp=None, headers=headers)
            sent.append(await self._producer.send_batch(builder, self._events, partition=partition))
        await asyncio.gather(*sent)

    def _entry(
        self,
        id: str,
        office: str,
        record: ConsumerRecord,
        event: bytes,
        headers: Sequence[tuple[str, bytes]],
        now: datetime,
    ) -> Document:
        return {
            "id": id,
            "type": self._shape.command.type(),
            "fingerprint": hashlib.sha256(record.value).hexdigest()[:32],
            "outcome": "accepted",
            "events": [
                {
                    "topic": self._events,
                    "key": office,
                    "data": event.decode(),
                    "headers": {name: value.decode() for name, value in headers},
                }
            ],
            "actor": "citizen",
            "about": office,
            "issued_at": now,
            "handled_at": now,
            "correlation_id": id,
        }


def batched(things: Sequence[Document], size: int) -> Iterator[Sequence[Document]]:
    """In pieces of a size."""
    for begin in range(0, len(things), size):
        yield things[begin : begin + size]


def ends(records: Iterable[ConsumerRecord]) -> dict[TopicPartition, int]:
    """The next offset of each partition after these records."""
    return {TopicPartition(record.topic, record.partition): record.offset + 1 for record in records}


def encoded(data: Document) -> bytes:
    """As JSON on the bus."""
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False).encode()


def _named(id: str, now: bytes, subject: str) -> list[tuple[str, bytes]]:
    told = id.encode()
    return [
        ("ce_id", told + b":1"),
        ("ce_time", now),
        ("ce_subject", subject.encode()),
        ("ce_correlationid", told),
        ("ce_causationid", told),
        ("traceparent", TRACEPARENT),
    ]


async def run(settings: Settings, shape: Shape) -> None:
    """Consume, settle, commit, until told to stop."""
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    consumer = AIOKafkaConsumer(
        settings.topic(commands_topic(shape.service)),
        bootstrap_servers=settings.kafka,
        group_id=settings.topic("bare"),
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=20,
        fetch_min_bytes=1,
    )
    producer = AIOKafkaProducer(
        bootstrap_servers=settings.kafka, acks="all", linger_ms=0, max_batch_size=LARGEST_BATCH_BYTES
    )
    async with connected(settings) as client:
        database = client[settings.database(shape.service)]
        routes = import_module(f"services.{shape.service}.routes").ROUTES
        await MongoStore(client, database, routes.kinds).prepare()
        bare = Bare(client, database, producer, settings, shape)
        await bare.resume()
        await producer.start()
        await consumer.start()
        try:
            while not stopping.is_set():
                found = await consumer.getmany(timeout_ms=200, max_records=settings.batch_size)
                records = [record for partition in found.values() for record in partition]
                if records:
                    await bare.settle(records)
                    await consumer.commit(ends(records))
        finally:
            await consumer.stop()
            await producer.stop()


if __name__ == "__main__":
    hand_over_soon()
    uvloop.run(run(Settings(), shape_of(sys.argv[1])))
