"""The bus as a test needs it: put messages in, read all that lies in a topic. In memory and on Kafka alike."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Protocol

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.messaging.envelope import Record
from shared.messaging.kafka import Publisher, new_broker, record
from shared.messaging.memory import MemoryBus
from shared.messaging.store import Published
from shared.settings import Settings


class Bus(Protocol):
    """Topics with partitions."""

    def topic(self, name: str) -> str:
        """The topic's full name."""

    async def publish(self, messages: Sequence[Published]) -> None:
        """Append them, each key's in order."""

    async def read(self, topic: str) -> list[Record]:
        """Everything since the bus was handed to the test, by partition and offset."""


class InMemory:
    """The twin."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._bus = MemoryBus()
        self._now_ms = now_ms

    def topic(self, name: str) -> str:
        return name

    async def publish(self, messages: Sequence[Published]) -> None:
        for message in messages:
            self._bus.publish(message, timestamp_ms=self._now_ms())

    async def read(self, topic: str) -> list[Record]:
        return self._bus.all(topic)


class OnKafka:
    """A broker that several tests share one after the other: each begins where its predecessor has ended."""

    def __init__(self, settings: Settings, publisher: Publisher, consumer: AIOKafkaConsumer) -> None:
        self.settings = settings
        self._publisher = publisher
        self._consumer = consumer
        self._beginnings: dict[TopicPartition, int] = {}

    def topic(self, name: str) -> str:
        return self.settings.topic(name)

    async def begin(self) -> None:
        """What lies in the topics by now belongs to others."""
        ends = await self._consumer.end_offsets(self._consumer.assignment())
        for partition, end in ends.items():
            await self._records(partition, end)
            self._beginnings[partition] = max(self._beginnings[partition], await self._consumer.position(partition))

    async def publish(self, messages: Sequence[Published]) -> None:
        await self._publisher.publish(messages)

    async def read(self, topic: str) -> list[Record]:
        partitions = [tp for tp in self._consumer.assignment() if tp.topic == topic]
        ends = await self._consumer.end_offsets(partitions)
        return [
            record for partition in sorted(partitions) for record in await self._records(partition, ends[partition])
        ]

    async def _records(self, partition: TopicPartition, end: int) -> list[Record]:
        """Those from the beginning to the end. An embedded broker may say that the end is in its last batch."""
        found: list[Record] = []
        beginning = self._beginnings.setdefault(partition, 0)
        self._consumer.seek(partition, beginning)
        while max(beginning, await self._consumer.position(partition)) < end:
            for records in (await self._consumer.getmany(partition, timeout_ms=200)).values():
                found.extend(map(record, records))
        return found


@asynccontextmanager
async def on_kafka(settings: Settings, topics: Sequence[str]) -> AsyncIterator[OnKafka]:
    """A bus over topics that exist."""
    broker = new_broker(settings)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.kafka, group_id=None, auto_offset_reset="earliest", fetch_max_wait_ms=20
    )
    await broker.start()
    await consumer.start()
    try:
        cluster = consumer._client.cluster  # the consumer tells partitions of subscribed topics only
        await consumer._client.set_topics([settings.topic(name) for name in topics])
        consumer.assign(
            [
                TopicPartition(settings.topic(name), partition)
                for name in topics
                for partition in sorted(cluster.partitions_for_topic(settings.topic(name)) or ())
            ]
        )
        bus = OnKafka(settings, Publisher(broker), consumer)
        await bus.begin()
        yield bus
    finally:
        await consumer.stop()
        await broker.stop()
