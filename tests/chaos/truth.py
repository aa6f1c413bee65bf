"""What is there in the end, held against what was acknowledged."""

from collections import defaultdict
from collections.abc import Iterable

from aiokafka import AIOKafkaConsumer

from services.queue.domain.counter import Counter
from services.queue.domain.line import Line
from services.queue.domain.ticket import Ticket
from services.queue.routes import ROUTES
from shared.contracts.message import Event, dead_topic, events_topic
from shared.contracts.queue import EVENTS, SERVICE, TakeTicket
from shared.messaging.attempt import ACCEPTED
from shared.messaging.envelope import Codec, Incoming, Record
from shared.messaging.kafka import record
from shared.messaging.mongo_store import MongoStore
from shared.messaging.store import Entry
from shared.mongo import connected
from shared.settings import Settings
from tests.chaos.load import Answers
from tests.queue.promises import check_kept, check_told

EVERYTHING = 1_000_000


async def check(settings: Settings, answers: Answers, quota: int) -> None:
    """Each acknowledged command has one effect, numbers are gapless, and the events tell of all that and no more."""
    codec = Codec(EVENTS)
    events = [codec.decode(found) for found in await _everything_on(settings, events_topic(SERVICE))]
    letters = await _everything_on(settings, dead_topic(SERVICE))
    assert not letters, f"dead letters: {[dict(letter.headers)['dead_reason'] for letter in letters]}"
    async with connected(settings) as client:
        database = client[settings.database(SERVICE)]
        store = MongoStore(client, database, ROUTES.kinds)
        tickets = await store.select(Ticket, {}, order=("id",), limit=EVERYTHING)
        lines = await store.select(Line, {}, order=("id",), limit=EVERYTHING)
        counters = await store.select(Counter, {}, order=("id",), limit=EVERYTHING)
        ids = [entry["_id"] async for entry in database["journal"].find({}, {"_id": 1})]
        journal = await store.entries(ids)
    check_kept(lines, tickets, counters, quota)
    told = check_told(_once(events))
    assert told == {ticket.id: ticket.state for ticket in tickets}, "the events tell another story than the state"
    _check_tickets(answers, tickets, journal)
    _check_steps(answers, journal)
    _check_published(events, journal)


def _check_tickets(answers: Answers, tickets: list[Ticket], journal: dict[str, Entry]) -> None:
    by_id = {ticket.id: ticket for ticket in tickets}
    accepted = {id for id, entry in journal.items() if entry.type == TakeTicket.type() and entry.outcome == ACCEPTED}
    assert by_id.keys() == accepted, "a command took more or less than one ticket"
    for key, given in answers.tickets.items():
        assert given["number"] == by_id[key].number, "a ticket was given that is not there"


def _check_steps(answers: Answers, journal: dict[str, Entry]) -> None:
    for key, status in answers.steps.items():
        assert (journal[key].outcome == ACCEPTED) == (status == 200), "an officer was told something else than happened"


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
    """Events as a careful consumer sees them: a repeat is none."""
    first: dict[str, Event] = {}
    for event in events:
        assert isinstance(event.message, Event)
        first.setdefault(event.id, event.message)
    return list(first.values())


async def _everything_on(settings: Settings, topic: str) -> list[Record]:
    """All of a topic, in order within each partition."""
    consumer = AIOKafkaConsumer(settings.topic(topic), bootstrap_servers=settings.kafka, auto_offset_reset="earliest")
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
