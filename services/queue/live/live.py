"""Live pages: what has changed for whom, told from the event tail without asking the database for each phone.

A line and those of its tickets that somebody looks at are read at one moment and then moved on together by the
line's events. Each event carries the line's revision, so that a repeat changes nothing and a gap makes all of it
be read again. Everything here is a cache: a plain reload of a page asks the database.
"""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Protocol

from services.queue.live.watched import LiveLine, Step, Watched, line_after
from shared.contracts.queue import AtCounter, LineEvent, OfficeConfigured, TicketEvent
from shared.errors import Refused
from shared.log import get_logger
from shared.messaging.envelope import Incoming
from shared.messaging.errors import Transient
from shared.web.sse import Hub

log = get_logger(__name__)

SETTLE_SECONDS = 0.02
"""How long changes are gathered before they are told: a burst at eight o'clock is one message a phone."""
READS_MOST = 3
"""How often a line is read again at once when its events run ahead of the read."""
RETRY_SECONDS = 1.0
"""After which what could not be read is asked for again."""


class Scribe(Protocol):
    """Reads what live pages need and puts it into words. The readers may raise `Transient`."""

    async def line(self, id: str, tickets: Collection[str]) -> tuple[LiveLine, Mapping[str, Step]]:
        """A line, and the steps of some of its tickets, all at one moment."""

    async def office(self, topic: str) -> bytes:
        """The message of a board's or a counter's topic. Raises `Refused` where there is none any more."""

    def ticket(self, id: str, ticket: Watched, ahead: int, language: str) -> bytes:
        """The message of a ticket's topic."""


