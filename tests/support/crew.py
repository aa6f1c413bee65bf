"""The toy's workers on real servers: as many as a test wants, each with connections of its own."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from shared.clock import system_clock
from shared.contracts.message import Message, Refusal, commands_topic, events_topic
from shared.messaging.envelope import Codec, Incoming
from shared.messaging.loop import Loop
from shared.messaging.mongo_store import MongoStore
from shared.messaging.store import Published
from shared.messaging.worker import Worker
from shared.metrics import LoopMetrics
from shared.mongo import connected
from shared.settings import Settings
from tests.support.buses import OnKafka, on_kafka
from tests.support.installation import PARTITIONS
from tests.support.rig import KEY, Rig, Shaky
from tests.support.toy import messages as m
from tests.support.toy.domain import Item
from tests.support.toy.routes import ROUTES
from tests.support.waiting import until

TOPICS = (f"{m.SERVICE}.commands.v1", f"{m.SERVICE}.events.v1", f"{m.SERVICE}.dead.v1", f"{m.DEPOT}.events.v1")


@dataclass
class Member:
    """One worker and what it works with."""

    worker: Worker
    loop: Loop
    shaky: Shaky
    store: MongoStore


@asynccontextmanager
async def member(settings: Settings, *, started: bool = True) -> AsyncIterator[Member]:
    """A worker of the toy's group; gone at the end, whether it was stopped or not."""
    async with connected(settings) as client:
        store = MongoStore(client, client[settings.database(m.SERVICE)], ROUTES.kinds)
        shaky = Shaky(store)
        loop = Loop(ROUTES, shaky, key=KEY, clock=system_clock, new_owner=lambda: str(uuid4()), topic=settings.topic)
        worker = Worker(settings, loop, m.SERVICE, metrics=LoopMetrics(m.SERVICE), clock=system_clock)
        try:
            if started:
                await worker.start()
            yield Member(worker, loop, shaky, store)
        finally:
            await worker.stop()


def fail_to_publish(one: Member, failures: list[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a worker's publishing fail with each of these; then it goes well, and the list is empty."""
    publish = one.worker._publisher.publish

    async def failing(messages: Sequence[Published]) -> None:
        if failures:
            raise failures.pop()
        await publish(messages)

    monkeypatch.setattr(one.worker._publisher, "publish", failing)


class Floor:
    """What stands around the workers: who sends them messages, and who looks at what came of these."""

    def __init__(self, settings: Settings, bus: OnKafka, store: MongoStore, admin: AIOKafkaAdminClient) -> None:
        self.settings = settings
        self.bus = bus
        self.store = store
        self.rig = Rig(bus, store)
        self._admin = admin
        self._codec = Codec(m.EVENTS)
        self.commands = settings.topic(commands_topic(m.SERVICE))

    async def send(self, *messages: Message, id: str | None = None) -> None:
        """Put messages on the bus; nobody waits for them."""
        await self.rig.put(*messages, id=id)

    async def events(self) -> list[Incoming]:
        """Everything published, in the order of its partition, repeats included."""
        return [self._codec.decode(r) for r in await self.bus.read(self.settings.topic(events_topic(m.SERVICE)))]

    async def ids(self) -> set[str]:
        """The ids of all published events. Two events with one id must be one event."""
        found: dict[str, bytes | None] = {}
        for event in await self.events():
            assert found.setdefault(event.id, event.record.value) == event.record.value
        return set(found)

    async def until_events(self, count: int, *, within: float = 20.0) -> None:
        """Wait for that many different events."""

        async def there() -> bool:
            return len(await self.ids()) >= count

        await until(there, within=within, what=f"{count} events")

    async def serials(self, *boxes: str) -> list[tuple[str, int]]:
        """The items in the boxes. Each box's serials must be 1, 2, 3 …"""
        found: list[Item] = await self.store.load(Item, "box", boxes)
        return sorted((item.box, item.serial) for item in found)

    async def refused(self) -> list[str]:
        """Why commands were refused: where each was valid, a second effect shows here."""
        return [event.message.reason for event in await self.events() if isinstance(event.message, Refusal)]

    async def committed(self) -> int:
        """How many messages the group has done with."""
        partitions = [TopicPartition(self.commands, number) for number in range(PARTITIONS)]
        offsets = await self._admin.list_consumer_group_offsets(self.settings.topic(m.SERVICE), partitions=partitions)
        return sum(max(0, found.offset) for found in offsets.values())

    async def until_committed(self, count: int, *, within: float = 20.0) -> None:
        """Wait until the group has done with that many commands."""

        async def there() -> bool:
            return await self.committed() >= count

        await until(there, within=within, what=f"{count} commands committed")


@asynccontextmanager
async def floor(settings: Settings) -> AsyncIterator[Floor]:
    """Sender and onlooker of a toy that is installed."""
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka)
    await admin.start()
    try:
        async with connected(settings) as client, on_kafka(settings, TOPICS) as bus:
            store = MongoStore(client, client[settings.database(m.SERVICE)], ROUTES.kinds)
            await store.prepare()
            yield Floor(settings, bus, store, admin)
    finally:
        await admin.close()


def expected(boxes: Sequence[str], each: int) -> list[tuple[str, int]]:
    """The serials of boxes into each of which so many items were put."""
    return sorted((box, serial) for box in boxes for serial in range(1, each + 1))


async def joined(*members: Member, partitions: int) -> None:
    """Wait until the members share the command topic's partitions among them."""

    def shared() -> bool:
        found = [owned(one) for one in members]
        return sum(map(len, found)) == len(set().union(*found)) == partitions and all(found)

    await until(shared, within=30, what="the group is balanced")


def owned(one: Member) -> set[TopicPartition]:
    """The partitions that the group has assigned to a member."""
    consumer: AIOKafkaConsumer | None = one.worker._subscriber.consumer
    return {tp for tp in consumer.assignment() if ".commands." in tp.topic} if consumer else set()


class Gate:
    """Stands before a commit until it is opened. For `Shaky.before_commit`."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self._opened = asyncio.Event()

    def open(self) -> None:
        """Let the commit go on."""
        self._opened.set()

    async def __call__(self) -> None:
        self.reached.set()
        await self._opened.wait()


class Frozen:
    """A worker in a process of its own: see `tests.support.frozen`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.send_signal = process.send_signal

    async def held(self) -> None:
        """Returns when it has a transaction open."""
        assert self._process.stdout is not None
        async with asyncio.timeout(30):
            assert await self._process.stdout.readline() == b"held\n"

    def go_on(self) -> None:
        """Let its transaction go on."""
        assert self._process.stdin is not None
        self._process.stdin.write(b"\n")


@asynccontextmanager
async def frozen(settings: Settings) -> AsyncIterator[Frozen]:
    """Such a process; killed at the end."""
    told = {f"KENTONGAN_{name.upper()}": str(getattr(settings, name)) for name in ("kafka", "mongo", "namespace")}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.support.frozen",
        env={**os.environ, **told},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield Frozen(process)
    finally:
        process.kill()
        await process.wait()
