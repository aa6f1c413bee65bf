"""The loop on Kafka: a FastStream batch subscriber that settles, publishes, then commits offsets.

Behind a full batch more is waiting: it reads on by itself, and has the next batch ready when the first is written.

Invariants: batches are written and published one after the other; an offset is committed only after its batch's events
are acknowledged; a partition is claimed in the store only by a member of the group; while a batch is under way a
rebalance waits for it, and what was not finished is read again by whoever owns the partition then.
"""

import asyncio
from collections.abc import Collection, Sequence
from contextlib import suppress

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError
from faststream import AckPolicy

from shared.clock import Clock
from shared.log import get_logger
from shared.messaging.attempt import Ready
from shared.messaging.envelope import Record
from shared.messaging.errors import Fenced, Transient
from shared.messaging.kafka import (
    Publisher,
    as_records,
    existing,
    new_member_broker,
    rebalance_timeout_ms,
    record,
    undecoded,
)
from shared.messaging.loop import Loop
from shared.messaging.outside import Outside
from shared.metrics import LoopMetrics
from shared.settings import Settings

log = get_logger(__name__)

BATCH_MILLISECONDS = 5
"""How long reading waits for a first message."""
POSITION_SECONDS = 0.1
GOODBYE_SECONDS = 2.0
"""How long, after the drain budget, leaving may take: a group that is being balanced lets nobody go."""
FIRST_DELAY_SECONDS = 0.1
LONGEST_DELAY_SECONDS = 3.0
LONGEST_RETRY_SECONDS = 60.0
"""Then the batch is read again, so that the group sees us poll (`max_poll_interval_ms` is five times that)."""


