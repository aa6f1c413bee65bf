"""Tries an agency's own consumer on the sandbox: does it read, resume, leave out repeats and bear what is new?

The consumer must do one thing: acknowledge each incident that is shared with it (`change: shared`), once.
"""

import asyncio
import json
import os
import shlex
import signal
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from aiokafka import AIOKafkaConsumer

from deploy.agency.sandbox.day import Told, is_change
from deploy.problem import Problem
from shared.contracts.share import Acknowledge, IncidentChanged, answers_topic, incidents_topic
from shared.messaging.kafka import Publisher
from shared.messaging.store import Published

QUIET_SECONDS = 2.0
"""How long nothing more may come before it is believed that nothing will."""
NEW_FIELD = "a_field_that_is_new"
NEW_TYPE = b"kentongan.share.SomethingNew.v1"

Say = Callable[[str], None]
Stage = Callable[[Sequence[Published]], Awaitable[None]]


class Failed(Exception):
    """What the consumer did not do."""


@dataclass(slots=True)
class Answers:
    """What the consumer has acknowledged: incident → the ids of its acknowledgements."""

    by_incident: dict[str, set[str]] = field(default_factory=dict)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def take(self, incident: str, id: str) -> None:
        """One more."""
        async with self.changed:
            self.by_incident.setdefault(incident, set()).add(id)
            self.changed.notify_all()

    async def until(self, incidents: Sequence[str], seconds: float) -> None:
        """Wait until all are acknowledged. Raises `Failed`."""
        wanted = set(incidents)
        try:
            async with asyncio.timeout(seconds), self.changed:
                await self.changed.wait_for(lambda: wanted <= self.by_incident.keys())
        except TimeoutError:
            missing = sorted(wanted - self.by_incident.keys())
            raise Failed(f"{len(missing)} of {len(wanted)} incidents were not acknowledged: {missing[0]} …") from None


class Trial:
    """One consumer on the sandbox agency's topics."""

    def __init__(
        self, agency: str, publisher: Publisher, topic: Callable[[str], str], command: str, *, seconds: float
    ) -> None:
        self._changes = topic(incidents_topic(agency))
        self._answers_topic = topic(answers_topic(agency))
        self._publisher = publisher
        self._command = shlex.split(command)
        self._seconds = seconds
        self._answers = Answers()

    async def run(self, told: Sequence[Told], connection: dict[str, object], say: Say) -> bool:
        """All stages in turn; says what each came to. True: the consumer passes."""
        changes = [one.message for one in told if one.message.topic.endswith(".incidents.v1")]
        half = len(changes) // 2
        async with self._listening(connection):
            stages: Sequence[tuple[str, Stage, Sequence[Published]]] = (
                ("reads what is shared", self._reads, changes[:half]),
                ("resumes where it was killed", self._resumes, changes[half:]),
                ("leaves repeats out", self._leaves_out, changes),
                ("bears a new field and a new kind of message", self._bears, changes),
            )
            for name, stage, messages in stages:
                try:
                    await stage(messages)
                except Failed as failed:
                    say(f"✗ {name}: {failed}")
                    return False
                say(f"✓ {name}")
        return True

    async def _reads(self, changes: Sequence[Published]) -> None:
        async with self._consumer():
            await self._publish(changes)
            await self._answers.until(_shared(changes), self._seconds)

    async def _resumes(self, changes: Sequence[Published]) -> None:
        third = len(changes) // 3
        async with self._consumer():
            await self._publish(changes[:third])
            await self._answers.until(_shared(changes[:1]), self._seconds)
        await self._publish(changes[third:])
        async with self._consumer():
            await self._answers.until(_shared(changes), self._seconds)

    async def _leaves_out(self, changes: Sequence[Published]) -> None:
        """What was acknowledged twice before now may be due to the kill; from here on nothing is."""
        before = Counter({incident: len(ids) for incident, ids in self._answers.by_incident.items()})
        again = [message for message in changes if _change(message) == "shared"][:20]
        marker = _renamed(again[0], "marker")
        async with self._consumer():
            await self._publish([*again, marker])
            await self._answers.until(_shared([marker]), self._seconds)
            await asyncio.sleep(QUIET_SECONDS)
        for incident, ids in self._answers.by_incident.items():
            if incident in before and len(ids) > before[incident]:
                raise Failed(f"{incident} was acknowledged again when it was only sent again")

    async def _bears(self, changes: Sequence[Published]) -> None:
        change = changes[0]
        told = _renamed(change, "new-field")
        data = json.loads(told.value or b"{}") | {NEW_FIELD: {"what": "nobody knows yet"}}
        known = [header for header in told.headers if header[0] != "ce_type"]
        async with self._consumer():
            await self._publish(
                [
                    told._replace(headers=(*known, ("ce_type", NEW_TYPE)), value=b'{"whatever": 1}'),
                    told._replace(value=json.dumps(data).encode()),
                    last := _renamed(change, "last"),
                ]
            )
            await self._answers.until(_shared([told, last]), self._seconds)

    async def _publish(self, messages: Sequence[Published]) -> None:
        await self._publisher.publish([message._replace(topic=self._changes) for message in messages])

    @asynccontextmanager
    async def _consumer(self) -> AsyncIterator[None]:
        """The agency's program, killed without warning in the end."""
        try:
            process = await asyncio.create_subprocess_exec(*self._command, start_new_session=True)
        except OSError as error:
            raise Problem(f"{self._command[0]}: {error.strerror}") from error
        try:
            yield
            if process.returncode is not None:
                raise Failed(f"it ended by itself with {process.returncode}")
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()

    @asynccontextmanager
    async def _listening(self, connection: dict[str, object]) -> AsyncIterator[None]:
        consumer = AIOKafkaConsumer(self._answers_topic, auto_offset_reset="latest", **connection)
        await consumer.start()
        for partition in consumer.assignment():
            await consumer.position(partition)  # from here on nothing is missed
        listening = asyncio.create_task(self._listen(consumer))
        try:
            yield
        finally:
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening
            await consumer.stop()

    async def _listen(self, consumer: AIOKafkaConsumer) -> None:
        async for record in consumer:
            headers = dict(record.headers)
            if headers.get("ce_type", b"").decode() == Acknowledge.type():
                with suppress(ValueError):
                    told = Acknowledge.model_validate_json(record.value or b"")
                    await self._answers.take(told.incident, headers.get("ce_id", b"").decode())


def _change(message: Published) -> str:
    """What kind of change it tells; nothing where it tells none."""
    if not is_change(message):
        return ""
    told: str = IncidentChanged.model_validate_json(message.value or b"").change
    return told


def _shared(messages: Sequence[Published]) -> list[str]:
    """The incidents that are new with these messages."""
    told = (IncidentChanged.model_validate_json(message.value or b"") for message in messages if is_change(message))
    return [one.incident for one in told if one.change == "shared"]


def _renamed(message: Published, name: str) -> Published:
    """The same of another incident."""
    data = json.loads(message.value or b"{}")
    incident = f"{data['incident']}-{name}"
    headers = tuple(
        (
            key,
            f"{value.decode()}-{name}".encode()
            if key == "ce_id"
            else incident.encode()
            if key == "ce_subject"
            else value,
        )
        for key, value in message.headers
    )
    return message._replace(
        key=incident.encode(), value=json.dumps(data | {"incident": incident}).encode(), headers=headers
    )
