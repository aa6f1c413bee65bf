"""A whole service in memory: send a command, see what it came to."""

from collections.abc import Iterable
from datetime import datetime
from itertools import count
from typing import Any

from shared.contracts.message import Command, Event, Message, Refusal, commands_topic, dead_topic, events_topic
from shared.messaging import dead
from shared.messaging.envelope import Codec, Record, encode_command
from shared.messaging.loop import Loop
from shared.messaging.memory import MemoryBus, MemoryStore, MemoryWorker
from shared.messaging.routes import Routes
from shared.messaging.store import Published

KEY = b"a key for tests, 32 bytes long.."


class Twin:
    """Runs the real loop over the in-memory bus and store, at a time that the test decides."""

    def __init__(self, routes: Routes, events: Iterable[type[Message]], now: datetime) -> None:
        self.now = now
        self.service = routes.service
        self.store = MemoryStore(routes.kinds)
        self.bus = MemoryBus()
        self._codec = Codec(events)
        owners = count(1)
        self.loop = Loop(routes, self.store, key=KEY, clock=lambda: self.now, new_owner=lambda: f"owner-{next(owners)}")
        self.worker = MemoryWorker(self.loop, self.bus)
        self._ids = count(1)
        self._started = False

    async def send(self, command: Command, *, id: str | None = None, actor: str = "system") -> list[Event]:
        """Put a command on the bus, let the worker run, and return the events that this command caused."""
        id = id or f"cmd-{next(self._ids):05d}"
        self.put(command, id=id, actor=actor)
        seen = set(self.bus.all(events_topic(self.service)))
        await self.run()
        new = [record for record in self.bus.all(events_topic(self.service)) if record not in seen]
        return [event for event, cause in self._decoded(new) if cause == id]

    def put(self, command: Command, *, id: str, actor: str = "system") -> None:
        """Put a command on the bus, to be handled by the next `run`."""
        key, value, headers = encode_command(
            command, id=id, source="/test", time=self.now, actor=actor, correlation_id=id, traceparent=None
        )
        self.bus.publish(
            Published(commands_topic(self.service), key, value, headers), timestamp_ms=int(self.now.timestamp() * 1000)
        )

    async def run(self) -> None:
        """Let the worker handle everything there is, as one batch where it fits."""
        if not self._started:
            await self.worker.start()
            self._started = True
        await self.worker.run()

    def events(self) -> list[tuple[Event, str]]:
        """Every published event with the id of the command that caused it."""
        return self._decoded(self.bus.all(events_topic(self.service)))

    def _decoded(self, records: Iterable[Record]) -> list[tuple[Event, str]]:
        decoded = [self._codec.decode(record) for record in records]
        return [(e.message, e.causation_id) for e in decoded if isinstance(e.message, Event)]

    def letters(self) -> list[dead.Letter]:
        """Every dead letter."""
        return [dead.read(record) for record in self.bus.all(dead_topic(self.service))]

    def all(self, kind: type) -> list[Any]:
        """Every stored aggregate of a kind."""
        return self.store.all(kind)


def refused(events: list[Event]) -> str:
    """The reason of the one refusal among a command's events."""
    (event,) = events
    assert isinstance(event, Refusal), event
    return event.reason