class Worker(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka is untyped
    """One member of a service's consumer group."""

    def __init__(self, settings: Settings, loop: Loop, group: str, *, metrics: LoopMetrics, clock: Clock) -> None:
        self._loop = loop
        self._metrics = metrics
        self._clock = clock
        self._stop_seconds = settings.drain_seconds + GOODBYE_SECONDS
        self._broker = new_member_broker(settings)
        self._publisher = Publisher(self._broker)
        self._outside = Outside(self._publisher)
        self._one_at_a_time = asyncio.Lock()
        self._give_up = asyncio.Event()
        self._failing = False
        self._member = False
        self._handled: dict[TopicPartition, int] = {}
        self._full = settings.batch_size
        self._subscriber = self._broker.subscriber(
            *map(existing, loop.topics),
            group_id=settings.topic(group),
            batch=True,
            max_records=self._full,
            batch_timeout_ms=BATCH_MILLISECONDS,
            fetch_max_wait_ms=20,
            fetch_min_bytes=1,
            auto_offset_reset="earliest",
            ack_policy=AckPolicy.MANUAL,
            session_timeout_ms=10_000,
            heartbeat_interval_ms=1_000,
            rebalance_timeout_ms=rebalance_timeout_ms(settings),
            max_poll_interval_ms=300_000,
            listener=self,
            parser=as_records,
            decoder=undecoded,
            no_reply=True,
        )
        self._subscriber(self._on_batch)

    async def start(self) -> None:
        """Join the group. Raises `Transient` where the broker is away."""
        try:
            await self._broker.start()
        except KafkaError as error:
            await self._broker.stop()
            raise Transient(f"the broker is away: {error!r}") from error

    async def stop(self) -> None:
        """Finish the batch under way (bounded by the drain budget), leave the group, close connections."""
        self._give_up.set()
        for _ in range(2):  # the first cancels what hangs, the second closes the rest
            try:
                async with asyncio.timeout(self._stop_seconds):
                    await self._broker.stop()
            except TimeoutError:
                log.warning("stopping without a goodbye to the group")
            else:
                break

    async def ready(self) -> None:
        """Raises `Transient` where this worker cannot work: broker away, not in the group, or failing."""
        if not await self._broker.ping(timeout=1.0):
            raise Transient("the broker does not answer")
        if not self._member:
            raise Transient("not a member of the group yet")
        if self._failing:
            raise Transient("the last batch could not be settled yet")

    def lag(self) -> dict[str, int]:
        """Messages that wait in each partition of ours, as far as the last fetch told."""
        consumer = self._subscriber.consumer
        ends = {tp: consumer.highwater(tp) for tp in consumer.assignment()} if consumer else {}
        return {
            f"{tp.topic}/{tp.partition}": max(0, end - self._handled.get(tp, end))
            for tp, end in ends.items()
            if end is not None
        }

    # Rebalance ---------------------------------------------------------------------------------------

    async def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        """Let the batch under way end, and write these partitions no more."""
        self._give_up.set()
        async with self._one_at_a_time:
            self._loop.release(_places(revoked))
            self._handled.clear()
            self._member = False
            self._failing = False
            self._give_up.clear()

    async def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        """Claims come with the first batch: the database may be away now, and the group must not wait for it."""
        self._member = True
        log.info("partitions assigned", partitions=sorted(_places(assigned)))

    # A batch -----------------------------------------------------------------------------------------

    async def _on_batch(self, records: list[Record]) -> None:
        async with self._one_at_a_time:
            consumer, ready = self._subscriber.consumer, None
            while consumer is not None and records and not self._give_up.is_set():
                records, ready = await self._settle_and_read_on(consumer, records, ready)

    async def _settle_and_read_on(
        self, consumer: AIOKafkaConsumer, records: list[Record], ready: Ready | None
    ) -> tuple[list[Record], Ready | None]:
        """Settle a batch. Behind a full one the next is read and made ready meanwhile, and returned to be settled."""
        await self._note_positions(consumer, records)
        following, following_ready = list[Record](), None
        if len(records) < self._full:
            left = await self._until_settled(consumer, records, ready)
        else:
            ready = ready or await self._loop.make_ready(records)
            async with asyncio.TaskGroup() as both:
                settling = both.create_task(self._until_settled(consumer, records, ready))
                reading = both.create_task(self._read_on(consumer, ready))
            left, (following, following_ready) = settling.result(), reading.result()
        if left or self._give_up.is_set():
            _rewind(consumer, [*left, *following])
            return [], None
        return following, following_ready

    async def _note_positions(self, consumer: AIOKafkaConsumer, records: Sequence[Record]) -> None:
        """For the lag: with the first batch since the group was balanced, of partitions too that we read nothing of."""
        others = set() if self._handled else consumer.assignment()
        self._handled = {**_starts(records), **self._handled}
        with suppress(TimeoutError, KafkaError):
            async with asyncio.timeout(POSITION_SECONDS):
                for partition in others - self._handled.keys():
                    self._handled[partition] = await consumer.position(partition)

    async def _read_on(self, consumer: AIOKafkaConsumer, behind: Ready | None) -> tuple[list[Record], Ready | None]:
        try:
            found = await consumer.getmany(timeout_ms=BATCH_MILLISECONDS, max_records=self._full)
        except Exception as error:  # whatever it is, it must not disturb the batch under way; who reads next meets it
            log.warning("cannot read on", error=repr(error))
            return [], None
        records = [record(raw) for partition in found.values() for raw in partition]
        return records, await self._loop.make_ready(records, behind) if records and behind else None

    async def _until_settled(
        self, consumer: AIOKafkaConsumer, records: Sequence[Record], ready: Ready | None
    ) -> Sequence[Record]:
        """Returns what could not be settled, and must be read again."""
        loop = asyncio.get_running_loop()
        deadline, delay = loop.time() + LONGEST_RETRY_SECONDS, FIRST_DELAY_SECONDS
        while (assigned := _assigned(consumer, records)) and not self._give_up.is_set():
            if len(assigned) < len(records):
                records, ready = assigned, None
            try:
                await self._settle(consumer, records, ready)
            except Fenced as fenced:
                log.warning("fenced", partitions=sorted(fenced.partitions))
                self._metrics.fenced(len(fenced.partitions))
                self._loop.release(fenced.partitions)
            except Exception as error:
                self._failing = True
                self._metrics.retried()
                expected = isinstance(error, Transient | KafkaError)
                log.warning(
                    "batch must wait",
                    error=repr(error),
                    size=len(records),
                    delay_seconds=delay,
                    exc_info=not expected,
                )
                if loop.time() > deadline:
                    break
                await self._pause(delay)
                delay = min(delay * 2, LONGEST_DELAY_SECONDS)
            else:
                self._failing = False
                return []
            ready = None
        return assigned

    async def _settle(self, consumer: AIOKafkaConsumer, records: Sequence[Record], ready: Ready | None) -> None:
        await self._own(consumer, records)
        settled = await self._loop.settle(records, ready)
        started = asyncio.get_running_loop().time()
        others = [message for message in settled.messages if not self._loop.is_ours(message)]
        letters = [
            self._loop.bury(message, reason, settled.report) for message, reason in await self._outside.publish(others)
        ]
        await self._publisher.publish([*filter(self._loop.is_ours, settled.messages), *letters])
        self._metrics.published(settled.report, asyncio.get_running_loop().time() - started, self._clock())
        await self._commit(consumer, _ends(records))

    async def _own(self, consumer: AIOKafkaConsumer, records: Sequence[Record]) -> None:
        """Claim all that is assigned but not ours yet, once the group has confirmed by an offset commit that it is."""
        if {record.place for record in records} - self._loop.owned:
            assigned = _places(consumer.assignment())
            await consumer.commit(_starts(records))
            await self._loop.claim(assigned - self._loop.owned)

    async def _commit(self, consumer: AIOKafkaConsumer, offsets: dict[TopicPartition, int]) -> None:
        """Failing to commit loses nothing: the batch comes again, and the journal knows it."""
        self._handled.update(offsets)
        try:
            await consumer.commit(offsets)
        except KafkaError as error:
            log.warning("offsets not committed", error=repr(error))

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._give_up.wait()
        except TimeoutError:
            return


def _places(partitions: Collection[TopicPartition]) -> set[str]:
    return {f"{tp.topic}/{tp.partition}" for tp in partitions}


def _assigned(consumer: AIOKafkaConsumer, records: Sequence[Record]) -> list[Record]:
    """Those whose partition is still ours: the others are read by their new owner."""
    places = _places(consumer.assignment())
    return [record for record in records if record.place in places]


def _ends(records: Sequence[Record]) -> dict[TopicPartition, int]:
    """The next offset of each partition after these records."""
    return {TopicPartition(r.topic, r.partition): r.offset + 1 for r in records}


def _starts(records: Sequence[Record]) -> dict[TopicPartition, int]:
    """The first offset of each partition in these records."""
    return {TopicPartition(r.topic, r.partition): r.offset for r in reversed(records)}


def _rewind(consumer: AIOKafkaConsumer, records: Sequence[Record]) -> None:
    """Read the batch again, where the partitions are still assigned."""
    for partition, offset in _starts(_assigned(consumer, records)).items():
        consumer.seek(partition, offset)
