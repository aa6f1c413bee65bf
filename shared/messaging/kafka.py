"""The one place that configures FastStream, and the publisher that keeps the order of each key.

FastStream's own defaults lose messages (see docs/decisions/0002-faststream-settings.md), and its
`publish_batch` sends a whole batch to one partition; so acknowledgement is manual everywhere and batches are
built per partition on the producer that FastStream connects and closes.
"""

import asyncio
import logging
import ssl
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from aiokafka import AIOKafkaProducer, ConsumerRecord
from aiokafka.errors import KafkaError
from aiokafka.partitioner import DefaultPartitioner
from faststream.kafka import KafkaBroker, Topic
from faststream.kafka.message import FAKE_CONSUMER, KafkaAckableMessage, KafkaMessage
from faststream.security import BaseSecurity, SASLScram512

from shared.messaging import tolerance
from shared.messaging.envelope import Record
from shared.messaging.errors import Transient
from shared.messaging.store import Published
from shared.settings import Settings

REQUEST_TIMEOUT_MS = 5_000
"""How long a broker may take to answer before a request counts as failed."""
LARGEST_REQUEST_BYTES = 2 * 1024 * 1024
"""A dead letter is larger than the largest message: it adds the reason to the original."""
LARGEST_BATCH_BYTES = 262_144
REMEMBERED_KEYS = 100_000

_partition_of = DefaultPartitioner()


def security(settings: Settings) -> BaseSecurity | None:
    """FastStream's security for the configured protocol."""
    if settings.kafka_protocol == "PLAINTEXT":
        return None
    context = None
    if settings.kafka_protocol.endswith("SSL"):
        context = ssl.create_default_context(cafile=settings.kafka_ca or None)
    if not settings.kafka_protocol.startswith("SASL"):
        return BaseSecurity(ssl_context=context, use_ssl=context is not None)
    return SASLScram512(
        settings.kafka_username,
        settings.kafka_password.get_secret_value(),
        ssl_context=context,
        use_ssl=context is not None,
    )


def new_broker(settings: Settings, *, request_timeout_ms: int = REQUEST_TIMEOUT_MS) -> KafkaBroker:
    """A broker that publishes durably and does nothing by itself."""
    tolerance.install()
    return KafkaBroker(
        settings.kafka.split(","),
        security=security(settings),
        acks="all",
        linger_ms=0,
        max_batch_size=LARGEST_BATCH_BYTES,
        max_request_size=LARGEST_REQUEST_BYTES,
        request_timeout_ms=request_timeout_ms,
        retry_backoff_ms=100,
        metadata_max_age_ms=30_000,
        graceful_timeout=settings.drain_seconds,
        apply_types=False,
        logger=logging.getLogger("faststream"),
        log_level=logging.DEBUG,
    )


def rebalance_timeout_ms(settings: Settings) -> int:
    """How long a group waits for its members to end what they have begun."""
    return int(settings.drain_seconds * 1000) + 15_000


def new_member_broker(settings: Settings) -> KafkaBroker:
    """A broker for a member of a group: who joins is answered only when all have, and must wait that long."""
    return new_broker(settings, request_timeout_ms=rebalance_timeout_ms(settings) + 5_000)


def existing(name: str) -> Topic:
    """A topic that `kentongan topics apply` has made: FastStream must not make one by its own defaults."""
    return Topic(name, declare=False)


def record(raw: "ConsumerRecord[bytes, bytes]") -> Record:
    """aiokafka's record as ours."""
    return Record(raw.topic, raw.partition, raw.offset, raw.timestamp, raw.key, raw.value, tuple(raw.headers))


async def as_records(raw: "tuple[ConsumerRecord[bytes, bytes], ...]") -> KafkaMessage:
    """A FastStream parser that leaves every record as it is: its own fails a whole batch for one bad header."""
    return KafkaAckableMessage(
        body=[record(r) for r in raw],
        raw_message=raw,
        headers={},
        batch_headers=[],
        message_id=f"{raw[0].offset}-{raw[-1].offset}",
        correlation_id="",
        consumer=FAKE_CONSUMER,
    )


async def undecoded(message: KafkaMessage) -> Any:
    """A FastStream decoder that hands on what the parser made."""
    return message.body


