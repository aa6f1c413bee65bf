"""A TCP proxy that can cut and freeze what goes through it, so that shared servers needn't be touched.

Kafka's clients leave the address they were given for the one that the broker advertises. `KafkaProxy` puts its
own port into the broker's answers, frame by frame, so that they stay.
"""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

from aiokafka.admin import AIOKafkaAdminClient

_CHUNK = 65_536


class Proxy:
    """Hands every connection on to one server."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._host = host
        self._port = 0
        self._server: asyncio.Server | None = None
        self._flows: set[asyncio.Task[None]] = set()
        self._thawed = asyncio.Event()
        self._thawed.set()

    @property
    def address(self) -> str:
        """`host:port` of the proxy."""
        return f"{self._host}:{self._port}"

    async def open(self) -> None:
        """Listen: at first on any port, later on the same."""
        self._server = await asyncio.start_server(self._on_connection, self._host, self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Break every connection and refuse new ones, as a server does whose process is dead."""
        if self._server is not None:
            self._server.close()
            for flow in list(self._flows):
                flow.cancel()
            await asyncio.gather(*self._flows, return_exceptions=True)
            self._server = None

    def freeze(self) -> None:
        """Let nothing through, as a server does whose process or network hangs."""
        self._thawed.clear()

    def thaw(self) -> None:
        """Let everything through again."""
        self._thawed.set()

    async def _on_connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._flows.add(task)
        try:
            with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                there, back = await asyncio.open_connection(*self._target)
                try:
                    await self._between(reader, writer, there, back)
                finally:
                    back.close()
        finally:
            writer.close()
            self._flows.discard(task)

    async def _between(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        there: asyncio.StreamReader,
        back: asyncio.StreamWriter,
    ) -> None:
        """Both directions, until one of them ends."""
        flows = [
            asyncio.ensure_future(self._requests(reader, back)),
            asyncio.ensure_future(self._answers(there, writer)),
        ]
        try:
            await asyncio.wait(flows, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for flow in flows:
                flow.cancel()
            await asyncio.gather(*flows, return_exceptions=True)

    async def _requests(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(_CHUNK):
            await self._write(writer, data)

    async def _answers(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._requests(reader, writer)

    async def _write(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        await self._thawed.wait()
        writer.write(data)
        await writer.drain()


class KafkaProxy(Proxy):
    """A proxy whose broker advertises `host:port` of its target."""

    async def _answers(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, port = self._target
        theirs = host.encode() + struct.pack(">i", port)
        ours = host.encode() + struct.pack(">i", self._port)
        while True:
            length = await reader.readexactly(4)
            frame = await reader.readexactly(struct.unpack(">i", length)[0])
            await self._write(writer, length + frame.replace(theirs, ours))


@asynccontextmanager
async def kafka_proxy(bootstrap: str) -> AsyncIterator[Proxy]:
    """A proxy before a cluster of one broker."""
    proxy = KafkaProxy(*await advertised(bootstrap))
    await proxy.open()
    try:
        yield proxy
    finally:
        await proxy.cut()


@asynccontextmanager
async def mongo_proxy(url: str) -> AsyncIterator[tuple[Proxy, str]]:
    """A proxy before a database server, and the connection string that leads through it."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    proxy = Proxy(parts.hostname or "127.0.0.1", parts.port or 27017)
    await proxy.open()
    try:
        yield proxy, url.replace(place, proxy.address, 1)
    finally:
        await proxy.cut()


async def advertised(bootstrap: str) -> tuple[str, int]:
    """Where a cluster of one broker tells its clients to go."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        (broker,) = (await admin.describe_cluster())["brokers"]
    finally:
        await admin.close()
    return broker["host"], broker["port"]
