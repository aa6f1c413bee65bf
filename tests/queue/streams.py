"""An open event stream, read as a page reads it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from starlette.types import Message, Receive, Scope, Send

from tests.support.site import WebSite
from tests.support.waiting import until

Told = dict[str, Any]


class Stream:
    """What a stream has told so far."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.messages: list[Told] = []
        self.ended = False
        self.gone = asyncio.Event()
        """Set by who looks away."""
        self._unread = b""

    @property
    def latest(self) -> Told:
        """What the page shows now."""
        return self.messages[-1]

    async def shows(self, holds: Callable[[Told], bool], *, within: float = 10) -> Told:
        """Wait for the page to show something; returns it."""

        def shown() -> bool:
            return bool(self.messages) and holds(self.latest)

        try:
            await until(shown, within=within)
        except AssertionError:
            raise AssertionError(f"the stream told last: {self.messages[-3:]}") from None
        return self.latest

    def take(self, message: Message) -> None:
        """Read a part of the answer."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
            return
        self._unread += message.get("body", b"")
        self.ended = not message.get("more_body", False)
        *frames, self._unread = self._unread.split(b"\n\n")
        for frame in frames:
            lines = frame.split(b"\n")
            data = b"\n".join(line.removeprefix(b"data: ") for line in lines if line.startswith(b"data: "))
            if data and b"event: beat" not in lines:
                self.messages.append(json.loads(data))


@asynccontextmanager
async def listening(site: WebSite, address: str, headers: Mapping[str, str] | None = None) -> AsyncIterator[Stream]:
    """A stream that has told how things stand, until the end of the block."""
    stream = Stream()
    path, query = urlsplit(address).path, urlsplit(address).query
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"host", b"kentongan.test")] + [(n.encode(), v.encode()) for n, v in (headers or {}).items()],
        "client": ("127.0.0.1", 50_000),
        "server": ("kentongan.test", 80),
        "state": {},
    }
    task = asyncio.create_task(_run(site.app, scope, stream))
    try:
        await until(lambda: bool(stream.messages) or task.done(), within=10, what=f"{path} tells something")
        yield stream
    finally:
        stream.gone.set()
        await task


async def _run(app: Callable[[Scope, Receive, Send], Any], scope: Scope, stream: Stream) -> None:
    asked = False

    async def receive() -> Message:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await stream.gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        stream.take(message)

    await app(scope, receive, send)
