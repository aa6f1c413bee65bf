"""How far an agency's own consumers have read what it is told, as the broker knows it."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from services.reports.bridges.kafka import connection
from shared.contracts.share import incidents_topic, states_topic
from shared.log import get_logger
from shared.settings import Settings

log = get_logger(__name__)

ANSWER_SECONDS = 5.0
GROUPS_MOST = 50


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group of an agency's consumers."""

    name: str
    behind: int
    """Messages that it has yet to read."""


async def has_topics(settings: Settings, agency: str) -> bool | None:
    """Whether the operator has given an agency its topics; None where the broker does not tell."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            admin = AIOKafkaAdminClient(**connection(settings))
            await admin.start()
            try:
                return settings.topic(incidents_topic(agency)) in await admin.list_topics()
            finally:
                await admin.close()
    except (KafkaError, OSError) as error:
        log.warning("the broker does not tell its topics", error=repr(error))
        return None


async def lag_of(settings: Settings, agency: str) -> Sequence[GroupView] | None:
    """The groups `agency.<agency>.*`, and how far each is behind; None where the broker does not tell."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            committed = await _committed(settings, agency)
            places = sorted({place for offsets in committed.values() for place in offsets})
            ends = await _ends(settings, places) if places else {}
    except (KafkaError, OSError, ValueError) as error:
        log.warning("the broker does not tell who reads", agency=agency, error=repr(error))
        return None
    return [
        GroupView(name, sum(max(0, ends.get(place, 0) - offset) for place, offset in offsets.items()))
        for name, offsets in sorted(committed.items())
    ]


async def _committed(settings: Settings, agency: str) -> Mapping[str, Mapping[TopicPartition, int]]:
    before = settings.topic(f"agency.{agency}.")
    own = {settings.topic(topic(agency)) for topic in (incidents_topic, states_topic)}
    admin = AIOKafkaAdminClient(**connection(settings))
    await admin.start()
    try:
        groups = sorted(group[0] for group in await admin.list_consumer_groups() if group[0].startswith(before))
        found = {}
        for group in groups[:GROUPS_MOST]:
            offsets = await admin.list_consumer_group_offsets(group)
            found[group] = {place: told.offset for place, told in offsets.items() if place.topic in own}
        return found
    finally:
        await admin.close()


async def _ends(settings: Settings, places: Sequence[TopicPartition]) -> Mapping[TopicPartition, int]:
    consumer = AIOKafkaConsumer(**connection(settings))
    await consumer.start()
    try:
        ends: Mapping[TopicPartition, int] = await consumer.end_offsets(places)
        return ends
    finally:
        await consumer.stop()
