"""Sets a demo up, by commands on the bus."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from hashlib import sha256
from uuid import UUID, uuid4, uuid5

from deploy.demo.offers import ServiceDemo, Wish
from deploy.problem import Problem
from shared.auth.passwords import Passwords
from shared.clock import system_clock
from shared.contracts.catalogue import publisher
from shared.contracts.message import Command
from shared.messaging.errors import Declined, Pending, Transient
from shared.messaging.tail import Gateway, Tail
from shared.settings import Settings

PATIENCE_SECONDS = 60.0
"""How long a worker that is only just starting may take to answer."""

DEMO = UUID("7d1f2c55-6f0e-4c8c-9a53-0d6b4f1f9a10")
"""Before what is done once: done again it is the same command, which has happened already."""
Seeds = Mapping[str, str]
"""User name → password."""


def fingerprint(demo: ServiceDemo, wish: Wish, passwords: Seeds) -> str:
    """The same for the same office and passwords."""
    told = json.dumps({account.username: passwords[account.username] for account in demo.accounts}, sort_keys=True)
    return sha256(f"{demo.set_up(wish).model_dump_json()} {told}".encode()).hexdigest()


async def seed(settings: Settings, demo: ServiceDemo, wish: Wish, passwords: Seeds) -> None:
    """Set the office up, or change it to this. Raises `Problem` where no worker answers."""
    async with _gateway(settings, demo.service) as gateway:
        await _ask(gateway, demo.set_up(wish))
        for account in demo.accounts:
            await _ask(gateway, demo.employ(account, await Passwords().hash(passwords[account.username])))
        for command in demo.begin():
            with suppress(Declined):
                await _answer(gateway, command, id=str(uuid5(DEMO, command.model_dump_json())))


@asynccontextmanager
async def _gateway(settings: Settings, service: str) -> AsyncIterator[Gateway]:
    gateway = Gateway(settings, service, Tail(publisher(service).events), clock=system_clock)
    try:
        await gateway.start()
        yield gateway
    except Transient as error:
        raise Problem(f"Kafka at {settings.kafka}: {error}") from error
    finally:
        await gateway.stop()


async def _ask(gateway: Gateway, command: Command) -> None:
    """Raises `Problem` where it is refused."""
    try:
        await _answer(gateway, command, id=str(uuid4()))
    except Declined as declined:
        raise Problem(f"{type(command).__name__} was refused: {declined.slug}") from declined


async def _answer(gateway: Gateway, command: Command, *, id: str) -> None:
    """Send it until its outcome is known. The same id each time: however often it arrives, it has one effect."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                with suppress(Pending):
                    await gateway.ask(command, id=id, actor="system")
                    return
    except TimeoutError as error:
        raise Problem(f"no worker answered within {PATIENCE_SECONDS:g} s") from error
