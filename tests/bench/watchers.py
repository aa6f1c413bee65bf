"""A thousand open pages, as cheap as they can be had: bare sockets in a process of their own.

`python -m tests.bench.watchers <host> <port>` reads a `Wish` as one line of JSON and opens all its event streams. It
says so when each has had its first message. For each further line of input it tells what has come since: which stream,
when by the machine's monotonic clock, and the data. Nothing is parsed while messages come.
"""

import asyncio
import json
import re
import sys
from collections.abc import Iterator
from time import monotonic
from typing import TypedDict, cast

import uvloop

LONGEST_LINE_BYTES = 1 << 20
AT_ONCE = 50
"""Streams that are being opened together: a real crowd doesn't come in one millisecond either."""
_DATA = b"data: "
_STATE = b"data: {"
"""What a page shows. The heartbeat's data is a number."""


class Wish(TypedDict):
    """What is to be opened."""

    paths: list[str]
    headers: dict[str, str]
    """To ask for each of them with."""
    kept: str
    """A regular expression whose first group is all that is told of a message."""


class Page(asyncio.Protocol):
    """One stream, and the moments at which something came."""

    def __init__(self, request: bytes) -> None:
        self._request = request
        self._came: list[tuple[float, bytes]] = []
        self._cut = b""
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        cast(asyncio.Transport, transport).write(self._request)

    def data_received(self, data: bytes) -> None:
        self._came.append((monotonic(), data))
        if not self.opened.done() and _DATA in data:
            self.opened.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.opened.done():
            said = b"".join(data for _, data in self._came)
            self.opened.set_exception(ConnectionError(f"no stream: {said[:300]!r}"))

    def taken(self, kept: "re.Pattern[str]") -> Iterator[tuple[float, str]]:
        """What has come since this was asked last of each message's data, with the moment at which it was whole."""
        came, self._came = self._came, []
        for moment, data in came:
            *lines, self._cut = (self._cut + data).split(b"\n")
            for line in lines:
                if line.startswith(_STATE) and (found := kept.search(line.removeprefix(_DATA).decode())):
                    yield moment, found[1]


async def main(host: str, port: int) -> None:
    """Open, then tell whenever asked."""
    loop = asyncio.get_running_loop()
    asked = asyncio.StreamReader(limit=LONGEST_LINE_BYTES)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(asked), sys.stdin)
    few = asyncio.Semaphore(AT_ONCE)

    wish: Wish = json.loads(await asked.readline())
    kept = re.compile(wish["kept"])
    headers = {"Host": f"{host}:{port}", "Accept": "text/event-stream", **wish["headers"]}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())

    async def opened(path: str) -> Page:
        async with few:
            request = f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode()
            _, page = await loop.create_connection(lambda: Page(request), host, port)
            await page.opened
            return page

    pages = await asyncio.gather(*map(opened, wish["paths"]))
    _say(len(pages))
    while await asked.readline():
        _say([(n, moment, data) for n, page in enumerate(pages) for moment, data in page.taken(kept)])


def _say(what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], int(sys.argv[2])))
