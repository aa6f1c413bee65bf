"""A proxy that lets a worker go exactly so far: it holds one kind of request, or the answer to it, at the door.

This is how a worker is caught, and killed, between any two steps of its loop, without a hook in its code.
"""

import asyncio
import struct
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from tests.support.proxy import Proxy, advertised

Trap = Callable[[bytes], bool]
"""Whether a request, as it goes over the wire, is the one that is waited for."""


class Gate(Proxy):
    """Open, until a trap is set."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(host, port)
        self._trap: Trap | None = None
        self._holds_answers = False
        self._open = asyncio.Event()
        self.reached = asyncio.Event()
        """The request has come and is held; or it was let through, and nothing will come back."""

    def hold(self, trap: Trap, *, answers: bool = False) -> None:
        """Hold the next such request. `answers`: let it pass, and hold whatever comes back from then on."""
        self._trap, self._holds_answers = trap, answers

    def let_go(self) -> None:
        """Hand on what was held, however late that is, and hold nothing more."""
        self._trap = None
        self._open.set()

    async def _requests(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            request = await self._frame(reader)
            if self._trap is not None and self._trap(request):
                self.reached.set()
                if not self._holds_answers:
                    await self._open.wait()
            await self._write(writer, request)

    async def _answers(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            answer = await self._frame(reader)
            if self._holds_answers and self.reached.is_set():
                await self._open.wait()
            await self._write(writer, self._readdressed(answer))

    async def _frame(self, reader: asyncio.StreamReader) -> bytes:
        """One message of the protocol, whole."""
        raise NotImplementedError

    def _readdressed(self, answer: bytes) -> bytes:
        """The answer, so that the client stays with this proxy."""
        return answer


class KafkaGate(Gate):
    """Before a cluster of one broker."""

    async def _frame(self, reader: asyncio.StreamReader) -> bytes:
        length = await reader.readexactly(4)
        return length + await reader.readexactly(struct.unpack(">i", length)[0])

    def _readdressed(self, answer: bytes) -> bytes:
        host, port = self._target
        return answer.replace(_address(host, port), _address(host, self._port))


class MongoGate(Gate):
    """Before a database server."""

    async def _frame(self, reader: asyncio.StreamReader) -> bytes:
        length = await reader.readexactly(4)
        return length + await reader.readexactly(struct.unpack("<i", length)[0] - 4)


@asynccontextmanager
async def kafka_gate(bootstrap: str) -> AsyncIterator[tuple[Gate, str]]:
    """A gate, and the bootstrap address that leads through it."""
    async with _opened(KafkaGate(*await advertised(bootstrap))) as gate:
        yield gate, gate.address


@asynccontextmanager
async def mongo_gate(url: str) -> AsyncIterator[tuple[Gate, str]]:
    """A gate, and the connection string that leads through it."""
    parts = urlsplit(url)
    async with _opened(MongoGate(parts.hostname or "127.0.0.1", parts.port or 27017)) as gate:
        yield gate, url.replace(parts.netloc.rpartition("@")[2], gate.address, 1)


@asynccontextmanager
async def _opened(gate: Gate) -> AsyncIterator[Gate]:
    await gate.open()
    try:
        yield gate
    finally:
        gate.let_go()
        await gate.cut()


def _address(host: str, port: int) -> bytes:
    """As it stands in Kafka's answers about the cluster."""
    return host.encode() + struct.pack(">i", port)


# Traps ----------------------------------------------------------------------------------------------------

_PRODUCE, _OFFSET_COMMIT = 0, 8


def begins_transaction(_: Collection[str]) -> Trap:
    """The first write of a MongoDB transaction."""
    return lambda request: b"startTransaction" in request


def commits_transaction(_: Collection[str]) -> Trap:
    """The end of a MongoDB transaction."""
    return lambda request: b"commitTransaction" in request


def publishes(commands: Collection[str]) -> Trap:
    """The events of certain commands, on their way to Kafka."""
    sought = [command.encode() for command in commands]
    return lambda request: _kind(request) == _PRODUCE and any(id in request for id in sought)


def commits_offsets_after_publishing(commands: Collection[str]) -> Trap:
    """The commit of offsets that follows on such events; an earlier one is let through."""
    published, is_published = publishes(commands), False

    def trap(request: bytes) -> bool:
        nonlocal is_published
        is_published = is_published or published(request)
        return is_published and _kind(request) == _OFFSET_COMMIT

    return trap


def _kind(request: bytes) -> int:
    kind: int = struct.unpack_from(">h", request, 4)[0]
    return kind
