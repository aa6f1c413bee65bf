"""The event tail: every API process reads all its service's new events, to answer waiting requests and feed live pages.

It belongs to no group and commits nothing: a process that starts reads from the present on, since what came
before is in the database.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker

from shared.clock import Clock
from shared.contracts.message import (
    Command,
    Event,
    Message,
    Refusal,
    commands_topic,
    dead_topic,
    events_topic,
)
from shared.log import get_logger
from shared.messaging import dead
from shared.messaging.envelope import Codec, Incoming, Record, encode_command, is_first
from shared.messaging.errors import Declined, Pending, Poison, Transient
from shared.messaging.kafka import Publisher, as_records, existing, new_broker, undecoded
from shared.messaging.store import Published
from shared.settings import Settings
from shared.tracing import Span

log = get_logger(__name__)

Listener = Callable[[Incoming], None]


class Tail:
    """Hands each new event to the request that waits for it and to every listener."""

    def __init__(self, events: Iterable[type[Message]], *, seen: Callable[[datetime], None] = lambda _: None) -> None:
        """`seen` is told of each event's time, to measure how far behind the tail is."""
        self._codec = Codec(events)
        self._seen = seen
        self._waiting: dict[str, list[asyncio.Future[Incoming]]] = defaultdict(list)
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Have `listener` called with each event, in the order of its partition. It must not block or raise."""
        self._listeners.append(listener)

    def expect(self, command_id: str) -> "asyncio.Future[Incoming]":
        """The first event that the command will cause."""
        future: asyncio.Future[Incoming] = asyncio.get_running_loop().create_future()
        self._waiting[command_id].append(future)
        return future

    def forget(self, command_id: str, future: "asyncio.Future[Incoming]") -> None:
        """Nobody waits for it any more."""
        futures = self._waiting.get(command_id, [])
        if future in futures:
            futures.remove(future)
        if not futures:
            self._waiting.pop(command_id, None)

    def take(self, record: Record) -> None:
        """Dispatch a record of the events topic. Raises `Poison`."""
        event = self._codec.decode(record)
        self._seen(event.issued_at)
        if is_first(event) or isinstance(event.message, Refusal):
            for future in self._waiting.pop(event.causation_id, ()):
                if not future.done():
                    future.set_result(event)
        for listener in self._listeners:
            try:
                listener(event)
            except Exception:
                log.exception("a listener failed", message_id=event.id)


class Gateway:
    """How an API process asks its service's worker for something: through the bus, with a bounded wait."""

    def __init__(self, settings: Settings, service: str, tail: Tail, *, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._tail = tail
        self._source = f"/kentongan/{service}/api"
        self._commands = settings.topic(commands_topic(service))
        self._dead = settings.topic(dead_topic(service))
        self._broker: KafkaBroker = new_broker(settings)
        self._publisher = Publisher(self._broker)
        self._events = settings.topic(events_topic(service))
        self._subscriber = self._broker.subscriber(
            existing(self._events),
            group_id=None,
            batch=True,
            max_records=settings.batch_size,
            batch_timeout_ms=5,
            fetch_max_wait_ms=20,
            auto_offset_reset="latest",
            ack_policy=AckPolicy.MANUAL,
            parser=as_records,
            decoder=undecoded,
            no_reply=True,
        )
        self._subscriber(self._on_batch)

    async def start(self) -> None:
        """Connect and read the events from now on. Raises `Transient` where the broker is away."""
        try:
            await self._broker.start()
            consumer = self._subscriber.consumer
            assert consumer is not None
            for partition in await self._partitions():
                await consumer.position(partition)  # from here on no event is missed
        except (KafkaError, TimeoutError) as error:
            await self._broker.stop()
            raise Transient(f"the broker is away: {error!r}") from error

    async def stop(self) -> None:
        """Close the connections."""
        await self._broker.stop()

    async def ready(self) -> None:
        """Raises `Transient` where a command could not be sent."""
        if not await self._broker.ping(timeout=1.0):
            raise Transient("the broker does not answer")

    async def ask(self, command: Command, *, id: str, actor: str, correlation_id: str | None = None) -> Event:
        """Send a command and return the first event it causes.

        Raises `Declined` where the worker refuses, `Pending` where its answer takes longer than the configured
        wait, and `Transient` where the broker did not take the command. The same `id` asks for the same thing
        again, which has no second effect.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._settings.wait_seconds
        answer = self._tail.expect(id)
        try:
            await self._send(command, id, actor, correlation_id or id)
            async with asyncio.timeout_at(deadline):
                event = (await answer).message
        except TimeoutError:
            raise Pending(id) from None
        finally:
            self._tail.forget(id, answer)
        if isinstance(event, Refusal):
            raise Declined(event.reason, event.details)
        assert isinstance(event, Event)
        return event

    async def _send(self, command: Command, id: str, actor: str, correlation_id: str) -> None:
        with Span(f"send {command.type()}", "producer", **{"messaging.message.id": id}) as span:
            key, value, headers = encode_command(
                command,
                id=id,
                source=self._source,
                time=self._clock(),
                actor=actor,
                correlation_id=correlation_id,
                traceparent=span.traceparent,
            )
            message = Published(self._commands, key, value, headers)
            await self._publisher.publish_one(message, timeout_seconds=self._settings.wait_seconds)

    async def _partitions(self) -> list[TopicPartition]:
        consumer = self._subscriber.consumer
        assert consumer is not None
        async with asyncio.timeout(5):
            while not (assigned := consumer.assignment()):
                await consumer.topics()
        return sorted(assigned)

    async def _on_batch(self, records: list[Record]) -> None:
        letters = []
        for record in records:
            try:
                self._tail.take(record)
            except Poison as poison:
                log.warning("dead letter", place=record.place, offset=record.offset, reason=str(poison))
                letters.append(dead.write(dead.letter(record, str(poison), self._clock()), self._dead))
        if letters:
            try:
                await self._publisher.publish(letters)
            except Transient as error:
                log.warning("dead letters not published", error=str(error))
