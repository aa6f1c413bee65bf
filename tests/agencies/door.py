"""Agencies at a real broker that keeps people out, by an independent client: librdkafka."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer
from confluent_kafka.admin import AdminClient

from deploy.agency.apply import give
from deploy.agency.wanted import Access, access_of
from shared.settings import Settings

SECONDS = 20.0
DENIED = {
    KafkaError.TOPIC_AUTHORIZATION_FAILED,
    KafkaError.GROUP_AUTHORIZATION_FAILED,
    KafkaError.CLUSTER_AUTHORIZATION_FAILED,
    KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
    KafkaError.UNKNOWN_TOPIC_OR_PART,  # what a broker says of a topic that one may not even know of
    KafkaError._UNKNOWN_TOPIC,
}
SHUT_OUT = {KafkaError._AUTHENTICATION, KafkaError.SASL_AUTHENTICATION_FAILED}


def sasl_address() -> str:
    """The door that asks for a password, of the same broker as KENTONGAN_KAFKA. Skips the test where there is none."""
    if not (address := os.environ.get("KENTONGAN_KAFKA_SASL")):
        pytest.skip("needs a broker with SCRAM and ACLs: name its door by KENTONGAN_KAFKA_SASL")
    return address


@dataclass(frozen=True)
class Key:
    """What an agency signs in with."""

    access: Access
    password: str
    address: str

    def config(self, **more: Any) -> dict[str, Any]:
        """For librdkafka."""
        return {
            "bootstrap.servers": self.address,
            "security.protocol": "SASL_PLAINTEXT",
            "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.username": self.access.user,
            "sasl.password": self.password,
            "allow.auto.create.topics": False,
            "reconnect.backoff.ms": 20,
            "topic.metadata.propagation.max.ms": 500,
            "log_level": 0,
            **more,
        }

    def with_password(self, password: str) -> "Key":
        return replace(self, password=password)

    def group(self, name: str = "trial") -> str:
        return f"{self.access.group}{name}"

    def admin(self) -> AdminClient:
        return AdminClient(self.config())

    def admin_hearing(self, errors: list[KafkaError]) -> AdminClient:
        """One that tells why it can't connect."""
        return AdminClient(self.config(error_cb=errors.append))

    @contextmanager
    def consumer(self, group: str | None = None, **more: Any) -> Iterator[Consumer]:
        told = {"group.id": group or self.group(), "auto.offset.reset": "earliest", "enable.auto.commit": False}
        consumer = Consumer(self.config(**{**told, **more}))
        try:
            yield consumer
        finally:
            consumer.close()

    def producer(self, **more: Any) -> Producer:
        return Producer(self.config(**{"message.timeout.ms": int(SECONDS * 1000), **more}))


async def admitted(settings: Settings, agency: str, address: str) -> Key:
    """Give an agency its access, as `kentongan agency add` does."""
    access = access_of(agency, settings.topic, 1)
    given = await give(settings, access, lambda _: None)
    assert given.password
    return Key(access, given.password, address)


def verdict(attempt: Callable[[], object]) -> str:
    """`allowed`, `denied` by the broker, or what else came of it."""
    try:
        attempt()
    except KafkaException as error:
        code = error.args[0].code()
        return "denied" if code in DENIED else "shut out" if code in SHUT_OUT else f"{error.args[0]}"
    return "allowed"


def write(producer: Producer, topic: str, value: bytes = b"{}", partition: int = 0) -> None:
    """Raises `KafkaException` where the broker does not take it."""
    failed: list[KafkaError] = []
    producer.produce(
        topic,
        value,
        b"key",
        partition=partition,
        headers=[("ce_id", uuid4().hex.encode())],
        on_delivery=lambda error, _: failed.append(error) if error else None,
    )
    left = producer.flush(SECONDS)
    if failed:
        raise KafkaException(failed[0])
    assert not left


def read(consumer: Consumer, topic: str) -> Any:
    """A message of a topic. Raises `KafkaException` where the broker says no."""
    consumer.subscribe([topic])
    return poll(consumer)


def poll(consumer: Consumer, seconds: float = SECONDS) -> Any:
    """The next message. Raises `KafkaException` where the broker says no."""
    message = consumer.poll(seconds)
    if message is None:
        raise AssertionError(f"neither a message nor an error within {seconds:g} s")
    if message.error():
        raise KafkaException(message.error())
    return message


def done(futures: dict[Any, Any]) -> Sequence[Any]:
    """The results of an administrator's request. Raises `KafkaException`."""
    return [future.result(SECONDS) for future in futures.values()]
