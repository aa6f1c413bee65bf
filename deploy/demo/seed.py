"""Sets a demo up, by commands on the bus."""

import json
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from uuid import UUID, uuid5

from deploy.asking import answer, ask, gateway
from deploy.demo.offers import ServiceDemo, Wish
from shared.auth.passwords import Passwords
from shared.messaging.errors import Declined
from shared.settings import Settings

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
    async with gateway(settings, demo.service) as worker:
        await ask(worker, demo.set_up(wish))
        for account in demo.accounts:
            await ask(worker, demo.employ(account, await Passwords().hash(passwords[account.username])))
        for command in demo.begin():
            with suppress(Declined):
                await answer(worker, command, id=str(uuid5(DEMO, command.model_dump_json())))
