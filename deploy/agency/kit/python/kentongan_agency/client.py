"""The connection: what is read, from where on, and what is answered."""

import json
import ssl
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, Self

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from pydantic import ValidationError

from kentongan_agency.messages import Ended, Incident, Message, Refused, Reply

UnitStatus = Literal["assigned", "en-route", "on-scene", "clear"]
_CHANGED = ("kentongan.share.IncidentChanged.", "kentongan.share.IncidentState.")
_REPLIED = "kentongan.share.DeskReplied."
_REFUSED = "kentongan.share.AnswerRefused."
REMEMBERED = 100_000
"""Incidents of which the last sequence is known, and replies, to leave repeats out."""


class Unreadable(Exception):
    """A message that is not what it says it is. What it was is in `place`."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place = place


@dataclass(frozen=True, slots=True)
class Heard:
    """A message and where it lay."""

    message: Message
    topic: str
    partition: int
    offset: int
    done: Callable[[], Awaitable[None]]
    """To be awaited when it is dealt with: from then on it does not come again."""


class Agency:
    """An agency's connection to the bus. Use it by `async with`."""

    def __init__(
        self,
        name: str,
        servers: str,
        *,
        password: str = "",
        user: str = "",
        ca: str = "",
        protocol: Literal["SASL_SSL", "SASL_PLAINTEXT", "PLAINTEXT"] = "SASL_SSL",
        namespace: str = "",
    ) -> None:
        """`name` is the agency's short name, `ca` the path of the certificate authority that the operator sent.

        `namespace` stands before the topics' names where the operator says so.
        """
        self.name = name
        prefix = f"{namespace}." if namespace else ""
        self._changes = f"{prefix}share.{name}.incidents.v1"
        self._states = f"{prefix}share.{name}.incident-state.v1"
        self._answers = f"{prefix}agency.{name}.commands.v1"
        self._group = f"{prefix}agency.{name}."
        self._connection: dict[str, Any] = {"bootstrap_servers": servers, "security_protocol": protocol}
        if protocol.startswith("SASL"):
            self._connection |= {
                "sasl_mechanism": "SCRAM-SHA-512",
                "sasl_plain_username": user or f"agency-{name}",
                "sasl_plain_password": password,
            }
        if protocol == "SASL_SSL":
            self._connection["ssl_context"] = ssl.create_default_context(cafile=ca or None)
        self._producer: AIOKafkaProducer | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._producer is not None:
            await self._producer.stop()

    async def subscribe(
        self,
        *,
        resume: str | None = None,
        since: datetime | None = None,
        states: bool = False,
        unreadable: Callable[[Unreadable], None] | None = None,
    ) -> AsyncIterator[Heard]:
        """Whatever comes, as it comes.

        `resume` names a reader: it goes on where it was (`Heard.done`), and several of the same name share the work.
        Without it everything that is kept is read, or what came `since`. `states` reads how each incident is now in
        the place of what has changed: begin with it. A message that cannot be read raises `Unreadable`, or is told to
        `unreadable` and left out.
        """
        topic = self._states if states else self._changes
        consumer = AIOKafkaConsumer(
            **({} if resume is None else {"group_id": self._group + resume}),
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            **self._connection,
        )
        await consumer.start()
        try:
            await _begin(consumer, topic, resume, since)
            seen: dict[str, int] = {}
            async for record in consumer:
                done = _done(consumer, record, commits=resume is not None)
                try:
                    message = read(record)
                except Unreadable as error:
                    if unreadable is None:
                        raise
                    unreadable(error)
                    continue
                if message is not None and _is_new(message, seen):
                    yield Heard(message, record.topic, record.partition, record.offset, done)
                else:
                    await done()
        finally:
            await consumer.stop()

    async def acknowledge(self, incident: str, *, reference: str = "", id: str | None = None) -> str:
        """We have it, under our own number. The same `id` twice is said once; returns it."""
        return await self._say("Acknowledge", {"incident": incident, "reference": reference}, id)

    async def report_unit(self, incident: str, unit: str, status: UnitStatus, *, id: str | None = None) -> str:
        """How far one of our units is."""
        return await self._say("ReportUnit", {"incident": incident, "unit": unit, "status": status}, id)

    async def say(self, incident: str, words: str, *, id: str | None = None) -> str:
        """A message to the desk."""
        return await self._say("Say", {"incident": incident, "words": words}, id)

    async def _say(self, kind: str, data: dict[str, str], id: str | None) -> str:
        if self._producer is None:
            self._producer = AIOKafkaProducer(acks="all", **self._connection)
            await self._producer.start()
        id = id or str(uuid.uuid4())
        headers = {
            "ce_specversion": "1.0",
            "ce_id": id,
            "ce_type": f"kentongan.share.{kind}.v1",
            "ce_source": f"/agency/{self.name}",
            "ce_time": datetime.now(UTC).isoformat(),
            "content-type": "application/json",
        }
        await self._producer.send_and_wait(
            self._answers,
            json.dumps(data).encode(),
            data["incident"].encode(),
            headers=[(name, value.encode()) for name, value in headers.items()],
        )
        return id


def read(record: "ConsumerRecord[bytes, bytes]") -> Message | None:
    """The message in a record; None for a kind that this version does not know. Raises `Unreadable`."""
    kind = dict(record.headers).get("ce_type", b"").decode("utf-8", "replace")
    try:
        if kind.startswith(_REFUSED):
            return Refused.model_validate_json(record.value or b"")
        if kind.startswith(_REPLIED):
            return Reply.model_validate_json(record.value or b"")
        if kind.startswith(_CHANGED):
            told = json.loads(record.value or b"")
            model = Ended if told.get("change") == "ended" else Incident
            return model.model_validate(told)
    except (ValidationError, ValueError, AttributeError) as error:
        raise Unreadable(f"{record.topic}/{record.partition}/{record.offset}", str(error)) from error
    return None


def _is_new(message: Message, seen: dict[str, int]) -> bool:
    match message:
        case Incident() | Ended():
            about, nth = message.incident, message.sequence
        case Reply():
            about, nth = f"reply {message.reply}", 1
        case _:
            return True
    known = seen.pop(about, 0)
    seen[about] = max(known, nth)
    if len(seen) > REMEMBERED:
        del seen[next(iter(seen))]
    return nth > known


def _done(consumer: AIOKafkaConsumer, record: "ConsumerRecord[bytes, bytes]", *, commits: bool) -> Any:
    async def done() -> None:
        if commits:
            await consumer.commit({TopicPartition(record.topic, record.partition): record.offset + 1})

    return done


async def _begin(consumer: AIOKafkaConsumer, topic: str, resume: str | None, since: datetime | None) -> None:
    if resume is not None:
        consumer.subscribe([topic])
        return
    partitions = [TopicPartition(topic, number) for number in await _partitions(consumer, topic)]
    consumer.assign(partitions)
    if since is None:
        await consumer.seek_to_beginning(*partitions)
        return
    found = await consumer.offsets_for_times(dict.fromkeys(partitions, int(since.timestamp() * 1000)))
    for partition in partitions:
        place = found.get(partition)
        if place is None:
            await consumer.seek_to_end(partition)
        else:
            consumer.seek(partition, place.offset)


async def _partitions(consumer: AIOKafkaConsumer, topic: str) -> list[int]:
    await consumer.topics()
    numbers = consumer.partitions_for_topic(topic)
    if not numbers:
        raise ConnectionError(f"there is no topic {topic}, or these credentials may not see it")
    return sorted(numbers)