class Live:
    """Tells open pages what they should show now."""

    def __init__(self, hub: Hub, scribe: Scribe) -> None:
        self._hub = hub
        self._scribe = scribe
        self._lines: dict[str, LiveLine] = {}
        """Lines that are known together with all their watched tickets."""
        self._arriving: dict[str, list[LineEvent]] = {}
        """Line that is being read → events that came meanwhile."""
        self._tickets: dict[str, Watched] = {}
        self._watched: dict[str, set[str]] = defaultdict(set)
        """Line → its watched tickets."""
        self._changed: set[str] = set()
        """Lines of which something has happened that is not told yet."""
        self._offices: set[str] = set()
        """Offices of which boards and counters are not told yet."""
        self._joined: set[str] = set()
        """Lines that somebody has begun to look at."""
        self._teller: asyncio.Task[None] | None = None

    def on_event(self, event: Incoming) -> None:
        """Take an event from the tail."""
        fact = event.message
        if isinstance(fact, LineEvent):
            self._move(fact)
            self._changed.add(fact.line)
        if isinstance(fact, LineEvent | AtCounter | OfficeConfigured):
            self._offices.add(fact.office)
            self._wake_teller()

    def retell(self, office: str) -> None:
        """What is told of waiting in an office may be another now."""
        if lines := {line for line in self._watched if line.startswith(f"{office}:")}:
            self._joined |= lines
            self._wake_teller()
        if any(topic.startswith(f"board/{office}/") for topic in self._hub.topics()):
            self._offices.add(office)
            self._wake_teller()

    def watch(self, id: str, ticket: Watched, language: str) -> None:
        """Somebody looks at a ticket. To be followed by `unwatch`.

        Its line is read once more together with it: something may have happened since it was read alone.
        """
        watched = self._tickets.setdefault(id, ticket)
        watched.languages[language] += 1
        self._watched[watched.line].add(id)
        self._lines.pop(watched.line, None)
        self._joined.add(watched.line)
        self._wake_teller()

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

    # Keeping up ----------------------------------------------------------------------------------------

    def _move(self, event: LineEvent) -> None:
        if (arriving := self._arriving.get(event.line)) is not None:
            arriving.append(event)
        elif (line := self._lines.get(event.line)) is not None and not self._apply(line, event):
            del self._lines[event.line]

    def _apply(self, line: LiveLine, event: LineEvent) -> bool:
        """Move a line and whom it concerns on by one event. False: one is missing, all must be read again."""
        before = line.revision
        if not line.apply(event):
            return False
        if line.revision > before and isinstance(event, TicketEvent) and (watched := self._tickets.get(event.ticket)):
            watched.move(event)
            self._follow(event.ticket, watched, line_after(event))
        return True

    async def _line(self, id: str) -> LiveLine:
        line = self._lines.get(id)
        for _ in range(READS_MOST):
            if line is not None:
                return line
            line = await self._read(id)
        if line is None:
            raise Transient(f"line {id} changes faster than it can be read")
        return line

    async def _read(self, id: str) -> LiveLine | None:
        """The line, moved on by what came while it was read; None where something is missing in between."""
        asked = set(self._watched.get(id, ()))
        arriving = self._arriving[id] = []
        try:
            line, steps = await self._scribe.line(id, asked)
        finally:
            del self._arriving[id]
        for ticket in steps.keys() & self._tickets.keys():
            watched, step = self._tickets[ticket], steps[ticket]
            watched.state, watched.counter = step.state, step.counter
            self._follow(ticket, watched, step.line)
        if not all(self._apply(line, event) for event in arriving):
            return None
        if self._watched.get(id, set()) <= asked:  # else who has joined meanwhile is still to be read
            self._lines[id] = line
        return line

    def _follow(self, ticket: str, watched: Watched, line: str) -> None:
        """A watched ticket is in this line now, which must be read together with it."""
        if line == watched.line:
            return
        self._watched[watched.line].discard(ticket)
        watched.line = line
        self._watched[line].add(ticket)
        self._lines.pop(line, None)
        self._joined.add(line)
        self._wake_teller()

    # Telling -------------------------------------------------------------------------------------------

    def _wake_teller(self) -> None:
        if self._teller is None or self._teller.done():
            self._teller = asyncio.create_task(self._tell())

    async def _tell(self) -> None:
        pause = SETTLE_SECONDS
        while self._changed or self._joined or self._offices:
            await asyncio.sleep(pause)
            started = asyncio.get_running_loop().time()
            changed, joined, offices = self._changed, self._joined, self._offices
            self._changed, self._joined, self._offices = set(), set(), set()
            try:
                for office in offices:
                    await self._tell_office(office)
                for line in (changed | joined) & self._watched.keys():
                    await self._tell_line(line)
            except Transient as error:
                log.warning("live pages must wait", error=str(error))
                self._changed |= changed
                self._joined |= joined
                self._offices |= offices
                pause = RETRY_SECONDS
            else:
                pause = max(SETTLE_SECONDS, asyncio.get_running_loop().time() - started)  # half of the time at most

    async def _tell_office(self, office: str) -> None:
        for topic in [t for t in self._hub.topics() if t.startswith((f"board/{office}/", f"counter/{office}/"))]:
            try:
                self._hub.publish(topic, await self._scribe.office(topic))
            except Refused as gone:  # a counter that the office has given up since its page was opened
                log.info("nothing to tell", topic=topic, reason=gone.slug)

    async def _tell_line(self, id: str) -> None:
        line = await self._line(id)
        for ticket in self._watched.get(id, ()):
            watched, ahead = self._tickets[ticket], line.ahead(ticket)
            watched.closing = line.closing
            for language in watched.languages:
                message = self._scribe.ticket(ticket, watched, ahead, language)
                if watched.told.get(language) != message:
                    watched.told[language] = message
                    self._hub.publish(ticket_topic(ticket, language), message)


def ticket_topic(ticket: str, language: str) -> str:
    """Where a ticket's page listens."""
    return f"ticket/{ticket}/{language}"


def board_topic(office: str, part: str, language: str) -> str:
    """Where a board of an office, or of a part of it, listens."""
    return f"board/{office}/{part}/{language}"


def counter_topic(office: str, counter: str, language: str) -> str:
    """Where a counter's page listens."""
    return f"counter/{office}/{counter}/{language}"
