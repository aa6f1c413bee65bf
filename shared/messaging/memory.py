"""The in-memory twin of store and bus, held to the same test suite as MongoDB and Kafka.

It keeps what makes them hard: copies instead of references, unique indexes, version conflicts, fencing,
partitions by key, offsets that are committed apart from the effect.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from copy import copy
from functools import partial
from operator import attrgetter
from typing import Any
from zlib import crc32

from shared.messaging.envelope import Record
from shared.messaging.errors import Fenced, Transient
from shared.messaging.loop import Loop
from shared.messaging.routes import Index, Kind
from shared.messaging.store import A, DuplicateEntry, Entry, Position, Published, Rejected, Store, Where, matches
from shared.messaging.work import Changes


class MemoryStore(Store):
    """A `Store` that forgets when the process ends."""

    def __init__(self, kinds: Sequence[Kind]) -> None:
        self._kinds = {kind.type: kind for kind in kinds}
        self._rows: dict[type, dict[str, Any]] = {kind.type: {} for kind in kinds}
        self.journal: dict[str, Entry] = {}
        self._owners: dict[str, Position] = {}

    def all(self, kind: type) -> list[Any]:
        """Every stored aggregate of a kind, for assertions."""
        return [copy(row) for row in self._rows[kind].values()]

    async def load(self, kind: type[A], field: str, values: Sequence[str]) -> list[A]:
        rows = self._rows[kind]
        if field == "id":
            return [copy(rows[value]) for value in values if value in rows]
        wanted = set(values)
        return [copy(row) for row in rows.values() if getattr(row, field) in wanted]

    async def select(
        self,
        kind: type,
        where: Where,
        *,
        order: tuple[str, ...],
        limit: int,
    ) -> list[Any]:
        found = [row for row in self._rows[kind].values() if matches(row, where)]
        found.sort(key=attrgetter(*order))
        return [copy(row) for row in found[:limit]]

    async def count(self, kind: type, where: Where, *, without: Collection[str] = ()) -> int:
        return sum(matches(row, where) for id, row in self._rows[kind].items() if id not in without)

    async def entries(self, ids: Sequence[str]) -> dict[str, Entry]:
        return {id: self.journal[id] for id in ids if id in self.journal}

    async def claim(self, partition: str, owner: str) -> int:
        before = self._owners.get(partition)
        offset = before.offset if before else 0
        self._owners[partition] = Position(partition, owner, offset)
        return offset

    def stage(
        self, changes: Changes, entries: Sequence[Entry], positions: Sequence[Position]
    ) -> Callable[[], Awaitable[None]]:
        new, changed = [[copy(aggregate) for aggregate in some] for some in (changes.new, changes.changed)]
        return partial(self._write, Changes(new, changed), entries, positions)

    async def _write(self, changes: Changes, entries: Sequence[Entry], positions: Sequence[Position]) -> None:
        owners = {partition: position.owner for partition, position in self._owners.items()}
        lost = frozenset(p.partition for p in positions if owners.get(p.partition) != p.owner)
        if lost:
            raise Fenced(lost)
        if any(entry.id in self.journal for entry in entries):
            raise DuplicateEntry
        self._check(changes)
        for row in [*changes.new, *changes.changed]:
            row.version += 1
            self._rows[type(row)][row.id] = row
        self.journal.update((entry.id, entry) for entry in entries)
        self._owners.update((p.partition, p) for p in positions)

    def _check(self, changes: Changes) -> None:
        for aggregate in changes.new:
            if aggregate.id in self._rows[type(aggregate)]:
                raise Rejected(f"{type(aggregate).__name__} {aggregate.id} exists already")
        for aggregate in changes.changed:
            stored = self._rows[type(aggregate)].get(aggregate.id)
            if stored is None or stored.version != aggregate.version:
                raise Transient(f"{type(aggregate).__name__} {aggregate.id} was changed by another")
        for kind in self._kinds.values():
            written = [a for a in (*changes.changed, *changes.new) if type(a) is kind.type]
            for index in kind.indexes:
                if index.unique and written:
                    _check_unique(self._rows[kind.type], written, index)


def _check_unique(rows: Mapping[str, Any], written: Sequence[Any], index: Index) -> None:
    """One write after the other, as MongoDB does: what one frees a later one may take."""
    read = attrgetter(*index.fields)
    first = attrgetter(index.fields[0])
    current = dict(rows)
    taken = {read(row): row.id for row in rows.values()}
    for row in written:
        before = current.get(row.id)
        if before is not None and taken.get(read(before)) == row.id:
            del taken[read(before)]
        current[row.id] = row
        if index.partial and first(row) is None:
            continue
        if read(row) in taken:
            raise Rejected(f"not unique: {', '.join(index.fields)}")
        taken[read(row)] = row.id


class MemoryBus:
    """Topics of one process: ordered per partition, kept until asked, no groups and no rebalance."""

    def __init__(self, partitions: int = 3) -> None:
        self._partitions = partitions
        self._logs: dict[str, list[Record]] = defaultdict(list)
        self._clock_ms = 0

    def publish(self, message: Published, *, timestamp_ms: int | None = None) -> Record:
        """Append a message to the partition of its key."""
        partition = crc32(message.key or b"") % self._partitions
        log = self._logs[f"{message.topic}/{partition}"]
        record = Record(
            topic=message.topic,
            partition=partition,
            offset=len(log),
            timestamp_ms=timestamp_ms if timestamp_ms is not None else self._clock_ms,
            key=message.key,
            value=message.value,
            headers=message.headers,
        )
        log.append(record)
        return record

    def partitions(self, topic: str) -> list[str]:
        """The names of a topic's partitions."""
        return [f"{topic}/{n}" for n in range(self._partitions)]

    def read(self, partition: str, offset: int, limit: int) -> list[Record]:
        """What lies in a partition from an offset on."""
        return self._logs[partition][offset : offset + limit]

    def all(self, topic: str) -> list[Record]:
        """Everything in a topic, by partition and offset."""
        return [record for partition in self.partitions(topic) for record in self._logs[partition]]

    def everything(self) -> list[Record]:
        """Everything in all topics."""
        return [record for log in self._logs.values() for record in log]


class MemoryWorker:
    """Drives a `Loop` over a `MemoryBus` as the Kafka worker does: settle, publish, then commit offsets."""

    def __init__(self, loop: Loop, bus: MemoryBus, *, batch_size: int = 500) -> None:
        self.loop = loop
        self._bus = bus
        self._batch_size = batch_size
        self.committed: dict[str, int] = defaultdict(int)

    async def start(self) -> None:
        """Take over every partition."""
        await self.loop.claim(p for topic in self.loop.topics for p in self._bus.partitions(topic))

    async def step(self) -> int:
        """Handle one batch; returns how many messages it had."""
        batch: list[Record] = []
        for topic in self.loop.topics:
            for partition in self._bus.partitions(topic):
                room = self._batch_size - len(batch)
                batch.extend(self._bus.read(partition, self.committed[partition], room) if room else [])
        if batch:
            settled = await self.loop.settle(batch)
            for message in settled.messages:
                self._bus.publish(message, timestamp_ms=batch[0].timestamp_ms)
            for record in batch:
                self.committed[record.place] = record.offset + 1
        return len(batch)

    async def run(self) -> None:
        """Handle everything there is."""
        while await self.step():
            pass
