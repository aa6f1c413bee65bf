"""Reads a family of topics, also those that come later, and has each batch dealt with before its offsets are committed.

Invariant: what was not dealt with comes again, and so may what was: whoever deals with it must bear repeats. While
broker or database are away the batch waits, with growing pauses.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence

from aiokafka import ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker

from shared.log import get_logger
from shared.messaging.envelope import Record
from shared.messaging.errors import Transient
from shared.messaging.kafka import as_records, rebalance_timeout_ms, undecoded
from shared.settings import Settings

log = get_logger(__name__)

FIRST_DELAY_SECONDS = 0.1
LONGEST_DELAY_SECONDS = 5.0


class Listener(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka is untyped
    """One member of a group that reads every topic of a pattern."""

    def __init__(
        self,
        broker: KafkaBroker,
        settings: Settings,
        *,
        group: str,
        pattern: str,
        deal: Callable[[Sequence[Record]], Awaitable[None]],
    ) -> None:
        """`pattern` matches whole names of topics. `deal` may raise `Transient` for what must be tried again."""
        self._broker = broker
        self._group = group
        self._deal = deal
        self._stopping = asyncio.Event()
        self._member = False
        self._subscriber = broker.subscriber(
            pattern=f"^(?:{pattern})$",
            group_id=settings.topic(group),
            batch=True,
            max_records=settings.batch_size,
            batch_timeout_ms=20,
            fetch_max_wait_ms=50,
            auto_offset_reset="earliest",
            ack_policy=AckPolicy.MANUAL,
            rebalance_timeout_ms=rebalance_timeout_ms(settings),
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
        except (KafkaError, TimeoutError) as error:
            await self._broker.stop()
            raise Transient(f"the broker is away: {error!r}") from error

    async def stop(self) -> None:
        """Leave the group."""
        self._stopping.set()
        await self._broker.stop()

    async def ready(self) -> None:
        """Raises `Transient` where nothing can be read: broker away, or not in the group."""
        if not await self._broker.ping(timeout=1.0):
            raise Transient("the broker does not answer")
        if not self._member:
            raise Transient("not a member of the group yet")

    async def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        """The group is being balanced."""
        self._member = False

    async def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        """In the group, also where no topic is there yet."""
        self._member = True

    async def _on_batch(self, records: list[Record]) -> None:
        delay = FIRST_DELAY_SECONDS
        while not self._stopping.is_set():
            try:
                await self._deal(records)
                await self._commit(records)
            except Transient as error:
                log.warning("a batch must wait", group=self._group, error=str(error), delay_seconds=delay)
                await asyncio.sleep(delay)
                delay = min(delay * 2, LONGEST_DELAY_SECONDS)
            else:
                return

    async def _commit(self, records: Sequence[Record]) -> None:
        """Failing to commit loses nothing: what comes again has the same ids."""
        consumer = self._subscriber.consumer
        assert consumer is not None
        try:
            await consumer.commit({TopicPartition(r.topic, r.partition): r.offset + 1 for r in records})
        except KafkaError as error:
            log.warning("offsets not committed", error=repr(error))
