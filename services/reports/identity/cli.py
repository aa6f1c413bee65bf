"""`kentongan reports identity`: the keys by which reporters' identities are sealed."""

import asyncio
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from services.reports.identity.reseal import Resealed

app = typer.Typer(help="The keys by which reporters' identities are sealed.", no_args_is_help=True)


@app.callback()
def _identity() -> None:
    """The keys by which reporters' identities are sealed."""


@app.command()
def new_key() -> None:
    """Print a new key, to be put before the others in KENTONGAN_IDENTITY_KEYS."""
    from services.reports.identity.identity import new_key

    typer.echo(new_key())


@app.command()
def reseal() -> None:
    """Seal every identity with the first of the keys, so that the others can be taken away."""
    from shared.messaging.errors import Transient

    try:
        done = asyncio.run(_reseal())
    except (Transient, ValueError) as error:
        typer.echo(f"kentongan: {error}", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{done.renewed:>9}  sealed anew")
    if done.unreadable:
        typer.echo(f"{done.unreadable:>9}  that none of the keys opens: keep the old keys", err=True)
        raise typer.Exit(1)


async def _reseal() -> "Resealed":
    from services.reports.identity.identity import Identities
    from services.reports.identity.reseal import reseal
    from shared import log
    from shared.contracts.reports import SERVICE
    from shared.mongo import connected
    from shared.settings import Settings

    settings = Settings()
    log.configure(settings.model_copy(update={"log_level": "error"}), service=SERVICE, role="cli")
    identities = Identities.of(settings.identity_keys)
    async with connected(settings) as client:
        return await reseal(client[settings.database(SERVICE)], identities)
