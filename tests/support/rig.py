"""The toy service on the real loop, over a bus and a store of either kind, in batches that the test composes."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

from shared.contracts.message import Event, Message, Refusal, commands_topic, dead_topic, events_topic
from shared.messaging import dead
from shared.messaging.attempt import Ready, Settled
from shared.messaging.envelope import Codec, Headers, Incoming, Record, encode_command
from shared.messaging.loop import Loop
from shared.messaging.store import Entry, Published, Store
from shared.messaging.work import Changes
from tests.support.buses import Bus
from tests.support.toy import messages as m
from tests.support.toy.domain import Box, Item
from tests.support.toy.routes import ROUTES

KEY = b"a key for tests, 32 bytes long.."
NOON = datetime(2100, 1, 1, 12, 0, tzinfo=UTC)
"""Later than any broker's clock: what a handler sees as now is when its message reached the bus."""


class Rig:
    """One worker's loop, driven by hand."""

    def __init__(self, bus: Bus, store: Store) -> None:
        self.bus = bus
        self.store = Shaky(store)
        self.now = NOON
        self._owners = count(1)
        self._ids = count(1)
        self.loop = self.new_loop()
        self._delivered: set[tuple[str, int]] = set()
        self._codec = Codec(m.EVENTS)

    def new_loop(self) -> Loop:
        """A further worker on the same bus and store."""
        return Loop(
            ROUTES,
            self.store,
            key=KEY,
            clock=lambda: self.now,
            new_owner=lambda: f"owner-{next(self._owners)}",
            topic=self.bus.topic,
        )

    # The bus -----------------------------------------------------------------------------------------

    async def put(self, *messages: Message, id: str | None = None) -> list[str]:
        """Put commands (or the depot's events) on the bus, in order; returns their ids."""
        ids = [id or f"msg-{next(self._ids):04d}" for _ in messages]
        await self.bus.publish([self.encoded(message, i) for message, i in zip(messages, ids, strict=True)])
        return ids

    def encoded(self, message: Message, id: str, **headers: bytes | None) -> Published:
        """A message as its sender writes it. `headers` take the place of its own; None leaves one out."""
        key, value, own = encode_command(
            message,  # type: ignore[arg-type]  # the depot writes its events in the same way
            id=id,
            source="/test",
            time=self.now,
            actor="citizen",
            correlation_id=id,
            traceparent=None,
        )
        changed = {name.replace("_", "-") if name == "content_type" else name: v for name, v in headers.items()}
        merged = {**dict(own), **changed}
        topic = events_topic(m.DEPOT) if isinstance(message, Event) else commands_topic(m.SERVICE)
        kept: Headers = tuple((name, v) for name, v in merged.items() if v is not None)
        return Published(self.bus.topic(topic), key, value, kept)

    async def put_raw(self, *messages: Published) -> None:
        """Put messages on the bus as they are."""
        await self.bus.publish(messages)

    async def inbox(self) -> list[Record]:
        """Everything that lies in the topics that the loop reads."""
        return [record for topic in self.loop.topics for record in await self.bus.read(topic)]

    # The loop ----------------------------------------------------------------------------------------

    async def claim(self) -> None:
        """Own every partition there is a message in."""
        await self.loop.claim({record.place for record in await self.inbox()} - self.loop.owned)

    async def deliver(self, records: Sequence[Record], ready: Ready | None = None) -> Settled:
        """Settle a batch and publish what it came to."""
        if missing := {record.place for record in records} - self.loop.owned:
            await self.loop.claim(missing)
        settled = await self.loop.settle(records, ready)
        await self.bus.publish(settled.messages)
        self._delivered.update((record.place, record.offset) for record in records)
        return settled

    async def run(self, *messages: Message) -> Settled:
        """Put messages on the bus and deliver everything that was not delivered yet, as one batch."""
        await self.put(*messages)
        return await self.deliver(
            [record for record in await self.inbox() if (record.place, record.offset) not in self._delivered]
        )

    # What came of it ---------------------------------------------------------------------------------

    async def event_records(self) -> list[Record]:
        """Everything that the toy has published."""
        return await self.bus.read(self.bus.topic(events_topic(m.SERVICE)))

    async def published(self) -> list[Incoming]:
        """The same, decoded."""
        return [self._codec.decode(record) for record in await self.event_records()]

    async def facts(self) -> list[Message]:
        """The published messages without their envelopes."""
        return [event.message for event in await self.published()]

    async def refusals(self) -> list[str]:
        """The reasons of all refusals."""
        return [fact.reason for fact in await self.facts() if isinstance(fact, Refusal)]

    async def letters(self) -> list[dead.Letter]:
        """Every dead letter."""
        return [dead.read(record) for record in await self.bus.read(self.bus.topic(dead_topic(m.SERVICE)))]

    async def box(self, id: str) -> Box:
        """The stored box."""
        (box,) = await self.store.load(Box, "id", [id])
        assert isinstance(box, Box)
        return box

    async def items(self, *boxes: str) -> list[Item]:
        """What is stored of the boxes' items, by box and serial."""
        found: list[Item] = await self.store.load(Item, "box", boxes)
        return sorted(found, key=lambda item: (item.box, item.serial))

    async def entry(self, id: str) -> Entry | None:
        """The journal's record of a command."""
        return (await self.store.entries([id])).get(id)


Step = Callable[[], Awaitable[None]]


class Shaky(Store):
    """A store that fails when the test says so."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.fail_commits: list[BaseException] = []
        """Raised one by one instead of committing."""
        self.fail_after_commits: list[BaseException] = []
        """Raised one by one after a commit that took place: its fate is unknown to the caller."""
        self.fail_loads: list[Exception] = []
        self.before_commit: Step | None = None
        """Runs once, when the handlers are done and nothing is written yet."""
        self.commits = 0

    async def load(self, kind: type, field: str, values: Sequence[str]) -> list[Any]:
        if self.fail_loads:
            raise self.fail_loads.pop(0)
        return await self._store.load(kind, field, values)

    async def select(self, kind: type, where: Any, **options: Any) -> list[Any]:
        return await self._store.select(kind, where, **options)

    async def count(self, kind: type, where: Any, **options: Any) -> int:
        return await self._store.count(kind, where, **options)

    async def entries(self, ids: Sequence[str]) -> dict[str, Entry]:
        return await self._store.entries(ids)

    async def claim(self, partition: str, owner: str) -> int:
        return await self._store.claim(partition, owner)

    def stage(
        self, changes: Changes, entries: Sequence[Entry], positions: Sequence[Any]
    ) -> Callable[[], Awaitable[None]]:
        return partial(self._write, self._store.stage(changes, entries, positions))

    async def _write(self, staged: Callable[[], Awaitable[None]]) -> None:
        if self.before_commit is not None:
            step, self.before_commit = self.before_commit, None
            await step()
        if self.fail_commits:
            raise self.fail_commits.pop(0)
        await staged()
        self.commits += 1
        if self.fail_after_commits:
            raise self.fail_after_commits.pop(0)


def later(seconds: float) -> datetime:
    """A while after noon."""
    return NOON + timedelta(seconds=seconds)


def ids(incoming: Iterable[Incoming]) -> list[str]:
    """The ids of decoded messages."""
    return [message.id for message in incoming]
