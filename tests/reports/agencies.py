"""An agency on a real broker: its topics, what it finds there, and what it says."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from shared.contracts.fields import Text
from shared.contracts.message import Message
from shared.contracts.reports.agencies import AcceptRule, AddAgency, ProposeRule, Terms
from shared.contracts.share import EVENTS, Answer, answers_topic, incidents_topic, states_topic
from shared.messaging.envelope import Codec, encode_command
from shared.messaging.kafka import record
from shared.settings import Settings
from tests.reports.running import Office


class Agency:
    """One with its own topics."""

    def __init__(self, settings: Settings, name: str) -> None:
        self.settings = settings
        self.name = name
        self.actor = f"agency/{name}"
        self.topics = [settings.topic(of(name)) for of in (incidents_topic, states_topic, answers_topic)]
        self._codec = Codec(EVENTS)

    async def joins(self, office: Office, **terms: Any) -> str:
        """Agree with an office what it gets; returns the rule's id."""
        await office.site.do(AddAgency(office=office.id, agency=self.name, name=Text(self.name, self.name)))
        told = Terms(**{"tier": "view", "purpose": "Penanganan bersama", **terms})
        rule = str(uuid4())
        await office.site.do(ProposeRule(office=office.id, agency=self.name, terms=told), id=rule)
        await office.site.do(AcceptRule(office=office.id, rule=rule), actor=self.actor)
        return rule

    async def hears(self, times: int, *, topic: int = 0, within: float = 60) -> list[Any]:
        """The first so many messages on its topic."""
        heard: list[Any] = []
        async with self.reading(self.topics[topic]) as consumer, asyncio.timeout(within):
            while len(heard) < times:
                raw = await consumer.getone()
                heard.append(self._codec.decode(record(raw)).message)
        return heard

    async def says(self, *answers: Answer, ids: Sequence[str] = ()) -> None:
        """Send something, each with an id of its own unless told otherwise."""
        producer = AIOKafkaProducer(bootstrap_servers=self.settings.kafka, acks="all")
        await producer.start()
        try:
            for nth, answer in enumerate(answers):
                id = ids[nth] if ids else str(uuid4())
                await producer.send_and_wait(self.topics[2], *_wire(answer, id))
        finally:
            await producer.stop()

    async def sends(self, value: bytes, headers: list[tuple[str, bytes]]) -> None:
        """Send anything at all."""
        producer = AIOKafkaProducer(bootstrap_servers=self.settings.kafka, acks="all")
        await producer.start()
        try:
            await producer.send_and_wait(self.topics[2], value, b"key", headers=headers)
        finally:
            await producer.stop()

    @asynccontextmanager
    async def reading(self, topic: str) -> AsyncIterator[AIOKafkaConsumer]:
        consumer = AIOKafkaConsumer(topic, bootstrap_servers=self.settings.kafka, auto_offset_reset="earliest")
        await consumer.start()
        try:
            yield consumer
        finally:
            await consumer.stop()


def _wire(answer: Message, id: str) -> tuple[bytes, bytes, None, None, list[tuple[str, bytes]]]:
    key, value, headers = encode_command(
        answer,  # type: ignore[arg-type]
        id=id,
        source="/damkar/dispatch",
        time=datetime.now(UTC),
        actor="",
        correlation_id=id,
        traceparent=None,
    )
    return value, key, None, None, [(name, told) for name, told in headers if name != "ce_actor"]


@asynccontextmanager
async def with_topics(settings: Settings, *names: str) -> AsyncIterator[list[Agency]]:
    """Agencies whose topics exist, as `kentongan agency add` makes them."""
    agencies = [Agency(settings, name) for name in names]
    topics = [topic for agency in agencies for topic in agency.topics]
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(topic, num_partitions=1, replication_factor=1) for topic in topics])
        yield agencies
        await admin.delete_topics(topics)
    finally:
        await admin.close()
