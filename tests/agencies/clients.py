"""Readers that know nothing of Kentongan: what an agency may already have."""

import asyncio
import os
import shutil
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary_event
from confluent_kafka import Consumer

KIT = Path(__file__).parents[2] / "deploy" / "agency" / "kit"
Read = list[tuple[str, str]]
"""Key and value of each message, in the order in which they came."""


Client = Callable[[str, str, int, Path], Coroutine[Any, Any, Read]]
"""Reads so many messages of a topic, from its beginning, in a group of its own, through whatever happens.

Told: bootstrap servers, topic, how many, and a folder for what it needs.
"""


class Ended(Exception):
    """A client that has given up, and what it said."""


async def confluent(servers: str, topic: str, count: int, _: Path) -> Read:
    """confluent-kafka, and the CloudEvents SDK for the envelope."""
    return await asyncio.to_thread(_confluent, servers, topic, count)


def _confluent(servers: str, topic: str, count: int) -> Read:
    consumer = Consumer(
        {"bootstrap.servers": servers, "group.id": f"agency.{uuid4()}", "auto.offset.reset": "earliest"}
    )
    consumer.subscribe([topic])
    found: Read = []
    try:
        while len(found) < count:
            message = consumer.poll(1.0)
            if message is None or message.error():
                continue
            key, body = (message.key() or b"").decode(), message.value() or b""
            told = dict(message.headers() or ())
            headers = {name: value for name, value in told.items() if isinstance(value, bytes)}
            event = from_binary_event(KafkaMessage(headers, key.encode(), body))
            assert event.get_specversion() == "1.0"
            assert event.get_subject() == key
            found.append((key, body.decode()))
    finally:
        consumer.close()
    return found


async def kcat(servers: str, topic: str, count: int, _: Path) -> Read:
    """kcat."""
    if shutil.which("kcat") is None:
        pytest.skip("kcat is not installed")
    command = ["kcat", "-b", servers, "-C", "-t", topic, "-o", "beginning", "-c", str(count), "-u", "-f", "%k\t%s\n"]
    while True:
        try:
            return [_line(line) for line in await _lines(command)]
        except Ended as ended:  # it gives up while every broker is away: whatever runs it begins again
            if not any(told in str(ended) for told in ("brokers", "Connect", "Disconnected")):
                raise


async def java(servers: str, topic: str, count: int, folder: Path) -> Read:
    """The guide's Java client, compiled from its source."""
    jars = os.environ.get("KENTONGAN_KAFKA_CLIENTS")
    if not jars or shutil.which("java") is None:
        pytest.skip("no java, or no kafka-clients: KENTONGAN_KAFKA_CLIENTS is their class path")
    settings = folder / "client.properties"
    settings.write_text(f"bootstrap.servers={servers}\ngroup.id=agency.{uuid4()}\n", encoding="utf-8")
    source = KIT / "java" / "Incidents.java"
    lines = await _lines(["java", "-cp", jars, str(source), str(settings), topic, str(count)])
    return [_line(line.partition("\t")[2]) for line in lines][:count]


CLIENTS: Sequence[Client] = (confluent, kcat, java)


async def _lines(command: Sequence[str]) -> list[str]:
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        out, errors = await process.communicate()
    except asyncio.CancelledError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        raise
    if process.returncode != 0:
        raise Ended(errors.decode()[-2000:])
    return [line for line in out.decode().splitlines() if line]


def _line(line: str) -> tuple[str, str]:
    key, _, value = line.partition("\t")
    return key, value
