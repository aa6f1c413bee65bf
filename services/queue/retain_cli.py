"""`kentongan queue retain`: forget now what a running worker forgets once a day, or tell what that would be."""

import asyncio
from typing import Annotated

import typer


def retain(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count what would be forgotten.")] = False,
) -> None:
    """Forget what is older than the settings allow. A running worker does so by itself, once a day."""
    from shared.messaging.errors import Transient

    try:
        done = asyncio.run(_retain(dry_run=dry_run))
    except Transient as error:
        typer.echo(f"kentongan: the database is away: {error}", err=True)
        raise typer.Exit(1) from None
    for name, number in done.items():
        typer.echo(f"{number:>9}  {name}")


async def _retain(*, dry_run: bool) -> dict[str, int]:
    from services.queue.retention import Retention
    from services.queue.routes import ROUTES
    from shared import log
    from shared.clock import system_clock
    from shared.contracts.queue import SERVICE
    from shared.messaging.mongo_store import MongoStore
    from shared.mongo import connected
    from shared.settings import Settings

    settings = Settings()
    log.configure(settings.model_copy(update={"log_level": "error"}), service=SERVICE, role="cli")
    async with connected(settings) as client:
        database = client[settings.database(SERVICE)]
        store = MongoStore(client, database, ROUTES.kinds)
        retention = Retention(database, store, settings)
        if dry_run:
            return await retention.due(system_clock())
        await store.prepare()
        return await retention.run(system_clock())
