"""Many people who post at once, each on a connection that is kept for the next: as little as a client can cost.

A client that shares the desk's cores must not be what is measured: a general one takes more for a report than the desk.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Citizens:
    """Connections to one address."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self._idle: list[Connection] = []

    async def post(self, path: str, body: Any, headers: Mapping[str, str]) -> tuple[int, Any]:
        """Post JSON; returns the status and the JSON of the answer, which must say how long it is."""
        reader, writer = self._idle.pop() if self._idle else await asyncio.open_connection(self._host, self._port)
        sent = json.dumps(body).encode()
        named = {
            "Host": f"{self._host}:{self._port}",
            "Content-Type": "application/json",
            "Content-Length": str(len(sent)),
            **headers,
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in named.items())
        writer.write(f"POST {path} HTTP/1.1\r\n{lines}\r\n".encode() + sent)
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.split("content-length:", 1)[1].split("\r\n", 1)[0])
        answer = json.loads(await reader.readexactly(length))
        self._idle.append((reader, writer))
        return int(head.split(" ", 2)[1]), answer

    async def leave(self) -> None:
        """Close what is open."""
        for _, writer in self._idle:
            writer.close()
            await writer.wait_closed()


@asynccontextmanager
async def citizens(host: str, port: int) -> AsyncIterator[Citizens]:
    """People who leave at the end."""
    people = Citizens(host, port)
    try:
        yield people
    finally:
        await people.leave()
