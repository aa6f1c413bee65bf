"""Numbers that are proven: a queue of tests with a gateway, and a clock that tests move on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from secrets import token_bytes
from typing import Any

from httpx import AsyncClient, Response
from pydantic import SecretStr

from services.queue.app import CODE_TRIES
from services.queue.phones.codes import Codes
from services.queue.phones.limits import Limits
from services.queue.phones.proving import Proving
from services.queue.phones.sender import HttpGateway
from shared.auth.limits import MongoAttemptStore, Patience
from shared.mongo import connected
from tests.queue.running import API, Site, of
from tests.queue.slots import PHONE
from tests.support.code_gateway import TOKEN, CodeGateway, code_gateway

MANY = 1_000_000
GATEWAY_SECONDS = 30.0
"""How long a gateway may take in tests that have one that answers, on however slow a machine."""


@dataclass
class Moment:
    """A clock that stands still until it is moved on."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))

    def __call__(self) -> datetime:
        return self.now

    def pass_time(self, **spans: float) -> None:
        """`pass_time(minutes=5)`."""
        self.now += timedelta(**spans)


@dataclass
class Phones:
    """Telephones, and the gateway by which messages reach them."""

    site: Site
    gateway: CodeGateway
    clock: Moment
    patience: Patience

    def limit(
        self, *, per_address: int = MANY, per_hour: int = MANY, seconds: float = GATEWAY_SECONDS, token: str = TOKEN
    ) -> None:
        """Prove numbers within other limits from now on."""
        proving = Proving(
            HttpGateway(self.gateway.address, SecretStr(token), seconds=seconds),
            Codes(b"a key for tests"),
            Limits(self.patience, per_address=per_address, per_hour=per_hour),
            self.clock,
            service="queue",
            countries=("+62", "+65"),
        )
        self.site.app.state.queue = replace(self.site.queue, proving=proving)

    async def proof(self, client: AsyncClient, phone: str = PHONE) -> str:
        """The proof of somebody who has the telephone."""
        challenge = of(await ask_code(client, phone), 201)["challenge"]
        proof: str = of(await enter(client, challenge, self.gateway.code(), phone), 201)["proof"]
        return proof


@asynccontextmanager
async def phones_of(site: Site) -> AsyncIterator[Phones]:
    """A queue that proves numbers for a while. Nothing is counted yet."""
    before = site.queue
    with code_gateway() as gateway:
        async with connected(site.settings) as client:
            store = MongoAttemptStore(client[site.settings.database("queue")][CODE_TRIES])
            clock = Moment()
            phones = Phones(site, gateway, clock, Patience(store, clock, key=token_bytes(32)))
            phones.limit()
            try:
                yield phones
            finally:
                site.app.state.queue = before


async def ask_code(client: AsyncClient, phone: str = PHONE, **options: Any) -> Response:
    """Have a code sent."""
    return await client.post(f"{API}/phones/codes", json={"phone": phone}, **options)


async def enter(client: AsyncClient, challenge: str, code: str, phone: str = PHONE) -> Response:
    """Enter a code."""
    return await client.post(f"{API}/phones/proofs", json={"phone": phone, "challenge": challenge, "code": code})
