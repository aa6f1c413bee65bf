"""Live pages: what has changed for whom, told from the event tail without asking the database for each phone.

A line is read once and then moved on by its events. Each event carries the line's revision, so that a repeat
is recognised and a gap makes the line be read again. Everything here is a cache: a plain reload of a page asks
the database.
"""

import asyncio
from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from services.queue.domain.ticket import State
from shared.contracts.queue import (
    CounterEvent,
    LineEvent,
    ServingFinished,
    ServingStarted,
    Text,
    TicketCalled,
    TicketCancelled,
    TicketEvent,
    TicketMissed,
    TicketPutBack,
    TicketRecalled,
    TicketTaken,
)
from shared.log import get_logger
from shared.messaging.envelope import Incoming
from shared.messaging.errors import Transient
from shared.web.sse import Hub

log = get_logger(__name__)

SETTLE_SECONDS = 0.02
"""How long changes are gathered before they are told: a burst at eight o'clock is one message a phone."""
READS_MOST = 3
"""How often a line is read again at once when its events run ahead of the read."""

_BECOMES: dict[type[TicketEvent], State] = {
    TicketTaken: "waiting",
    TicketPutBack: "waiting",
    TicketCalled: "called",
    TicketRecalled: "called",
    ServingStarted: "serving",
    ServingFinished: "finished",
    TicketMissed: "missed",
    TicketCancelled: "cancelled",
}


@dataclass(slots=True)
class LiveLine:
    """The order of one line's waiting tickets at a revision."""

    revision: int
    ranks: dict[str, int]
    """Waiting ticket → rank."""
    _order: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self._order = sorted(self.ranks.values())

    def apply(self, event: LineEvent) -> bool:
        """Move on by one event. False: an event is missing, the line must be read again."""
        if event.revision <= self.revision:
            return True
        if event.revision > self.revision + 1:
            return False
        self.revision = event.revision
        if isinstance(event, TicketTaken | TicketPutBack):
            self.ranks[event.ticket] = event.rank
            insort(self._order, event.rank)
        elif isinstance(event, TicketEvent):
            rank = self.ranks.pop(event.ticket, None)
            if rank is not None:
                del self._order[bisect_left(self._order, rank)]
        return True

    def ahead(self, ticket: str) -> int:
        """How many wait before this one; 0 where it does not wait."""
        rank = self.ranks.get(ticket)
        return 0 if rank is None else bisect_left(self._order, rank)


@dataclass(slots=True)
class Watched:
    """A ticket that somebody is looking at, as far as its page shows it."""

    number: str
    line: str
    state: str
    counter: str | None
    counter_names: Mapping[str, Text]
    languages: Counter[str] = field(default_factory=Counter)
    """Language → open pages in it."""

    @property
    def counter_name(self) -> Text | None:
        """What the office calls the counter of the latest call."""
        return self.counter_names.get(self.counter) if self.counter else None


class Scribe(Protocol):
    """Reads what live pages need and puts it into words. The readers may raise `Transient`."""

    async def line(self, id: str) -> LiveLine:
        """A line and its waiting tickets, at one moment."""

    async def office(self, topic: str) -> bytes:
        """The message of a board's or a counter's topic."""

    def ticket(self, ticket: Watched, ahead: int, language: str) -> bytes:
        """The message of a ticket's topic."""


class Live:
    """Tells open pages what they should show now."""

    def __init__(self, hub: Hub, scribe: Scribe) -> None:
        self._hub = hub
        self._scribe = scribe
        self._lines: dict[str, LiveLine] = {}
        self._arriving: dict[str, list[LineEvent]] = {}
        """Line that is being read → events that came meanwhile."""
        self._tickets: dict[str, Watched] = {}
        self._watched: dict[str, set[str]] = defaultdict(set)
        """Line → its watched tickets."""
        self._changed: set[str] = set()
        self._teller: asyncio.Task[None] | None = None

    def on_event(self, event: Incoming) -> None:
        """Take an event from the tail."""
        fact = event.message
        if not isinstance(fact, LineEvent):
            return
        self._move(fact)
        if isinstance(fact, TicketEvent) and (watched := self._tickets.get(fact.ticket)):
            watched.state = _BECOMES[type(fact)]
            watched.counter = fact.counter if isinstance(fact, CounterEvent) else None
        self._changed.add(fact.line)
        if self._teller is None or self._teller.done():
            self._teller = asyncio.create_task(self._tell())

    def watch(self, id: str, ticket: Watched, language: str) -> None:
        """Somebody looks at a ticket. To be followed by `unwatch`."""
        watched = self._tickets.setdefault(id, ticket)
        watched.languages[language] += 1
        self._watched[watched.line].add(id)

    def unwatch(self, id: str, language: str) -> None:
        """Somebody looks away."""
        watched = self._tickets[id]
        watched.languages[language] -= 1
        if not watched.languages.total():
            del self._tickets[id]
            self._watched[watched.line].discard(id)
            if not self._watched[watched.line]:
                del self._watched[watched.line]
                self._lines.pop(watched.line, None)

    def forget(self) -> None:
        """Events may have been missed: read every line again when it is next needed."""
        self._lines.clear()

    def _move(self, event: LineEvent) -> None:
        if event.line in self._arriving:
            self._arriving[event.line].append(event)
        line = self._lines.get(event.line)
        if line is not None and not line.apply(event):
            del self._lines[event.line]

    async def _tell(self) -> None:
        pause = SETTLE_SECONDS
        while self._changed:
            await asyncio.sleep(pause)
            started = asyncio.get_running_loop().time()
            changed, self._changed = self._changed, set()
            try:
                for office in {line.partition(":")[0] for line in changed}:
                    await self._tell_office(office)
                for line in changed & self._watched.keys():
                    await self._tell_line(line)
            except Transient as error:
                log.warning("live pages not told", error=str(error))
            pause = max(SETTLE_SECONDS, asyncio.get_running_loop().time() - started)  # half of the time at most

    async def _tell_office(self, office: str) -> None:
        for topic in [t for t in self._hub.topics() if t.startswith((f"board/{office}/", f"counter/{office}/"))]:
            self._hub.publish(topic, await self._scribe.office(topic))

    async def _tell_line(self, id: str) -> None:
        line = await self._line(id)
        for ticket in self._watched.get(id, ()):
            watched, ahead = self._tickets[ticket], line.ahead(ticket)
            for language in watched.languages:
                self._hub.publish(ticket_topic(ticket, language), self._scribe.ticket(watched, ahead, language))

    async def _line(self, id: str) -> LiveLine:
        line = self._lines.get(id)
        for _ in range(READS_MOST):
            if line is not None:
                break
            line = await self._read(id)
        if line is None:
            raise Transient(f"line {id} changes faster than it can be read")
        self._lines[id] = line
        return line

    async def _read(self, id: str) -> LiveLine | None:
        """The line, moved on by what came while it was read; None where something is missing in between."""
        arriving = self._arriving[id] = []
        try:
            line = await self._scribe.line(id)
        finally:
            del self._arriving[id]
        return line if all(line.apply(event) for event in arriving) else None


def ticket_topic(ticket: str, language: str) -> str:
    """Where a ticket's page listens."""
    return f"ticket/{ticket}/{language}"


def board_topic(office: str, language: str) -> str:
    """Where an office's board listens."""
    return f"board/{office}/{language}"


def counter_topic(office: str, counter: str, language: str) -> str:
    """Where a counter's page listens."""
    return f"counter/{office}/{counter}/{language}"
