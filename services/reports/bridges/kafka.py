"""How the bridges read an agency's topics: without a group, from where somebody wishes."""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from shared.messaging.errors import Transient
from shared.settings import Settings

START_SECONDS = 10
LARGEST_FETCH_BYTES = 256 * 1024
"""What one reader holds in memory, whoever it reads for."""
NAME = "([a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?)"
"""A short name, as it stands in a topic's."""


def connection(settings: Settings) -> dict[str, Any]:
    """The arguments of every client of aiokafka's."""
    told: dict[str, Any] = {"bootstrap_servers": settings.kafka, "security_protocol": settings.kafka_protocol}
    if settings.kafka_protocol.endswith("SSL"):
        told["ssl_context"] = ssl.create_default_context(cafile=settings.kafka_ca or None)
    if settings.kafka_protocol.startswith("SASL"):
        told["sasl_mechanism"] = "SCRAM-SHA-512"
        told["sasl_plain_username"] = settings.kafka_username
        told["sasl_plain_password"] = settings.kafka_password.get_secret_value()
    return told


@asynccontextmanager
async def reader(settings: Settings, topic: str) -> AsyncIterator[AIOKafkaConsumer]:
    """A topic's consumer that commits nothing. What falls out of the topic's time is skipped. Raises `Transient`."""
    consumer = AIOKafkaConsumer(
        topic,
        **connection(settings),
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        fetch_max_bytes=LARGEST_FETCH_BYTES,
        max_partition_fetch_bytes=LARGEST_FETCH_BYTES,
        fetch_max_wait_ms=250,
        request_timeout_ms=START_SECONDS * 1000,
    )
    try:
        await consumer.start()
        yield consumer
    except (KafkaError, OSError) as error:  # a TimeoutError is an OSError
        raise Transient(f"the broker is away: {error!r}") from error
    finally:
        await consumer.stop()


async def partitions(consumer: AIOKafkaConsumer, topic: str) -> list[TopicPartition]:
    """The partitions of the consumer's topic; none where there is no such topic."""
    async with asyncio.timeout(START_SECONDS):
        while not (assigned := consumer.assignment()):
            if topic not in await consumer.topics():
                return []
    return sorted(assigned)


async def offsets_at(
    consumer: AIOKafkaConsumer, places: list[TopicPartition], moment: datetime | None
) -> dict[TopicPartition, int]:
    """Where what was said since a moment begins; None for what comes next."""
    ends: dict[TopicPartition, int] = await consumer.end_offsets(places)
    if moment is None:
        return ends
    found = await consumer.offsets_for_times({place: int(moment.timestamp() * 1000) for place in places})
    return {place: found[place].offset if found.get(place) else ends[place] for place in places}


def names_in(settings: Settings, *topics: str) -> re.Pattern[str]:
    """Which names of topics are meant: `share.@.incidents.v1` for those of all agencies."""
    return re.compile("|".join(re.escape(settings.topic(topic)).replace("@", NAME) for topic in topics))
