"""The ear of the bridges: reads the topics of all agencies, also of those that come later, in one group.

Invariant: an offset is committed only after what was heard is kept, so nothing is lost, and what comes twice is kept
once. It waits for the database, never for a receiver.
"""

import asyncio
from collections.abc import Sequence

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError
from faststream import AckPolicy

from services.reports.bridges.deliveries import Deliveries
from services.reports.bridges.destinations import Destination, Destinations
from services.reports.bridges.kafka import names_in
from services.reports.bridges.mirror import Mirror
from services.reports.bridges.postmen import Postmen
from services.reports.bridges.shared import Said, said
from shared.contracts.share import EVENTS, IncidentChanged, IncidentState, incidents_topic, states_topic
from shared.log import get_logger
from shared.messaging.envelope import Codec, Incoming, Record
from shared.messaging.errors import Poison, Transient
from shared.messaging.kafka import as_records, new_broker, undecoded
from shared.settings import Settings

log = get_logger(__name__)

GROUP = "reports-bridges"
FIRST_DELAY_SECONDS = 0.1
LONGEST_DELAY_SECONDS = 5.0


class Ear:
    """Hears what agencies are told."""

    def __init__(
        self, settings: Settings, mirror: Mirror, destinations: Destinations, deliveries: Deliveries, postmen: Postmen
    ) -> None:
        self._mirror = mirror
        self._destinations = destinations
        self._deliveries = deliveries
        self._postmen = postmen
        self._codec = Codec(EVENTS)
        self._stopping = asyncio.Event()
        self._broker = new_broker(settings)
        names = names_in(settings, incidents_topic("@"), states_topic("@"))
        self._subscriber = self._broker.subscriber(
            pattern=f"^(?:{names.pattern})$",
            group_id=settings.topic(GROUP),
            batch=True,
            max_records=settings.batch_size,
            batch_timeout_ms=20,
            fetch_max_wait_ms=50,
            auto_offset_reset="earliest",
            ack_policy=AckPolicy.MANUAL,
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
        """Raises `Transient` where the broker is away."""
        if not await self._broker.ping(timeout=1.0):
            raise Transient("the broker does not answer")

    async def hear(self, records: Sequence[Record]) -> None:
        """Keep what some records say. Raises `Transient`."""
        heard = [incoming for record in records if (incoming := self._decoded(record)) is not None]
        pairs = await self._addressed([said(i) for i in heard if isinstance(i.message, IncidentChanged)])
        await self._deliveries.add(pairs)
        await self._mirror.take(heard)
        for destination in {to.id for to, _ in pairs}:
            self._postmen.ring(destination)

    async def _addressed(self, some: Sequence[Said]) -> list[tuple[Destination, Said]]:
        """For each message the destinations of its own agency with its own office."""
        if not some:
            return []
        wanted: dict[tuple[str, str], list[Destination]] = {}
        for destination in await self._destinations.active():
            wanted.setdefault((destination.agency, destination.office), []).append(destination)
        return [(to, one) for one in some for to in wanted.get((one.agency, one.office), ())]

    def _decoded(self, record: Record) -> Incoming | None:
        """What an agency was told of an incident; None for anything else on its topics."""
        try:
            incoming = self._codec.decode(record)
        except Poison as poison:
            log.warning("not understood", place=record.place, offset=record.offset, reason=str(poison))
            return None
        return incoming if isinstance(incoming.message, IncidentChanged | IncidentState) else None

    async def _on_batch(self, records: list[Record]) -> None:
        delay = FIRST_DELAY_SECONDS
        while not self._stopping.is_set():
            try:
                await self.hear(records)
                await self._commit(records)
            except Transient as error:
                log.warning("bridges must wait", error=str(error), delay_seconds=delay)
                await asyncio.sleep(delay)
                delay = min(delay * 2, LONGEST_DELAY_SECONDS)
            else:
                return

    async def _commit(self, records: Sequence[Record]) -> None:
        consumer = self._subscriber.consumer
        assert consumer is not None
        reached = {TopicPartition(r.topic, r.partition): r.offset + 1 for r in records}
        try:
            await consumer.commit(reached)
        except KafkaError as error:
            log.warning("offsets not committed", error=repr(error))
