"""What lies in a service's dead-letter topic: read to its present end, and sent on its way again.

Invariants: a message is one letter, however often it was found undeliverable; a replay sends the original bytes,
key and headers to the topic they came from, and leaves a mark, so that what is still open can be told.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError
from faststream.kafka.security import parse_security

from shared.clock import Clock
from shared.contracts.message import dead_topic
from shared.log import get_logger
from shared.messaging.dead import Letter, read
from shared.messaging.envelope import Record
from shared.messaging.errors import Transient
from shared.messaging.kafka import Publisher, new_broker, record, security
from shared.messaging.store import Published
from shared.settings import Settings

log = get_logger(__name__)

_REPLAYED = "dead_replayed"
_AT = "dead_replayed_at"


@dataclass(frozen=True, slots=True)
class Kept:
    """A letter, and when it was sent again."""

    letter: Letter
    replayed_at: datetime | None = None

    @property
    def reason_kind(self) -> str:
        """The reason's first word, such as `invalid-data`."""
        return self.letter.reason.partition(":")[0]


class DeadBox:
    """The dead letters of one service."""

    def __init__(self, settings: Settings, service: str, publisher: Publisher, *, clock: Clock) -> None:
        self._settings = settings
        self._topic = settings.topic(dead_topic(service))
        self._publisher = publisher
        self._clock = clock

    async def letters(self) -> list[Kept]:
        """Every letter, in the order of arrival. Raises `Transient`, or `LookupError` where there is no such topic."""
        kept: dict[str, Kept] = {}
        marks: dict[str, datetime] = {}
        async for found in _everything(self._settings, self._topic):
            if (mark := _mark(found)) is not None:
                marks[mark[0]] = mark[1]
                continue
            try:
                letter = read(found)
            except ValueError:
                log.warning("not a dead letter", place=found.place, offset=found.offset)
                continue
            kept.setdefault(letter.id, Kept(letter))
        marked = [replace(k, replayed_at=marks.get(id)) for id, k in kept.items()]
        return sorted(marked, key=lambda k: k.letter.at)

    async def replay(self, letters: Iterable[Letter]) -> None:
        """Send letters to where they came from, then mark them. Raises `Transient`."""
        chosen = list(letters)
        await self._publisher.publish([Published(x.topic, x.key, x.value, x.headers) for x in chosen])
        at = self._clock().isoformat().encode()
        await self._publisher.publish(
            [Published(self._topic, x.key, b"", ((_REPLAYED, x.id.encode()), (_AT, at))) for x in chosen]
        )


@asynccontextmanager
async def opened(settings: Settings, service: str, *, clock: Clock) -> AsyncIterator[DeadBox]:
    """A connected box. Raises `Transient` where the broker is away."""
    broker = new_broker(settings)
    try:
        await broker.start()
        yield DeadBox(settings, service, Publisher(broker), clock=clock)
    except KafkaError as error:
        raise Transient(f"the broker is away: {error!r}") from error
    finally:
        await broker.stop()


async def _everything(settings: Settings, topic: str) -> AsyncIterator[Record]:
    """Every record of a topic up to its end at the beginning of the reading."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.kafka.split(","),
        group_id=None,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        **parse_security(security(settings)),
    )
    try:
        await consumer.start()
        if topic not in await consumer.topics():
            raise LookupError(f"there is no topic {topic}")
        consumer.subscribe([topic])
        while not (assigned := consumer.assignment()):
            await consumer.topics()
        ends = await consumer.end_offsets(sorted(assigned))
        while await _left(consumer, ends):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                for raw in records:
                    yield record(raw)
    except KafkaError as error:
        raise Transient(f"{topic} cannot be read: {error!r}") from error
    finally:
        await consumer.stop()


def _mark(found: Record) -> tuple[str, datetime] | None:
    """Which letter was sent again, and when. A letter is never taken for a mark: it ends in four headers of ours."""
    if tuple(name for name, _ in found.headers) != (_REPLAYED, _AT):
        return None
    (_, id), (_, at) = found.headers
    try:
        return id.decode(), datetime.fromisoformat(at.decode())
    except (ValueError, AttributeError):  # somebody else's: not text, or no value at all
        return None


async def _left(consumer: AIOKafkaConsumer, ends: dict[object, int]) -> bool:
    for partition, end in ends.items():
        if await consumer.position(partition) < end:
            return True
    return False


def chosen(kept: Sequence[Kept], ids: Sequence[str], *, everything: bool, reason: str | None) -> list[Letter]:
    """The open letters that a replay is about. Raises `KeyError` for an id that is not there."""
    by_id = {k.letter.id: k for k in kept}
    if ids:
        return [by_id[id].letter for id in ids]
    if not everything:
        return []
    return [k.letter for k in kept if k.replayed_at is None and reason in (None, k.reason_kind)]
