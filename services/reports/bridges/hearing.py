"""The ear of the bridges: reads the topics of all agencies, also of those that come later, in one group.

Invariant: an offset is committed only after what was heard is kept, so nothing is lost, and what comes twice is kept
once. It waits for the database, never for a receiver.
"""

from collections.abc import Sequence

from services.reports.bridges.deliveries import Deliveries
from services.reports.bridges.destinations import Destination, Destinations
from services.reports.bridges.kafka import names_in
from services.reports.bridges.mirror import Mirror
from services.reports.bridges.postmen import Postmen
from services.reports.bridges.shared import HANDED_ON, Said, said
from shared.contracts.share import EVENTS, IncidentChanged, IncidentState, incidents_topic, states_topic
from shared.log import get_logger
from shared.messaging.envelope import Codec, Incoming, Record
from shared.messaging.errors import Poison
from shared.messaging.kafka import new_member_broker
from shared.messaging.listener import Listener
from shared.settings import Settings

log = get_logger(__name__)

GROUP = "reports-bridges"


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
        names = names_in(settings, incidents_topic("@"), states_topic("@"))
        self._listener = Listener(
            new_member_broker(settings), settings, group=GROUP, pattern=names.pattern, deal=self.hear
        )

    async def start(self) -> None:
        """Join the group. Raises `Transient` where the broker is away."""
        await self._listener.start()

    async def stop(self) -> None:
        """Leave the group."""
        await self._listener.stop()

    async def ready(self) -> None:
        """Raises `Transient` where the broker is away."""
        await self._listener.ready()

    async def hear(self, records: Sequence[Record]) -> None:
        """Keep what some records say. Raises `Transient`."""
        heard = [incoming for record in records if (incoming := self._decoded(record)) is not None]
        pairs = await self._addressed([said(i) for i in heard if isinstance(i.message, HANDED_ON)])
        await self._deliveries.add(pairs)
        await self._mirror.take(i for i in heard if isinstance(i.message, IncidentChanged | IncidentState))
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
        return incoming if isinstance(incoming.message, (*HANDED_ON, IncidentState)) else None
