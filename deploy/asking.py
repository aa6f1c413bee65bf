"""Asking a service's worker from the command line: by a command on the bus, until its outcome is known."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from uuid import uuid4

from deploy.problem import Problem
from shared.clock import system_clock
from shared.contracts.catalogue import publisher
from shared.contracts.message import Command, Event
from shared.messaging.errors import Declined, Pending, Transient
from shared.messaging.tail import Gateway, Tail
from shared.settings import Settings

PATIENCE_SECONDS = 60.0
"""How long a worker that is only just starting may take to answer."""
OPERATOR = "system"
"""How the audit names whoever types commands."""


@asynccontextmanager
async def gateway(settings: Settings, service: str) -> AsyncIterator[Gateway]:
    """The way to a service's worker. Raises `Problem` where the broker is away."""
    found = Gateway(settings, service, Tail(publisher(service).events), clock=system_clock)
    try:
        await found.start()
        yield found
    except Transient as error:
        raise Problem(f"Kafka at {settings.kafka}: {error}") from error
    finally:
        await found.stop()


async def ask(gateway: Gateway, command: Command) -> Event:
    """What comes of a command. Raises `Problem` where it is refused."""
    try:
        return await answer(gateway, command, id=str(uuid4()))
    except Declined as declined:
        told = ", ".join(f"{name} {value}" for name, value in declined.details.items())
        raise Problem(f"{type(command).__name__} was refused: {declined.slug}{told and f' ({told})'}") from declined


async def answer(gateway: Gateway, command: Command, *, id: str) -> Event:
    """Send it until its outcome is known. The same id each time: however often it arrives, it has one effect.

    Raises `Declined`, and `Problem` where no worker answers.
    """
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                with suppress(Pending):
                    return await gateway.ask(command, id=id, actor=OPERATOR)
    except TimeoutError as error:
        raise Problem(f"no worker answered within {PATIENCE_SECONDS:g} s") from error
