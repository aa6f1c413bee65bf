"""The way to somebody's telephone. One method, so that any service that delivers messages can take its place."""

import asyncio
import ssl
from typing import Protocol

import httpx2
from pydantic import SecretStr

from services.queue.phones.errors import NotSent

SECONDS = 5.0
"""How long a gateway may take for everything; somebody waits."""


class Sender(Protocol):
    """Sends short messages."""

    async def send(self, to: str, text: str) -> None:
        """Hand a message over for a number in E.164 form. Raises `NotSent`."""


class HttpGateway:
    """A gateway that takes a POST of JSON, `{"to": …, "text": …}`, and answers 2xx where it has taken a message over.

    It is chosen by who runs the installation, and so may be inside of its network. It leads nowhere else, and of its
    answer nothing but the status is read.
    """

    def __init__(self, address: str, token: SecretStr, *, seconds: float = SECONDS) -> None:
        """`token` is sent as a bearer token, unless it is empty."""
        self._address = address
        self._headers = {"Authorization": f"Bearer {secret}"} if (secret := token.get_secret_value()) else {}
        self._seconds = seconds
        self._trusted = ssl.create_default_context()

    async def send(self, to: str, text: str) -> None:
        try:
            async with (
                asyncio.timeout(self._seconds),
                httpx2.AsyncClient(verify=self._trusted, trust_env=False) as client,
                client.stream("POST", self._address, headers=self._headers, json={"to": to, "text": text}) as answer,
            ):
                status = answer.status_code
        except TimeoutError:
            raise NotSent(f"no answer within {self._seconds:g} s") from None
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise NotSent(f"no answer: {type(error).__name__}") from None
        if not 200 <= status < 300:
            raise NotSent(f"HTTP {status}")
