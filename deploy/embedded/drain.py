"""Waits until the workers have handled what lies in the in-memory broker, which is gone when it stops."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from deploy.waiting import until
from shared.settings import Settings


async def unhandled(settings: Settings, inputs: Mapping[str, Sequence[str]]) -> int:
    """Messages that no offset commit covers yet. `inputs`: consumer group → the topics it reads."""
    consumer = AIOKafkaConsumer(bootstrap_servers=settings.kafka)
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka)
    await consumer.start()
    try:
        await admin.start()
        partitions = {topic["topic"]: len(topic["partitions"]) for topic in await admin.describe_topics()}
        total = 0
        for group, topics in inputs.items():
            places = [TopicPartition(topic, number) for topic in topics for number in range(partitions[topic])]
            ends = await consumer.end_offsets(places)
            handled = await admin.list_consumer_group_offsets(group, partitions=places)
            total += sum(max(0, end - max(0, handled[place].offset)) for place, end in ends.items())
        return total
    finally:
        await admin.close()
        await consumer.stop()


async def drained(settings: Settings, inputs: Mapping[str, Sequence[str]]) -> int:
    """Wait until nothing is unhandled, for as long as a process may take to drain. Returns what is left."""
    left = 0

    async def nothing_left() -> bool:
        nonlocal left
        left = await unhandled(settings, inputs)
        return left == 0

    with suppress(TimeoutError, KafkaError):
        async with asyncio.timeout(settings.drain_seconds):
            await until(nothing_left)
    return left
