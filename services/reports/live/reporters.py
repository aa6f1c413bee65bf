"""Live pages of reporters and followers: a report that somebody looks at is read again when something happens to it.

Few look at one report, so each change is one question to the database, gathered for a moment, and none where nobody
looks. Everything here is a cache: a plain reload of a page asks the database.
"""

import asyncio
from typing import Protocol

from shared.contracts.reports.base import IncidentEvent
from shared.errors import Refused
from shared.log import get_logger
from shared.messaging.envelope import Incoming
from shared.messaging.errors import Transient
from shared.web.sse import Hub

log = get_logger(__name__)

SETTLE_SECONDS = 0.02
RETRY_SECONDS = 1.0


class Scribe(Protocol):
    """Reads a topic's view and puts it into words."""

    async def topic(self, topic: str) -> bytes:
        """The message of a topic as things are now. Raises `Refused` where there is none any more, and `Transient`."""


def topic_of(kind: str, incident: str, id: str, language: str) -> str:
    """What a page listens to: `kind` is `report` or `follow`, `id` that of the report or the follower."""
    return f"{kind}/{incident}/{id}/{language}"


class LiveReports:
    """Tells open pages what they should show now."""

    def __init__(self, hub: Hub, scribe: Scribe) -> None:
        self._hub = hub
        self._scribe = scribe
        self._changed: set[str] = set()
        self._teller: asyncio.Task[None] | None = None

    def on_event(self, event: Incoming) -> None:
        """Take an event from the tail."""
        if isinstance(event.message, IncidentEvent):
            self._changed.add(event.message.incident)
            if self._teller is None or self._teller.done():
                self._teller = asyncio.create_task(self._tell())

    async def _tell(self) -> None:
        while self._changed:
            await asyncio.sleep(SETTLE_SECONDS)
            changed, self._changed = self._changed, set()
            for topic in [topic for topic in self._hub.topics() if _incident(topic) in changed]:
                try:
                    self._hub.publish(topic, await self._scribe.topic(topic))
                except Refused:
                    self._hub.end(topic)
                except Transient:
                    self._changed.add(_incident(topic))
            if self._changed & changed:
                await asyncio.sleep(RETRY_SECONDS)


def _incident(topic: str) -> str:
    """Of which incident a topic tells; empty for a topic that is another's."""
    kind, _, rest = topic.partition("/")
    return rest.partition("/")[0] if kind in ("report", "follow") else ""
