"""Watches the clocks: sends `CheckClocks` for each incident of which something may be late by now, and `EndRule` for
each rule with another agency whose time is over.

Each worker process has one, and all may send at once: a command's id follows from the incident, the moment that was
due and which try it is, so that it takes effect once. A try that changed nothing, since the command was lost, is
still on its way or came by a clock that is behind ours, is followed by another one ever later. Where nothing is due
a look costs one step into an index.
"""

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import NamedTuple

from aiokafka.errors import KafkaError

from shared.clock import Clock, system_clock
from shared.contracts.message import Command, commands_topic
from shared.contracts.reports import SERVICE
from shared.contracts.reports.agencies import EndRule
from shared.contracts.reports.incidents import CheckClocks
from shared.log import get_logger
from shared.messaging.envelope import encode_command
from shared.messaging.errors import Transient
from shared.messaging.kafka import Publisher, new_broker
from shared.messaging.mongo_store import MongoStore
from shared.messaging.store import Published
from shared.mongo import Client, Collection, Database, passing_errors
from shared.settings import Settings

log = get_logger(__name__)

LOOK_SECONDS = 0.25
RETRY_SECONDS_MOST = 30.0
"""Between two looks, while broker or database are away."""
FIRST_AGAIN = timedelta(seconds=5)
"""When the second try is made. Each one after waits four times as long."""
AT_ONCE = 500
"""Commands in one publication."""
REMEMBERED = 50_000
SOURCE = "/kentongan/reports/clocks"


class Due(NamedTuple):
    """Something that must be looked at."""

    id: str
    office: str
    due: datetime

    def try_at(self, now: datetime) -> int:
        """Which try is due at a moment."""
        waited, span, number = now - self.due, FIRST_AGAIN, 0
        while waited >= span:
            span, number = span * 4, number + 1
        return number

    def command_id(self, number: int) -> str:
        """The same for everybody who makes this try."""
        told = f"{self.id} {self.due.isoformat()} {number}"
        return f"clock-{hashlib.sha256(told.encode()).hexdigest()[:40]}"


Wish = Callable[[Due], Command]
"""What is asked for something that is due."""


def _check(due: Due) -> Command:
    return CheckClocks(office=due.office, incident=due.id)


def _end(due: Due) -> Command:
    return EndRule(office=due.office, rule=due.id, reason="expired")


WATCHED: Mapping[str, Wish] = {"incidents": _check, "rules": _end}
"""Collection of documents with `office` and `due` → what is asked when that has come."""


class Deadlines:
    """Looks for what is due, and has it checked."""

    def __init__(self, database: Database, settings: Settings, clock: Clock) -> None:
        self._watched = {wish: database[name] for name, wish in WATCHED.items()}
        self._clock = clock
        self._topic = settings.topic(commands_topic(SERVICE))
        self._broker = new_broker(settings)
        self._publisher = Publisher(self._broker)
        self._sent: dict[str, None] = {}
        """What this process has sent of late."""
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to watch. Raises `Transient` where the broker is away."""
        try:
            await self._broker.start()
        except (KafkaError, TimeoutError) as error:
            await self._broker.stop()
            raise Transient(f"the broker is away: {error!r}") from error
        self._task = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """Leave off."""
        await self.rest()
        await self._broker.stop()

    async def rest(self) -> None:
        """Look no more by itself."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def look(self) -> int:
        """Send what must be checked by now; returns how much. Raises `Transient`."""
        return sum([await self._look_at(collection, wish) for wish, collection in self._watched.items()])

    async def _look_at(self, collection: Collection, wish: Wish) -> int:
        now = self._clock()
        sent = 0
        batch: dict[str, Published] = {}
        with passing_errors():
            found = collection.find({"due": {"$lte": now}}, {"office": 1, "due": 1}).sort("due").batch_size(AT_ONCE)
            async for document in found:
                due = Due(document["_id"], document["office"], document["due"])
                id = due.command_id(due.try_at(now))
                if id not in self._sent:
                    batch[id] = self._message(wish(due), id, now)
                if len(batch) == AT_ONCE:
                    sent += await self._send(batch)
                    batch = {}
        return sent + (await self._send(batch) if batch else 0)

    async def _send(self, batch: dict[str, Published]) -> int:
        await self._publisher.publish(list(batch.values()))
        self._remember(list(batch))
        return len(batch)

    def _remember(self, ids: Sequence[str]) -> None:
        self._sent.update(dict.fromkeys(ids))
        while len(self._sent) > REMEMBERED:
            del self._sent[next(iter(self._sent))]

    def _message(self, command: Command, id: str, now: datetime) -> Published:
        key, value, headers = encode_command(
            command, id=id, source=SOURCE, time=now, actor="system", correlation_id=id, traceparent=None
        )
        return Published(self._topic, key, value, headers)

    async def _watch(self) -> None:
        pause = LOOK_SECONDS
        while True:
            try:
                await self.look()
            except Transient as error:
                pause = min(pause * 2, RETRY_SECONDS_MOST)
                log.warning("clocks must be looked at later", error=str(error))
            except Exception:
                pause = min(pause * 2, RETRY_SECONDS_MOST)
                log.exception("clocks could not be looked at")
            else:
                pause = LOOK_SECONDS
            await asyncio.sleep(pause)


def watched_deadlines(client: Client, settings: Settings, _: MongoStore) -> Deadlines:
    """The watcher as it runs beside a worker."""
    return Deadlines(client[settings.database(SERVICE)], settings, system_clock)
