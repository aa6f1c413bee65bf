"""The demo office and one person of each role to work there: set up by commands on the bus, like every change."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Annotated
from uuid import uuid4

import typer

from deploy.problem import Problem
from services.queue.demo import OFFICE, demo_office
from services.queue.domain.office import Office
from shared import log
from shared.auth.passwords import Passwords
from shared.clock import system_clock
from shared.contracts.message import Command
from shared.contracts.queue import EVENTS, SERVICE, AddStaff, Role, Shares
from shared.messaging.errors import Declined, Pending, Transient
from shared.messaging.tail import Gateway, Tail
from shared.settings import Settings


@dataclass(frozen=True, slots=True)
class Account:
    """A person of the demo office."""

    username: str
    display_name: str
    role: Role
    called: str
    """What the role is called where the password is told."""


OFFICER = Account("petugas", "Petugas Demo", "officer", "officer")
ACCOUNTS = (
    OFFICER,
    Account("manajer", "Manajer Demo", "manager", "manager"),
    Account("administrator", "Administrator Demo", "administrator", "administrator"),
)
"""One for each role, so that a newcomer can try everything."""
COUNTER = "loket-1"
PATIENCE_SECONDS = 60.0
"""How long a worker that is only just starting may take to answer."""

app = typer.Typer(add_completion=False)


@dataclass(frozen=True, slots=True)
class Demo:
    """What to set up."""

    passwords: Mapping[str, str]
    """User name → password, for each of `ACCOUNTS`."""
    always_open: bool = False
    quota: int | None = None
    """Tickets a day and service, where it is to be another number than the demo's."""

    @property
    def command(self) -> Command:
        """What sets the office up."""
        wish = demo_office(always_open=self.always_open)
        if self.quota is None:
            return wish
        services = tuple(replace(s, quota=self.quota, shares=Shares()) for s in wish.plan.services)
        return wish.model_copy(update={"plan": replace(wish.plan, services=services)})

    @property
    def fingerprint(self) -> str:
        """The same for the same office and passwords."""
        told = json.dumps(dict(self.passwords), sort_keys=True)
        return sha256(f"{self.command.model_dump_json()} {told}".encode()).hexdigest()


async def seed_demo(settings: Settings, demo: Demo) -> None:
    """Set the demo office up, or change it to this. Raises `Problem` where no worker answers."""
    async with _gateway(settings) as gateway:
        await _ask(gateway, demo.command)
        for account in ACCOUNTS:
            add = AddStaff(
                office=OFFICE,
                username=account.username,
                display_name=account.display_name,
                password_hash=await Passwords().hash(demo.passwords[account.username]),
                roles=(account.role,),
            )
            await _ask(gateway, add)


def closed_until(now: datetime) -> datetime | None:
    """When the first service opens, in the office's local time; None where one is open now."""
    office = Office(OFFICE, demo_office().plan)
    if any(office.is_open(service, now) for service in office.plan.services):
        return None
    openings = (office.next_opening(service, now) for service in office.plan.services)
    return min(opening for opening in openings if opening)


@app.command()
def demo(
    always_open: Annotated[bool, typer.Option("--always-open", help="Ignore the real opening hours.")] = False,
    quota: Annotated[
        int | None, typer.Option(min=1, max=10_000, help="Tickets a day and service, for a load test.")
    ] = None,
) -> None:
    """Set up the demo office (Polres Palu) with one person of each role, and print their new passwords."""
    settings = Settings()
    log.configure(settings.model_copy(update={"log_level": "error"}), service=SERVICE, role="cli")
    passwords = {account.username: secrets.token_urlsafe(9) for account in ACCOUNTS}
    asyncio.run(seed_demo(settings, Demo(passwords, always_open, quota)))
    typer.echo(f"Office {OFFICE} is set up.")
    for account in ACCOUNTS:
        typer.echo(f"{account.called.capitalize()}: {account.username}, password: {passwords[account.username]}")


@asynccontextmanager
async def _gateway(settings: Settings) -> AsyncIterator[Gateway]:
    gateway = Gateway(settings, SERVICE, Tail(EVENTS), clock=system_clock)
    try:
        await gateway.start()
        yield gateway
    except Transient as error:
        raise Problem(f"Kafka at {settings.kafka}: {error}") from error
    finally:
        await gateway.stop()


async def _ask(gateway: Gateway, command: Command) -> None:
    """Send it until its outcome is known. The same id each time: however often it arrives, it has one effect."""
    id = str(uuid4())
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                try:
                    await gateway.ask(command, id=id, actor="system")
                except Pending:
                    continue
                return
    except Declined as declined:
        raise Problem(f"{type(command).__name__} was refused: {declined.slug}") from declined
    except TimeoutError as error:
        raise Problem(f"no worker answered within {PATIENCE_SECONDS:g} s") from error
