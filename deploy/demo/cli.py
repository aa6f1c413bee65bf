"""`kentongan demo`: the demo office in an installation that runs."""

import asyncio
import secrets
from typing import Annotated

import typer

from deploy.demo.everywhere import demos
from deploy.demo.offers import Wish
from deploy.demo.seed import seed
from deploy.problem import Problem
from shared import log
from shared.settings import Settings

app = typer.Typer(add_completion=False)


@app.command()
def demo(
    service: Annotated[list[str] | None, typer.Option(help="Only in this service; may be repeated.")] = None,
    always_open: Annotated[bool, typer.Option("--always-open", help="Ignore the real opening hours.")] = False,
    quota: Annotated[
        int | None, typer.Option(min=1, max=10_000, help="Tickets a day and service, for a load test.")
    ] = None,
) -> None:
    """Set up the demo office (Polres Palu) with one person of each role, and print their new passwords."""
    settings = Settings()
    log.configure(settings.model_copy(update={"log_level": "error"}), service="demo", role="cli")
    try:
        chosen = demos(service or None)
    except KeyError as unknown:
        raise Problem(f"there is no service {unknown}") from None
    people = {account.username: account.called for demo in chosen for account in demo.accounts}
    passwords = {username: secrets.token_urlsafe(9) for username in people}
    for one in chosen:
        asyncio.run(seed(settings, one, Wish(always_open, quota), passwords))
        typer.echo(f"Office {one.office} is set up in {one.service}.")
    for username, called in people.items():
        typer.echo(f"{called.capitalize()}: {username}, password: {passwords[username]}")
