"""`kentongan run`: start everything on this machine, seed the demo, and say where to look."""

import asyncio
import sys
from contextlib import suppress
from typing import Annotated

import typer

from deploy.demo import ACCOUNTS, COUNTER, OFFICER, Demo, closed_until, seed_demo
from deploy.embedded import programs
from deploy.embedded.home import Home, default_home, opened
from deploy.embedded.run import Run
from deploy.problem import Problem
from services.queue.demo import OFFICE
from shared import log
from shared.clock import system_clock
from shared.contracts.message import commands_topic
from shared.contracts.queue import SERVICE
from shared.settings import Settings

INPUTS = {
    SERVICE: [commands_topic(SERVICE)],
}
"""Service → the topics that its worker reads."""

app = typer.Typer(add_completion=False)


@app.command()
def run(
    always_open: Annotated[
        bool, typer.Option("--always-open", help="Let the demo office ignore its opening hours.")
    ] = False,
) -> None:
    """Start everything on this machine, with a demo office. Ctrl-C stops it; the data stays."""
    try:
        with opened(default_home()) as home:
            asyncio.run(_run(home, always_open=always_open))
    except OSError as error:  # a full disk, a lost folder: what the person at the terminal can mend
        raise Problem(f"{error.filename or 'system'}: {error.strerror}") from error


async def _run(home: Home, *, always_open: bool) -> None:
    settings = programs.new_settings(home)
    programs.check_port_free(settings)
    demo = Demo({account.username: home.password(account.called) for account in ACCOUNTS}, always_open)
    with (home.log / "run.log").open("a", encoding="utf-8") as own_log:
        log.configure(settings, service="run", role="run", stream=own_log)

        async def seed() -> None:
            await _seed_once(home, settings, demo)

        async def ready() -> None:
            _say(_welcome(settings, demo))

        _say(f"Starting Kentongan in {home.path} …")
        await Run(home, settings, INPUTS, seed, ready, _say).until_stopped()


async def _seed_once(home: Home, settings: Settings, demo: Demo) -> None:
    """Seed only what was not seeded last: an office that was changed since stays as it is."""
    if home.find("seeded") != demo.fingerprint:
        await seed_demo(settings, demo)
        home.keep("seeded", demo.fingerprint)


def _welcome(settings: Settings, demo: Demo) -> str:
    address = f"http://{settings.host}:{settings.port}"
    lines = [
        f"Kentongan is ready: {address}",
        f"  citizen       {address}/queue/offices/{OFFICE}",
        f"  lobby         {address}/queue/offices/{OFFICE}/board",
    ]
    for account in ACCOUNTS:
        place = f"counters/{COUNTER}" if account is OFFICER else "sign-in"
        told = f"(user {account.username}, password {demo.passwords[account.username]})"
        lines.append(f"  {account.called:<14}{address}/queue/{place}  {told}")
    opening = None if demo.always_open else closed_until(system_clock())
    if opening:
        lines += [
            f"The office is closed now and opens on {opening:%A %d %B at %H:%M} ({opening.tzname()}).",
            "  To try it out at once: make run OPEN=always",
        ]
    return "\n".join([*lines, "Ctrl-C stops it; the data stays."])


def _say(line: str) -> None:
    with suppress(OSError):  # the terminal may be closed while we still have to stop things in order
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
