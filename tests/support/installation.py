"""A Kentongan of one's own on shared servers: a namespace, its topics and databases, gone afterwards."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from secrets import token_hex
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from pydantic import SecretStr
from pymongo import MongoClient

from deploy.topics.broker import connect
from deploy.topics.declared import Topic, declared_topics
from deploy.topics.plan import Create
from shared.contracts.message import commands_topic, dead_topic, events_topic
from shared.settings import Settings

PARTITIONS = 3


def fresh_settings(kafka: str, mongo: str) -> Settings:
    """Settings in a namespace that nobody had before. Patient with answers, since tests share busy machines."""
    return Settings(
        kafka=kafka,
        mongo=mongo,
        namespace=f"test-{token_hex(6)}",
        secret_key=SecretStr("a secret for tests, longer than 32 characters"),
        identity_keys=SecretStr("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="),
        tries_per_address=1_000_000,  # of all tests together
        mongo_timeout_seconds=2.0,
        wait_seconds=20.0,
        drain_seconds=5.0,
        worker_port=0,
    )


async def create_topics(settings: Settings, services: Iterable[str]) -> list[str]:
    """The topics, as deploy/topics.toml declares the queue's but with fewer partitions; returns their names."""
    topics = [topic for service in services for topic in _topics(settings, service)]
    async with connect(settings) as broker:
        for topic in topics:
            await broker.make(Create(topic, replication=1))
    return [topic.name for topic in topics]


@asynccontextmanager
async def installed(settings: Settings, services: Collection[str]) -> AsyncIterator[Settings]:
    """An installation on servers that others use too."""
    names = await create_topics(settings, services)
    try:
        yield settings
    finally:
        await _delete(settings, names)
        await asyncio.to_thread(drop_databases, settings, services)


def _topics(settings: Settings, service: str) -> list[Topic]:
    declared = {topic.name: topic for topic in declared_topics(named=lambda name: name, replication=1)}
    return [
        replace(declared[named("queue")], name=settings.topic(named(service)), partitions=PARTITIONS)
        for named in (commands_topic, events_topic, dead_topic)
    ]


async def _delete(settings: Settings, topics: list[str]) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka)
    await admin.start()
    try:
        await admin.delete_topics(topics)
    finally:
        await admin.close()


def drop_databases(settings: Settings, services: Iterable[str]) -> None:
    """Drop the services' databases. By name: a server that holds hundreds takes long to list them."""
    with MongoClient[dict[str, Any]](settings.mongo) as client:
        for service in services:
            client.drop_database(settings.database(service))
