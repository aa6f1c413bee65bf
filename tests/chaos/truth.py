"""What is there in the end: everything that a service has kept and told, whatever the service."""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from aiokafka import AIOKafkaConsumer

from shared.contracts.message import Command, Event, dead_topic, events_topic
from shared.messaging.attempt import ACCEPTED
from shared.messaging.envelope import Codec, Incoming, Record
from shared.messaging.journal import JOURNAL
from shared.messaging.kafka import record
from shared.messaging.mongo_store import MongoStore
from shared.messaging.routes import Routes
from shared.messaging.store import Entry
from shared.mongo import connected
from shared.settings import Settings

EVERYTHING = 1_000_000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Truth:
    """A service after everything."""

    store: MongoStore
    journal: dict[str, Entry]
    told: list[Event]
    """The events as a careful consumer sees them: in order, a repeat is none."""

    async def all(self, kind: type[T]) -> list[T]:
        """Everything that is kept of a kind."""
        return await self.store.select(kind, {}, order=("id",), limit=EVERYTHING)

    def accepted(self, command: type[Command]) -> set[str]:
        """The ids of the commands of a type that had their effect."""
        type_ = command.type()
        return {id for id, entry in self.journal.items() if entry.type == type_ and entry.outcome == ACCEPTED}

    def check_steps(self, steps: dict[str, int]) -> None:
        """What somebody of the staff was told is what happened."""
        for key, status in steps.items():
            assert (self.journal[key].outcome == ACCEPTED) == (status == 200), "told something else than happened"


@asynccontextmanager
async def gathered(settings: Settings, routes: Routes, events: Iterable[type[Event]]) -> AsyncIterator[Truth]:
    """All of it. Fails where something lies among the dead letters, or where journal and topic disagree."""
    codec = Codec(events)
    published = [codec.decode(found) for found in await everything_on(settings, events_topic(routes.service))]
    letters = await everything_on(settings, dead_topic(routes.service))
    assert not letters, f"dead letters: {[dict(letter.headers)['dead_reason'] for letter in letters]}"
    async with connected(settings) as client:
        database = client[settings.database(routes.service)]
        store = MongoStore(client, database, routes.kinds)
        ids = [entry["id"] async for page in database[JOURNAL].find() for entry in page["entries"]]
        journal = await store.entries(ids)
        _check_published(published, journal)
        yield Truth(store, journal, _once(published))


def _check_published(events: list[Incoming], journal: dict[str, Entry]) -> None:
    """Each event of the journal is on the topic, byte for byte however often, and no other one is."""
    published: dict[str, set[bytes | None]] = defaultdict(set)
    for event in events:
        published[event.id].add(event.record.value)
    entered = {
        dict(event.headers)["ce_id"].decode(): {event.value} for entry in journal.values() for event in entry.events
    }
    assert not entered.keys() - published.keys(), "an effect was never published"
    assert not published.keys() - entered.keys(), "an event was published that had no effect"
    assert entered == published, "an event changed when it was published again"


def _once(events: Iterable[Incoming]) -> list[Event]:
    first: dict[str, Event] = {}
    for event in events:
        assert isinstance(event.message, Event)
        first.setdefault(event.id, event.message)
    return list(first.values())


async def everything_on(settings: Settings, topic: str) -> list[Record]:
    """All of a topic, in order within each partition."""
    consumer: Any = AIOKafkaConsumer(
        settings.topic(topic), bootstrap_servers=settings.kafka, auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        ends = await consumer.end_offsets(consumer.assignment())
        found: list[Record] = []
        while [tp for tp, end in ends.items() if await consumer.position(tp) < end]:
            for records in (await consumer.getmany(timeout_ms=500)).values():
                found.extend(record(raw) for raw in records)
        return found
    finally:
        await consumer.stop()