class Sent(NamedTuple):
    """Messages on their way to one partition."""

    topic: str
    messages: Sequence[Published]
    acknowledged: "asyncio.Future[Any]"


class Publisher:
    """Publishes durably, each key's messages in order. Every method may raise `Transient`."""

    def __init__(self, broker: KafkaBroker) -> None:
        self._broker = broker
        self._partitions: dict[tuple[str, bytes | None], int] = {}

    @property
    def _producer(self) -> AIOKafkaProducer:
        producer = self._broker.config.producer
        if not producer:
            raise Transient("not connected to the broker yet")
        return producer._producer.producer  # type: ignore[attr-defined]  # FastStream has no public way to it

    async def publish(self, messages: Sequence[Published]) -> None:
        """Send a batch: one builder a partition, all in flight together; returns when all are acknowledged."""
        try:
            await _acknowledged([sent.acknowledged for sent in await self.send(messages)])
        except KafkaError as error:
            raise Transient(f"publishing failed: {error!r}") from error

    async def send(self, messages: Sequence[Published]) -> list[Sent]:
        """Send a batch without waiting for the broker's answers."""
        producer = self._producer
        by_key: defaultdict[tuple[str, bytes | None], list[Published]] = defaultdict(list)
        for message in messages:
            by_key[message.topic, message.key].append(message)
        by_partition: defaultdict[tuple[str, int], list[Published]] = defaultdict(list)
        try:
            for (topic, key), batch in by_key.items():
                by_partition[topic, await self._partition(producer, topic, key)] += batch
            return [
                sent
                for (topic, partition), batch in by_partition.items()
                for sent in await _send(producer, topic, partition, batch)
            ]
        except KafkaError as error:
            raise Transient(f"publishing failed: {error!r}") from error

    def knows(self, topic: str) -> bool:
        """Whether the topic was there when the broker was asked last."""
        return self._producer.client.cluster.partitions_for_topic(topic) is not None

    async def look(self, topics: Sequence[str]) -> None:
        """Ask the broker for topics, and forget what was known of their partitions."""
        client = self._producer.client
        for topic in topics:
            client.add_topic(topic)
        self._partitions.clear()
        if not await client.force_metadata_update():
            raise Transient("the broker does not answer")

    async def publish_one(self, message: Published, *, timeout_seconds: float) -> None:
        """Send one message among those of other tasks; returns when it is acknowledged."""
        producer = self._producer
        try:
            async with asyncio.timeout(timeout_seconds):
                await producer.send_and_wait(
                    message.topic,
                    message.value,
                    message.key,
                    partition=await self._partition(producer, message.topic, message.key),
                    headers=list(message.headers),
                )
        except (KafkaError, TimeoutError) as error:
            raise Transient(f"publishing failed: {error!r}") from error

    async def _partition(self, producer: AIOKafkaProducer, topic: str, key: bytes | None) -> int:
        """The partition of a key, as every Kafka client chooses it. Remembered: murmur2 is slow in Python."""
        partition = self._partitions.get((topic, key))
        if partition is None:
            partitions = sorted(await producer.partitions_for(topic))
            partition = _partition_of(key, partitions, partitions)
            if len(self._partitions) >= REMEMBERED_KEYS:
                self._partitions.clear()
            if key is not None:
                self._partitions[topic, key] = partition
        return partition


async def _send(producer: AIOKafkaProducer, topic: str, partition: int, messages: Sequence[Published]) -> list[Sent]:
    sent = []
    builder, within = producer.create_batch(), list[Published]()
    for message in messages:
        if not _append(builder, message):
            sent.append(Sent(topic, within, await producer.send_batch(builder, topic, partition=partition)))
            builder, within = producer.create_batch(), []
            _append(builder, message)
        within.append(message)
    sent.append(Sent(topic, within, await producer.send_batch(builder, topic, partition=partition)))
    return sent


def _append(builder: Any, message: Published) -> bool:
    """Whether the message found room. An empty builder has room for any."""
    place = builder.append(key=message.key, value=message.value, timestamp=None, headers=list(message.headers))
    return place is not None


async def _acknowledged(sent: Sequence["asyncio.Future[Any]"]) -> None:
    """Wait for all, so that none is left behind unobserved, then raise the first failure."""
    for answer in await asyncio.gather(*sent, return_exceptions=True):
        if isinstance(answer, BaseException):
            raise answer
