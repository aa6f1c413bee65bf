"""What the topics need of a Kafka broker: read what is there, carry a change out.

Uses the old AlterConfigs request, the only one aiokafka has: it replaces all of a topic's own settings at
once, which is why a `Configure` carries those of other people along.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import (
    IncompatibleBrokerVersion,
    KafkaConnectionError,
    KafkaError,
    TopicAlreadyExistsError,
    for_code,
)

from deploy.problem import Problem
from deploy.topics.declared import Topic
from deploy.topics.plan import AddPartitions, Change, Configure, Create, Found
from deploy.waiting import until
from shared.settings import Settings

ANSWER_SECONDS = 10.0
"""How long a broker may take for one answer, and for a new topic's leaders to be elected."""
_SET_FOR_THE_TOPIC = 1  # DescribeConfigs' source of a value that somebody set for this very topic


class Unable(Exception):
    """The broker lacks the request: Tansu can neither add partitions nor change settings."""


class Broker:
    """A connected broker's topics."""

    def __init__(self, admin: Any) -> None:
        self._admin = admin

    async def find(self, names: Iterable[str]) -> dict[str, Found]:
        """Those of the topics that exist. Asks for all topics, since asking for one by name may create it."""
        wanted = set(names)
        described = {
            topic["topic"]: len(topic["partitions"])
            for topic in await self._asked(self._admin.describe_topics())
            if topic["topic"] in wanted
        }
        if not described:
            return {}
        resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in described]
        found = {}
        for answer in await self._asked(self._admin.describe_configs(resources)):
            for code, message, _, name, entries in answer.resources:
                _check(code, f"{name}: {message}")
                config = {entry[0]: entry[1] for entry in entries}
                overrides = {entry[0]: entry[1] for entry in entries if entry[3] == _SET_FOR_THE_TOPIC}
                found[name] = Found(described[name], config, overrides)
        return found

    async def make(self, change: Change) -> None:
        """Carry one change out. Raises `Unable` where the broker has no request for it."""
        try:
            match change:
                case Create(topic, replication):
                    await self._create(topic, replication)
                case AddPartitions(name, _, want):
                    await self._asked(self._admin.create_partitions({name: NewPartitions(want)}))
                case Configure(name, _, overrides):
                    await self._configure(name, overrides)
        except IncompatibleBrokerVersion as error:
            raise Unable from error

    async def delete(self, names: Iterable[str]) -> None:
        """Delete topics with all that is in them; returns when they are gone."""
        wanted = set(names)
        answer = await self._asked(self._admin.delete_topics(sorted(wanted)))
        for name, code in answer.topic_error_codes:
            _check(code, name)

        async def gone() -> bool:
            return not wanted & set(await self._asked(self._admin.list_topics()))

        async with asyncio.timeout(ANSWER_SECONDS):
            await until(gone)

    async def own_settings(self) -> dict[str, str | None]:
        """The settings in force of one of the brokers."""
        node = await self._asked(self._admin.describe_cluster())
        resource = ConfigResource(ConfigResourceType.BROKER, str(node["brokers"][0]["node_id"]))
        found: dict[str, str | None] = {}
        for answer in await self._asked(self._admin.describe_configs([resource])):
            for code, message, _, name, entries in answer.resources:
                _check(code, f"broker {name}: {message}")
                found |= {entry[0]: entry[1] for entry in entries}
        return found

    async def groups(self, prefix: str) -> dict[str, dict[TopicPartition, int]]:
        """Consumer groups with such names, and the offset that each has committed where."""
        names = sorted(name for name, *_ in await self._asked(self._admin.list_consumer_groups()))
        return {
            name: {
                place: found.offset
                for place, found in (await self._asked(self._admin.list_consumer_group_offsets(name))).items()
            }
            for name in names
            if name.startswith(prefix)
        }

    async def ask(self, request: Any) -> Any:
        """The answer to one request of Kafka's own protocol, from the broker that decides such things."""
        return await self._asked(self._admin._send_to_controller(request))

    async def _create(self, topic: Topic, replication: int) -> None:
        new = NewTopic(topic.name, topic.partitions, replication, topic_configs=dict(topic.config))
        answer = await self._asked(self._admin.create_topics([new]))
        for name, code, message in answer.topic_errors:
            if code != TopicAlreadyExistsError.errno:  # another apply was a moment faster, with the same file
                _check(code, f"{name}: {message}")
        async with asyncio.timeout(ANSWER_SECONDS):
            await until(lambda: self._led(topic))

    async def _led(self, topic: Topic) -> bool:
        """Whether each of the topic's partitions has a leader: only then can it be used."""
        for described in await self._asked(self._admin.describe_topics()):
            if described["topic"] == topic.name:
                return all(partition["leader"] >= 0 for partition in described["partitions"])
        return False

    async def _configure(self, name: str, overrides: Mapping[str, str]) -> None:
        resource = ConfigResource(ConfigResourceType.TOPIC, name, dict(overrides))
        for answer in await self._asked(self._admin.alter_configs([resource])):
            for code, message, *_ in answer.resources:
                _check(code, f"{name}: {message}")

    async def _asked(self, answer: Awaitable[Any]) -> Any:
        async with asyncio.timeout(ANSWER_SECONDS):
            return await answer


@asynccontextmanager
async def connect(settings: Settings) -> AsyncIterator[Broker]:
    """A connection to the settings' broker. What goes wrong on it is told as a `Problem`."""
    try:
        admin = AIOKafkaAdminClient(**connection(settings))
        async with asyncio.timeout(ANSWER_SECONDS):
            await admin.start()
        try:
            yield Broker(admin)
        finally:
            await admin.close()
    except KafkaConnectionError as error:  # all that aiokafka tells of a wrong password, too
        raise Problem(f"Kafka at {settings.kafka} does not answer, or does not let us in") from error
    except (KafkaError, OSError) as error:  # a TimeoutError is an OSError
        detail = str(error).strip() or type(error).__name__
        raise Problem(f"Kafka at {settings.kafka}: {detail}") from error


def connection(settings: Settings) -> dict[str, Any]:
    """What any of aiokafka's clients needs to reach the settings' broker."""
    told: dict[str, Any] = {
        "bootstrap_servers": settings.kafka,
        "client_id": "kentongan-topics",
        "security_protocol": settings.kafka_protocol,
        "request_timeout_ms": int(ANSWER_SECONDS * 1000),
    }
    if settings.kafka_protocol.endswith("SSL"):
        told["ssl_context"] = ssl.create_default_context(cafile=settings.kafka_ca or None)
    if settings.kafka_protocol.startswith("SASL"):
        told["sasl_mechanism"] = "SCRAM-SHA-512"
        told["sasl_plain_username"] = settings.kafka_username
        told["sasl_plain_password"] = settings.kafka_password.get_secret_value()
    return told


def _check(code: int, detail: str) -> None:
    if code:
        raise for_code(code)(detail)
