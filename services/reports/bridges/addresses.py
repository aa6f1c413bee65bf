"""Where a webhook may go: to public addresses, by https.

Whoever registers a webhook chooses where our own process connects, and so could have it knock at what stands beside it:
a database, a cloud's metadata. So a name is resolved and every address it has is looked at when it is registered and
again at each connection, which is then made to the address that was looked at. `networks` are those that an operator
allows all the same, and by http too: an intranet, a test.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpcore2

from shared.errors import Refused

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

LONGEST_URL = 500
RESOLVE_SECONDS = 5.0
_METADATA = ipaddress.ip_address("168.63.129.16")
"""A cloud's own, although it looks public."""
_WRAPS_V4 = tuple(ipaddress.ip_network(network) for network in ("64:ff9b::/96", "64:ff9b:1::/48", "::/96"))
_names = ThreadPoolExecutor(64, thread_name_prefix="names")
"""Of their own: a name server that hangs must not keep the process's other threads busy."""


class WebhookForbidden(Refused):
    """Webhooks do not go there."""

    slug = "webhook-address"


class Forbidden(Exception):
    """A name leads where nothing may be sent."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a webhook goes."""

    url: str
    host: str
    port: int
    plain: bool
    """By http, without TLS."""


class Gate:
    """Looks at addresses before anything is sent to them."""

    def __init__(self, networks: Iterable[Network] = (), resolve: Resolve | None = None) -> None:
        self._networks = tuple(networks)
        self._resolve = resolve or resolved

    @classmethod
    def of(cls, setting: str) -> "Gate":
        """By a list with commas. Raises `ValueError`."""
        return cls(ipaddress.ip_network(part.strip()) for part in setting.split(",") if part.strip())

    async def registered(self, url: str) -> Place:
        """The place, if a webhook may go there now. Raises `WebhookForbidden` with what is wrong."""
        try:
            place = place_of(url)
            await self.address(place.host, place.port, plain=place.plain)
        except (Forbidden, ValueError) as error:
            raise WebhookForbidden(problem=str(error)) from None
        return place

    async def address(self, host: str, port: int, *, plain: bool) -> str:
        """The address to connect to. Raises `Forbidden` where any of the name's addresses is not allowed."""
        try:
            async with asyncio.timeout(RESOLVE_SECONDS):
                found = [ipaddress.ip_address(address) for address in await self._resolve(host, port)]
        except (OSError, ValueError) as error:  # a TimeoutError is an OSError
            raise Forbidden("the name leads nowhere") from error
        if not found:
            raise Forbidden("the name leads nowhere")
        listed = all(any(address in network for network in self._networks) for address in found)
        if plain and not listed:
            raise Forbidden("only https")
        if not listed and not all(is_public(address) for address in found):
            raise Forbidden("not a public address")
        return str(found[0])


class GuardedBackend(httpcore2.AsyncNetworkBackend):
    """Connects to the address that was looked at, and to no other. TLS is still held to the name."""

    def __init__(self, gate: Gate, *, plain: bool) -> None:
        self._gate = gate
        self._plain = plain
        self._inner = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  # the library's own signature
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Raises `Forbidden`."""
        address = await self._gate.address(host, port, plain=self._plain)
        return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)

    async def sleep(self, seconds: float) -> None:
        """Between the library's own tries, of which we want none."""
        await self._inner.sleep(seconds)


def place_of(url: str) -> Place:
    """What an address says. Raises `ValueError` with what is wrong."""
    if len(url) > LONGEST_URL or not url.isascii() or any(char.isspace() for char in url):
        raise ValueError("the address is too long, or has other characters than it may")
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise ValueError("an https address is needed")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise ValueError("without user names, passwords and fragments")
    plain = parts.scheme == "http"
    port = parts.port if parts.port is not None else 80 if plain else 443
    if not 1 <= port <= 65_535:
        raise ValueError("the port does not exist")
    return Place(url, parts.hostname, port, plain)


def is_public(address: Address) -> bool:
    """Whether it is a computer on the Internet and nothing else. An IPv4 address within an IPv6 one counts too."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo and address.teredo[1])
        if inner:
            return is_public(inner)
        if any(address in network for network in _WRAPS_V4):
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF))
        if address in ipaddress.ip_network("fec0::/10"):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved and address != _METADATA


async def resolved(host: str, port: int) -> list[str]:
    """What a name leads to by the system's resolver. Raises `OSError`."""

    def look_up() -> list[str]:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return [str(address[4][0]).partition("%")[0] for address in found]

    return await asyncio.get_running_loop().run_in_executor(_names, look_up)
