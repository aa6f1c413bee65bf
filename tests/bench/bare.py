"""The bare loop: the input and output of the worker, and nothing else. The yardstick for what the loop costs.

The same driver, event loop, client settings, collections and indexes; documents and events of the same number,
shape and size; one transaction a batch, one builder a partition, offsets committed last. What it lacks is what
the worker is for: it checks nothing, knows no rule, forgets what it has handled, and two of them would both write.
"""

import asyncio
import hashlib
import json
import signal
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from pymongo import InsertOne, ReplaceOne, UpdateOne

from services.queue.routes import ROUTES
from shared.contracts.message import commands_topic, events_topic
from shared.contracts.queue import SERVICE, TakeTicket, TicketTaken
from shared.messaging.kafka import LARGEST_BATCH_BYTES
from shared.messaging.mongo_store import MongoStore
from shared.mongo import Client, Database, Session, connected, transaction
from shared.settings import Settings

Document = dict[str, Any]

FIXED_HEADERS = [
    ("ce_specversion", b"1.0"),
    ("ce_type", TicketTaken.type().encode()),
    ("ce_dataschema", TicketTaken.dataschema().encode()),
    ("ce_dataclassification", b"public"),
    ("content-type", b"application/json"),
    ("ce_source", b"/kentongan/queue"),
]
TRACEPARENT = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"
DAY = "2026-08-17"


class Bare:
    """Does with a batch what must be done with any."""

    def __init__(self, client: Client, database: Database, producer: AIOKafkaProducer, settings: Settings) -> None:
        self._client = client
        self._journal = database["journal"]
        self._positions = database["positions"]
        self._tickets = database["tickets"]
        self._lines = database["lines"]
        self._producer = producer
        self._commands = settings.topic(commands_topic(SERVICE))
        self._events = settings.topic(events_topic(SERVICE))
        self._sequences: dict[str, int] = defaultdict(int)

    async def resume(self) -> None:
        """Go on with the numbers of an earlier run."""
        async for line in self._lines.find():
            self._sequences[line["_id"]] = line["sequence"]

    async def settle(self, records: Sequence[ConsumerRecord]) -> None:
        """Write, then publish."""
        now = datetime.now(UTC)
        stored = now.isoformat().encode()
        journal, tickets, events = [], [], defaultdict(list)
        touched: set[str] = set()
        for record in records:
            command = json.loads(record.value)
            headers = dict(record.headers)
            id = headers["ce_id"].decode()
            line = f"{command['office']}:{command['service']}:{DAY}"
            self._sequences[line] += 1
            touched.add(line)
            ticket = _ticket(id, line, self._sequences[line], now)
            event = _event(command, ticket)
            named = [*FIXED_HEADERS, *_named(id, stored)]
            journal.append(InsertOne(_entry(id, command["office"], record, event, named, now, self._events)))
            tickets.append(InsertOne(ticket))
            events[record.partition].append((record.key, event, named))
        positions = [
            UpdateOne({"_id": f"{self._commands}/{partition}"}, {"$set": {"offset": offset}}, upsert=True)
            for (_, partition), offset in ends(records).items()
        ]
        lines = [ReplaceOne({"_id": line}, _line(line, self._sequences[line]), upsert=True) for line in touched]

        async def write(session: Session) -> None:
            await self._positions.bulk_write(positions, session=session)
            await self._journal.bulk_write(journal, session=session)
            await self._tickets.bulk_write(tickets, session=session)
            await self._lines.bulk_write(lines, session=session)

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


def ends(records: Iterable[ConsumerRecord]) -> dict[TopicPartition, int]:
    """The next offset of each partition after these records."""
    return {TopicPartition(record.topic, record.partition): record.offset + 1 for record in records}


def _named(id: str, now: bytes) -> list[tuple[str, bytes]]:
    told = id.encode()
    return [
        ("ce_id", told + b":1"),
        ("ce_time", now),
        ("ce_subject", b"ticket/" + told),
        ("ce_correlationid", told),
        ("ce_causationid", told),
        ("traceparent", TRACEPARENT),
    ]


def _ticket(id: str, line: str, sequence: int, now: datetime) -> Document:
    return {
        "_id": id,
        "line": line,
        "sequence": sequence,
        "number": f"A-{sequence:03d}",
        "prefix": "A",
        "rank": sequence * 100_000,
        "taken_at": now,
        "joined_at": now,
        "way": "online",
        "group": "ordinary",
        "need": None,
        "changed_at": now,
        "changed_by": "citizen",
        "holder": None,
        "state": "waiting",
        "appointment": None,
        "slot": None,
        "called_at": None,
        "serving_at": None,
        "moved": False,
        "put_backs": 0,
        "delays": 0,
        "steps": 0,
        "version": 1,
    }


def _line(id: str, sequence: int) -> Document:
    office, service, _ = id.split(":")
    return {
        "_id": id,
        "office": office,
        "service": service,
        "prefix": "A",
        "sequence": sequence,
        "waiting": sequence,
        "given": {"online": sequence, "kiosk": 0, "counter": 0, "appointment": 0},
        "head": 0,
        "tail": sequence * 100_000,
        "late": [],
        "revision": sequence,
        "closed": False,
        "message": None,
        "version": sequence,
    }


def _event(command: Document, ticket: Document) -> bytes:
    event = {
        "office": command["office"],
        "service": command["service"],
        "line": ticket["line"],
        "revision": ticket["sequence"],
        "ticket": ticket["_id"],
        "number": ticket["number"],
        "sequence": ticket["sequence"],
        "rank": ticket["rank"],
        "place": ticket["sequence"],
        "way": ticket["way"],
        "group": ticket["group"],
        "appointment": None,
        "slot": None,
    }
    return json.dumps(event, separators=(",", ":")).encode()


def _entry(
    id: str,
    office: str,
    record: ConsumerRecord,
    event: bytes,
    headers: Sequence[tuple[str, bytes]],
    now: datetime,
    topic: str,
) -> Document:
    return {
        "_id": id,
        "type": TakeTicket.type(),
        "fingerprint": hashlib.sha256(record.value).hexdigest()[:32],
        "outcome": "accepted",
        "events": [
            {
                "topic": topic,
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


async def run(settings: Settings) -> None:
    """Consume, settle, commit, until told to stop."""
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    consumer = AIOKafkaConsumer(
        settings.topic(commands_topic(SERVICE)),
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
        database = client[settings.database(SERVICE)]
        await MongoStore(client, database, ROUTES.kinds).prepare()
        bare = Bare(client, database, producer, settings)
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
    uvloop.run(run(Settings()))
