"""Clients that know nothing of Kentongan read all that is shared, in order for each incident, whatever restarts."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.agency.sandbox.day import Day, beginning_of
from services.reports.demo import demo_office
from shared.contracts.share import incidents_topic
from shared.messaging.errors import Transient
from shared.messaging.kafka import Publisher, new_broker
from shared.messaging.store import Published
from shared.settings import Settings
from tests.agencies.clients import CLIENTS, Client, Read
from tests.reports.agencies import with_topics
from tests.support.installation import fresh_settings
from tests.support.servers import Server

WITHIN_SECONDS = 120


async def _changes(settings: Settings) -> list[Published]:
    """What a day tells an agency."""
    told = await Day(demo_office().plan, "sandbox", beginning_of(datetime.now(UTC)), "day").tell(30, 3)
    topic = incidents_topic("sandbox")
    return [one.message._replace(topic=settings.topic(topic)) for one in told if one.message.topic == topic]


async def _publish(settings: Settings, messages: Sequence[Published]) -> None:
    """As the sharing process does: again, until they are acknowledged."""
    broker = new_broker(settings)
    try:
        while True:
            try:
                await broker.start()
                await Publisher(broker).publish(messages)
                return
            except (Transient, OSError):
                await broker.stop()
    finally:
        await broker.stop()


def _check(read: Read, published: Sequence[Published]) -> None:
    """Everything that was published, byte for byte, and each incident in its order."""
    assert {value for _, value in read} == {(message.value or b"").decode() for message in published}
    sequences: dict[str, list[int]] = defaultdict(list)
    for key, value in read:
        told = json.loads(value)
        assert told["incident"] == key
        if "reply" in told:
            assert sequences[key], "what the desk writes comes after what it is about"
        elif told["sequence"] not in sequences[key]:  # a publication that was repeated repeats messages
            sequences[key].append(told["sequence"])
    assert all(seen == sorted(seen) for seen in sequences.values())


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.__name__)
async def test_reads_a_whole_day(client: Client, kafka_address: str, mongo_address: str, tmp_path: Path) -> None:
    settings = fresh_settings(kafka_address, mongo_address)
    async with with_topics(settings, "sandbox") as (sandbox,):
        changes = await _changes(settings)
        await _publish(settings, changes)
        async with asyncio.timeout(WITHIN_SECONDS):
            read = await client(kafka_address, sandbox.topics[0], len(changes), tmp_path)
        _check(read, changes)


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.__name__)
async def test_reads_on_through_a_restart_of_the_broker(
    client: Client, own_kafka: Server, mongo_address: str, tmp_path: Path
) -> None:
    if not own_kafka.durable:
        pytest.skip("the embedded broker keeps its messages in memory")
    settings = fresh_settings(own_kafka.address, mongo_address)
    async with with_topics(settings, "sandbox") as (sandbox,):
        changes = await _changes(settings)
        half = len(changes) // 2
        await _publish(settings, changes[:half])
        async with asyncio.timeout(WITHIN_SECONDS), asyncio.TaskGroup() as group:
            reading = group.create_task(client(own_kafka.address, sandbox.topics[0], len(changes), tmp_path))
            own_kafka.kill()
            await own_kafka.restart()
            await _publish(settings, changes[half:])
        _check(reading.result(), changes)
