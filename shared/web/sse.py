"""Server-sent events to many: a thousand phones and boards on one process.

A message says how a view looks now, never how it changed. So only the latest one of a topic matters, and a
subscriber holds at most one waiting message a topic, however slow its line is.

Invariants: what is published is encoded once; `publish` never waits for anybody; a stream ends when its
client goes, or when the process is told to stop, and never otherwise.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import count

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

HEARTBEAT_SECONDS = 15.0
RETRY_MILLISECONDS = 3000
BEAT = b"event: beat\ndata: 1\n\n"
"""A heartbeat that a page can see, so that it notices a line that is dead without having been closed."""

HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def frame(data: bytes, *, id: int | None = None, event: str | None = None) -> bytes:
    """One message in the stream's form. `data` is a text of any lines, such as a JSON document."""
    lines = [b"data: " + line for line in data.splitlines() or [b""]]
    if event is not None:
        lines.insert(0, b"event: " + event.encode())
    if id is not None:
        lines.insert(0, b"id: %d" % id)
    return b"\n".join(lines) + b"\n\n"


class Subscription:
    """What one stream has yet to send."""

    __slots__ = ("_closed", "_pending", "_wake")

    def __init__(self) -> None:
        self._pending: dict[str, bytes] = {}
        self._wake = asyncio.Event()
        self._closed = False

    def offer(self, topic: str, framed: bytes) -> None:
        """Take a message; one of the same topic that still waits is forgotten."""
        self._pending[topic] = framed
        self._wake.set()

    def close(self) -> None:
        """End the stream after what still waits."""
        self._closed = True
        self._wake.set()

    async def next(self) -> bytes:
        """Everything that waits, as one chunk; empty at the end of the stream."""
        await self._wake.wait()
        if not self._closed:
            self._wake.clear()
        chunk = b"".join(self._pending.values())
        self._pending.clear()
        return chunk


class Hub:
    """Who listens to which topic in this process."""

    def __init__(self) -> None:
        self._topics: dict[str, set[Subscription]] = {}
        self._all: set[Subscription] = set()
        self._ids = count(1)
        self._closed = False

    def __len__(self) -> int:
        """The number of open streams."""
        return len(self._all)

    def topics(self) -> Iterable[str]:
        """The topics that somebody listens to: nothing need be prepared for others."""
        return self._topics.keys()

    def publish(self, topic: str, data: bytes) -> int:
        """Tell everyone who listens to `topic`. Returns how many they are."""
        subscribers = self._topics.get(topic)
        if not subscribers:
            return 0
        framed = frame(data, id=next(self._ids))
        for subscription in subscribers:
            subscription.offer(topic, framed)
        return len(subscribers)

    @contextmanager
    def subscribe(self, *topics: str) -> Iterator[Subscription]:
        """Listen. Subscribe first and read the present state after, so that no change falls in between."""
        subscription = Subscription()
        if self._closed:
            subscription.close()
        self._all.add(subscription)
        for topic in topics:
            self._topics.setdefault(topic, set()).add(subscription)
        try:
            yield subscription
        finally:
            self._all.discard(subscription)
            for topic in topics:
                if subscribers := self._topics.get(topic):
                    subscribers.discard(subscription)
                    if not subscribers:
                        del self._topics[topic]

    def end(self, topic: str) -> None:
        """End the streams that listen to `topic`; who may still listen comes back."""
        for subscription in self._topics.get(topic, ()):
            subscription.close()

    def close(self) -> None:
        """End every stream, now and from now on: the process stops, and clients come back to another one."""
        self._closed = True
        for subscription in self._all:
            subscription.close()


class EventStreamResponse(Response):
    """Streams a subscription until the client goes or the hub closes."""

    def __init__(self, hub: Hub, *topics: str, first: Callable[[], Awaitable[bytes]]) -> None:
        """`first` gives the view's present state, which every stream begins with.

        It is asked after the subscription has begun, and before the answer has: what it raises is answered
        like any other error.
        """
        super().__init__(headers=HEADERS, media_type="text/event-stream")
        self._hub = hub
        self._topics = topics
        self._first = first

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(name, value) for name, value in self.raw_headers if name != b"content-length"]
        with self._hub.subscribe(*self._topics) as subscription:
            opening = b"retry: %d\n\n" % RETRY_MILLISECONDS + frame(await self._first())
            await send({"type": "http.response.start", "status": self.status_code, "headers": headers})
            await send({"type": "http.response.body", "body": opening, "more_body": True})
            watcher = asyncio.create_task(_close_at_disconnect(receive, subscription))
            heart = _Heart(subscription)
            try:
                while chunk := await subscription.next():
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
                await send({"type": "http.response.body", "body": b"", "more_body": False})
            except OSError:
                return  # the line broke while we wrote
            finally:
                heart.stop()
                watcher.cancel()


class _Heart:
    """Offers a heartbeat at a steady pace. A timer, not a task: there is one for each of a thousand streams."""

    __slots__ = ("_loop", "_subscription", "_timer")

    def __init__(self, subscription: Subscription) -> None:
        self._loop = asyncio.get_running_loop()
        self._subscription = subscription
        self._timer = self._loop.call_later(HEARTBEAT_SECONDS, self._beat)

    def stop(self) -> None:
        self._timer.cancel()

    def _beat(self) -> None:
        self._subscription.offer("", BEAT)
        self._timer = self._loop.call_later(HEARTBEAT_SECONDS, self._beat)


async def _close_at_disconnect(receive: Receive, subscription: Subscription) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    subscription.close()
