"""`kentongan run`: start everything on this machine, seed the demo, and say where to look."""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Annotated

import typer

from deploy.demo.everywhere import demos
from deploy.demo.offers import Account, ServiceDemo, Wish
from deploy.demo.seed import fingerprint, seed
from deploy.embedded import programs
from deploy.embedded.home import Home, default_home, opened
from deploy.embedded.run import Run
from deploy.problem import Problem
from deploy.processes import READERS
from shared import log
from shared.clock import system_clock
from shared.settings import Settings

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
    offered, wish = demos(), Wish(always_open)
    passwords = {account.username: home.password(account.called) for demo in offered for account in demo.accounts}
    with (home.log / "run.log").open("a", encoding="utf-8") as own_log:
        log.configure(settings, service="run", role="run", stream=own_log)

        async def seed_all() -> None:
            await asyncio.gather(*(_seed_once(home, settings, demo, wish, passwords) for demo in offered))

        async def ready() -> None:
            _say(_welcome(settings, offered, wish, passwords))

        _say(f"Starting Kentongan in {home.path} …")
        await Run(home, settings, READERS, seed_all, ready, _say).until_stopped()


async def _seed_once(
    home: Home, settings: Settings, demo: ServiceDemo, wish: Wish, passwords: Mapping[str, str]
) -> None:
    """Seed only what was not seeded last: an office that was changed since stays as it is."""
    kept, wanted = f"seeded-{demo.service}", fingerprint(demo, wish, passwords)
    if home.find(kept) != wanted:
        await seed(settings, demo, wish, passwords)
        home.keep(kept, wanted)


def _welcome(settings: Settings, offered: Sequence[ServiceDemo], wish: Wish, passwords: Mapping[str, str]) -> str:
    address = f"http://{settings.host}:{settings.port}"
    lines = [f"Kentongan is ready: {address}"]
    for demo in offered:
        lines.append(f"{demo.service}")
        lines += [f"  {place.who:<15}{address}{place.address}" for place in demo.places]
        lines += [f"  {account.called:<15}{address}{account.place}" for account in demo.accounts]
    lines.append("staff sign in as")
    lines += [
        f"  {account.username:<15}(password {passwords[account.username]}) {', '.join(works)}"
        for account, works in _people(offered)
    ]
    lines += [
        "the bus, for other agencies and load tests",
        f"  export KENTONGAN_KAFKA={settings.kafka}",
        f"  how far behind http://{programs.LOOPBACK}:{settings.worker_port}/metrics (kentongan_consumer_lag_messages)",
    ]
    now = system_clock()
    for opening in filter(None, () if wish.always_open else (demo.closed_until(now) for demo in offered)):
        lines += [
            f"The office is closed now and opens on {opening:%A %d %B at %H:%M} ({opening.tzname()}).",
            "  To try it out at once: make run OPEN=always",
        ]
    return "\n".join([*lines, "Ctrl-C stops it; the data stays."])


def _people(offered: Sequence[ServiceDemo]) -> list[tuple[Account, list[str]]]:
    """Each person once, with where they work."""
    people: dict[str, tuple[Account, list[str]]] = {}
    for demo in offered:
        for account in demo.accounts:
            people.setdefault(account.username, (account, []))[1].append(demo.service)
    return list(people.values())


def _say(line: str) -> None:
    with suppress(OSError):  # the terminal may be closed while we still have to stop things in order
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
