"""Everything since a moment once more: read from the agency's topic again, and delivered as if it were new.

The messages keep their ids, so that a receiver that has them already knows them.
"""

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from services.reports.bridges.deliveries import Deliveries
from services.reports.bridges.destinations import Destination, Destinations
from services.reports.bridges.kafka import offsets_at, partitions, reader
from services.reports.bridges.shared import HANDED_ON, Said, said
from shared.contracts.share import EVENTS, incidents_topic
from shared.log import get_logger
from shared.messaging.envelope import Codec
from shared.messaging.errors import Poison, Transient
from shared.messaging.kafka import record
from shared.settings import Settings

log = get_logger(__name__)

READ_MS = 1_000
AT_ONCE = 200


class Replays:
    """Reads an agency's topic again for one of its destinations."""

    def __init__(self, settings: Settings, destinations: Destinations, deliveries: Deliveries) -> None:
        self._settings = settings
        self._destinations = destinations
        self._deliveries = deliveries
        self._codec = Codec(EVENTS)

    async def run(self, to: Destination) -> None:
        """Have it all delivered that lies on the topic since then. Raises `Transient`."""
        topic = self._settings.topic(incidents_topic(to.agency))
        async with reader(self._settings, topic) as consumer:
            places = await partitions(consumer, topic)
            if places:
                await self._read(to, consumer, places)
        await self._destinations.replay(to.id, None)
        log.info("replayed", destination=to.id, agency=to.agency)

    async def _read(self, to: Destination, consumer: AIOKafkaConsumer, places: list[TopicPartition]) -> None:
        begins, ends = await offsets_at(consumer, places, to.replay_from), await consumer.end_offsets(places)
        for place, offset in begins.items():
            consumer.seek(place, offset)
        silent = 0
        while any([await consumer.position(place) < ends[place] for place in places]):
            batch = await consumer.getmany(timeout_ms=READ_MS, max_records=AT_ONCE)
            silent = 0 if batch else silent + 1
            if silent > 10:
                raise Transient("the topic does not give what it has")
            heard = [self._said(to, raw) for raws in batch.values() for raw in raws]
            await self._deliveries.repeat(to, [one for one in heard if one is not None])

    def _said(self, to: Destination, raw: "ConsumerRecord[bytes, bytes]") -> Said | None:
        """What the destination's office has said to its agency; None for anything else that lies there."""
        try:
            incoming = self._codec.decode(record(raw))
        except Poison:
            return None
        message = incoming.message
        return said(incoming) if isinstance(message, HANDED_ON) and message.office == to.office else None
