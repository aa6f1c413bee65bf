"""Sending one webhook once: bounded in time and in what is read, never led elsewhere, and told apart by what came."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal

import httpcore2

from services.reports.bridges.addresses import Forbidden, Gate, GuardedBackend, place_of

SECONDS = 10.0
"""How long a receiver may take for everything: a name, a connection, an answer."""
ANSWER_BYTES = 64 * 1024
"""Of an answer no more is read; only its status counts."""
AT_ONCE = 4
"""Tries at one destination that are under way together, each of another incident."""

Came = Literal["delivered", "gone", "failed"]


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of a try."""

    came: Came
    reason: str = ""
    """Our own words, never the receiver's."""


class Line:
    """The connections to one destination, which are nobody else's."""

    def __init__(self, pool: httpcore2.AsyncConnectionPool, url: str, seconds: float) -> None:
        self._pool = pool
        self._url = url
        self._seconds = seconds

    async def post(self, body: bytes, headers: Mapping[str, str]) -> Sent:
        """Send it. Raises nothing."""
        try:
            async with asyncio.timeout(self._seconds):
                return _judged(await self._status(body, headers))
        except TimeoutError:
            return Sent("failed", f"no answer within {self._seconds:g} s")
        except Forbidden as forbidden:
            return Sent("failed", f"not sent: {forbidden}")
        except (httpcore2.NetworkError, httpcore2.TimeoutException) as error:
            return Sent("failed", f"no connection: {type(error).__name__}")
        except (httpcore2.ProtocolError, ssl.SSLError, OSError, ValueError) as error:
            return Sent("failed", f"no HTTP: {type(error).__name__}")

    async def _status(self, body: bytes, headers: Mapping[str, str]) -> int:
        told = [(name.encode(), value.encode()) for name, value in headers.items()]
        async with self._pool.stream("POST", self._url, headers=told, content=body) as response:
            read = 0
            async for chunk in response.aiter_stream():
                read += len(chunk)
                if read > ANSWER_BYTES:
                    break
            status: int = response.status
            return status


@asynccontextmanager
async def line_to(url: str, gate: Gate, *, trusting: ssl.SSLContext, seconds: float = SECONDS) -> AsyncIterator[Line]:
    """Connections to a destination, until it is left. Raises `ValueError` for an address that is none."""
    place = place_of(url)
    pool = httpcore2.AsyncConnectionPool(
        ssl_context=trusting,
        max_connections=AT_ONCE,
        max_keepalive_connections=1,
        keepalive_expiry=30,
        network_backend=GuardedBackend(gate, plain=place.plain),
    )
    async with pool:
        yield Line(pool, url, seconds)


def _judged(status: int) -> Sent:
    if 200 <= status < 300:
        return Sent("delivered")
    if status == 410:
        return Sent("gone", "the receiver is gone: HTTP 410")
    if 300 <= status < 400:
        return Sent("failed", f"HTTP {status}: webhooks follow no redirect")
    return Sent("failed", f"HTTP {status}")
