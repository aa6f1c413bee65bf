"""What an agency is told, as server-sent events straight from its topic.

An event's id says how far the topic has been read, partition by partition: `0:17,1:4,2:9`. A client that comes back
with it in `Last-Event-ID` goes on exactly there, whichever API process it reaches, and however long the process was
away: what the topic keeps, it can have.

Invariants: a stream holds one consumer, which fetches no more while its client does not read; a token that has ended
gets nothing more; a client is never told less than its topic has, but may be told the last event twice.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from starlette.responses import StreamingResponse

from services.reports.bridges.kafka import offsets_at, partitions, reader
from services.reports.bridges.shared import HANDED_ON, cloud_event
from shared.contracts.share import EVENTS, incidents_topic
from shared.errors import Refused
from shared.messaging.envelope import Codec
from shared.messaging.errors import Poison, Transient
from shared.messaging.kafka import record
from shared.settings import Settings
from shared.web.sse import HEADERS, RETRY_MILLISECONDS, Hub

STREAMS_MOST = 500
STREAMS_OF_TOKEN = 5
BEAT_SECONDS = 15.0
AT_ONCE = 100
EVENT = "incident"
_ID = re.compile(r"\d{1,6}:\d{1,18}(?:,\d{1,6}:\d{1,18}){0,99}")

Places = Mapping[int, int]
"""Partition → the offset that comes next."""
Lives = Callable[[], Awaitable[bool]]


class TooManyStreams(Refused):
    """There are as many open streams as there can be."""

    slug = "too-many-streams"


class BadPlace(Refused):
    """A `Last-Event-ID` that we have never given."""

    slug = "last-event-id"


@dataclass(frozen=True, slots=True)
class Wish:
    """Whose stream, and from where on."""

    token: str
    """The token's id."""
    agency: str
    office: str
    last: str | None = None
    """`Last-Event-ID`."""
    since: datetime | None = None
    """Where there is none: what was said since. None: what comes next."""


@dataclass(slots=True)
class ShareStreams:
    """The open streams of one API process."""

    settings: Settings
    hub: Hub
    """When it closes, the process stops: streams end, and clients come back to another one."""
    beat_seconds: float = BEAT_SECONDS
    _codec: Codec = field(default_factory=lambda: Codec(EVENTS))
    _open: dict[str, int] = field(default_factory=dict)

    def response(self, wish: Wish, lives: Lives) -> StreamingResponse:
        """The stream. `lives` says whether the token still does. Raises `TooManyStreams`, `BadPlace`."""
        begin = parse_places(wish.last) if wish.last else None
        if sum(self._open.values()) >= STREAMS_MOST or self._open.get(wish.token, 0) >= STREAMS_OF_TOKEN:
            raise TooManyStreams
        return StreamingResponse(self._frames(wish, begin, lives), headers=HEADERS, media_type="text/event-stream")

    async def _frames(self, wish: Wish, begin: Places | None, lives: Lives) -> AsyncIterator[bytes]:
        self._open[wish.token] = self._open.get(wish.token, 0) + 1
        try:
            with self.hub.subscribe() as stopping:
                stopped = asyncio.ensure_future(stopping.next())
                try:
                    async for frame in self._read(wish, begin, lives, stopped):
                        yield frame
                except Transient:
                    return  # the client comes back, with its place
                finally:
                    stopped.cancel()
        finally:
            self._open[wish.token] -= 1
            if not self._open[wish.token]:
                del self._open[wish.token]

    async def _read(
        self, wish: Wish, begin: Places | None, lives: Lives, stopped: "asyncio.Future[bytes]"
    ) -> AsyncIterator[bytes]:
        topic = self.settings.topic(incidents_topic(wish.agency))
        async with reader(self.settings, topic) as consumer:
            places = await partitions(consumer, topic)
            reached = await _placed(consumer, places, begin, wish.since)
            yield b"retry: %d\nid: %s\n\n" % (RETRY_MILLISECONDS, written_places(reached))
            loop = asyncio.get_running_loop()
            beat_at = loop.time() + self.beat_seconds
            while not stopped.done():
                batch = await _next(consumer, places)
                if (batch or loop.time() >= beat_at) and not await lives():
                    return
                frames = [self._frame(wish, raw, reached) for raw in chain.from_iterable(batch.values())]
                if told := b"".join(frames):
                    yield told
                if loop.time() >= beat_at:
                    yield b"id: %s\n: beat\n\n" % written_places(reached)
                    beat_at = loop.time() + self.beat_seconds

    def _frame(self, wish: Wish, raw: "ConsumerRecord[bytes, bytes]", reached: dict[int, int]) -> bytes:
        """One event; empty for what is for another office's token, or is no news of an incident."""
        reached[raw.partition] = raw.offset + 1
        try:
            incoming = self._codec.decode(record(raw))
        except Poison:
            return b""
        message = incoming.message
        if not isinstance(message, HANDED_ON) or message.office != wish.office:
            return b""
        return b"event: %s\nid: %s\ndata: %s\n\n" % (
            EVENT.encode(),
            written_places(reached),
            cloud_event(incoming).replace(b"\n", b" "),
        )


def parse_places(told: str) -> Places:
    """What an id says. Raises `BadPlace`."""
    if not _ID.fullmatch(told):
        raise BadPlace
    return {int(partition): int(offset) for partition, _, offset in (part.partition(":") for part in told.split(","))}


def written_places(reached: Places) -> bytes:
    """The id of what has been read so far."""
    return ",".join(f"{partition}:{offset}" for partition, offset in sorted(reached.items())).encode()


async def _placed(
    consumer: AIOKafkaConsumer, places: list[TopicPartition], begin: Places | None, since: datetime | None
) -> dict[int, int]:
    """Set the consumer to where the client wishes; a partition that it does not know of is read from its beginning."""
    if not places:
        return {0: 0}
    if begin is None:
        told = await offsets_at(consumer, places, since)
    else:
        first, last = await consumer.beginning_offsets(places), await consumer.end_offsets(places)
        told = {
            place: min(max(begin.get(place.partition, first[place]), first[place]), last[place]) for place in places
        }
    for place, offset in told.items():
        consumer.seek(place, offset)
    return {place.partition: offset for place, offset in told.items()}


async def _next(
    consumer: AIOKafkaConsumer, places: list[TopicPartition]
) -> "Mapping[TopicPartition, list[ConsumerRecord[bytes, bytes]]]":
    if not places:
        await asyncio.sleep(0.5)
        return {}
    found: Mapping[TopicPartition, list[ConsumerRecord[bytes, bytes]]] = await consumer.getmany(
        timeout_ms=500, max_records=AT_ONCE
    )
    return found
