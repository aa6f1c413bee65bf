"""What is sent and what is seen: commands as an API process would encode them, events as any consumer gets them."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import cycle, islice
from secrets import randbelow
from time import monotonic

from aiokafka import AIOKafkaConsumer, ConsumerRecord

from services.queue.demo import demo_office
from shared.contracts.message import Command, commands_topic, events_topic
from shared.contracts.queue import SERVICE, ConfigureOffice, CounterPlan, Shares, TakeTicket, Text
from shared.messaging.envelope import encode_command
from shared.messaging.kafka import Publisher, new_broker
from shared.messaging.store import Published
from shared.settings import Settings
from tests.bench.stage import WORKERS, running

QUOTA = 10_000
"""The most that a line may give out on a day."""
PATIENCE_SECONDS = 60.0
"""How long nothing may arrive before a run counts as failed."""


def office(id: str, *, counters: int = 3) -> ConfigureOffice:
    """The demo office under another name, open day and night, with the longest lines there can be."""
    plan = demo_office(always_open=True).plan
    services = tuple(replace(service, quota=QUOTA, shares=Shares(), appointments=None) for service in plan.services)
    every = tuple(service.id for service in services)
    desks = tuple(CounterPlan(f"loket-{n}", Text(f"Loket {n}", f"Counter {n}"), every) for n in range(1, counters + 1))
    return ConfigureOffice(office=id, plan=replace(plan, id=id, services=services, counters=desks))


def offices(count: int) -> list[ConfigureOffice]:
    """Several offices."""
    return [office(f"office-{n}") for n in range(count)]


def take_tickets(places: Sequence[ConfigureOffice], count: int, *, phones: bool = False) -> Iterator[TakeTicket]:
    """People who come to every line in turn. With `phones` each gives a number of their own."""
    lines = [(place.office, service.id) for place in places for service in place.plan.services]
    for name, service in islice(cycle(lines), count):
        yield TakeTicket(office=name, service=service, phone=f"+62{randbelow(10**11):011d}" if phones else None)


def message(settings: Settings, command: Command) -> Published:
    """A command as the API sends it, under an id of its own."""
    id = str(uuid.uuid4())
    key, value, headers = encode_command(
        command,
        id=id,
        source=f"/kentongan/{command.publisher}/api",
        time=datetime.now(UTC),
        actor="citizen",
        correlation_id=id,
        traceparent=None,
    )
    return Published(settings.topic(commands_topic(command.publisher)), key, value, headers)


def id_of(sent: Published) -> str:
    """The id of a command."""
    return dict(sent.headers)["ce_id"].decode()


def cause_of(event: "ConsumerRecord[bytes, bytes]") -> str:
    """The id of the command that caused an event."""
    headers: dict[str, bytes] = dict(event.headers)
    return headers["ce_causationid"].decode()


@asynccontextmanager
async def sending(settings: Settings) -> AsyncIterator[Publisher]:
    """A publisher of commands."""
    broker = new_broker(settings)
    await broker.start()
    try:
        yield Publisher(broker)
    finally:
        await broker.stop()


async def send(settings: Settings, commands: Iterable[Command]) -> int:
    """Put commands into their topic, all before this returns. Returns how many."""
    messages = [message(settings, command) for command in commands]
    async with sending(settings) as publisher:
        await publisher.publish(messages)
    return len(messages)


async def done(settings: Settings, commands: Sequence[Command]) -> None:
    """Have the worker handle commands of one service, before the measuring begins."""
    service = commands[0].publisher
    async with watching(settings, service) as events:
        await send(settings, commands)
        async with running(settings, WORKERS[service].arguments):
            await events.wait_for(len(commands))


class Events:
    """The events of an installation from the moment this was opened on."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer

    async def arrivals(self) -> AsyncIterator[tuple[float, list["ConsumerRecord[bytes, bytes]"]]]:
        """What comes together, with the moment it came. Raises `TimeoutError` when nothing comes for long."""
        while True:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not (found := await self._consumer.getmany(timeout_ms=1000)):
                    pass
            yield monotonic(), [record for records in found.values() for record in records]

    async def wait_for(self, count: int) -> None:
        """Returns when so many have come."""
        async for _, records in self.arrivals():
            count -= len(records)
            if count <= 0:
                return

    async def rate_of(self, count: int) -> float:
        """Events a second from the first arrival to the last of `count`: how a start goes is left out."""
        began, seen_first, seen = 0.0, 0, 0
        async for moment, records in self.arrivals():
            if not seen:
                began, seen_first = moment, len(records)
            seen += len(records)
            if seen >= count:
                return (seen - seen_first) / (moment - began)
        raise AssertionError("arrivals never end")


@asynccontextmanager
async def watching(settings: Settings, service: str = SERVICE) -> AsyncIterator[Events]:
    """See every event of a service from now on."""
    consumer = AIOKafkaConsumer(
        settings.topic(events_topic(service)),
        bootstrap_servers=settings.kafka,
        auto_offset_reset="latest",
        enable_auto_commit=False,
        fetch_max_wait_ms=20,
    )
    await consumer.start()
    try:
        for partition in consumer.assignment():
            await consumer.position(partition)  # from here on no event is missed
        yield Events(consumer)
    finally:
        await consumer.stop()
