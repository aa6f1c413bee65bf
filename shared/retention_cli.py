"""`kentongan <service> retain`: forget now what a running worker forgets once a day, or tell what that would be."""

import asyncio
from collections.abc import Callable

import typer

from shared import log
from shared.clock import system_clock
from shared.messaging.errors import Transient
from shared.messaging.mongo_store import MongoStore
from shared.messaging.routes import Routes
from shared.mongo import Database, connected
from shared.retention import Retention
from shared.settings import Settings

RetentionOf = Callable[[Database, MongoStore, Settings], Retention]


def forget_now(routes: Routes, retention_of: RetentionOf, *, dry_run: bool) -> None:
    """Forget what is older than the settings allow, and say how much that was."""
    try:
        done = asyncio.run(_forget(routes, retention_of, dry_run=dry_run))
    except Transient as error:
        typer.echo(f"kentongan: the database is away: {error}", err=True)
        raise typer.Exit(1) from None
    for name, number in done.items():
        typer.echo(f"{number:>9}  {name}")


async def _forget(routes: Routes, retention_of: RetentionOf, *, dry_run: bool) -> dict[str, int]:
    settings = Settings()
    log.configure(settings.model_copy(update={"log_level": "error"}), service=routes.service, role="cli")
    async with connected(settings) as client:
        database = client[settings.database(routes.service)]
        store = MongoStore(client, database, routes.kinds, told=routes.told)
        retention = retention_of(database, store, settings)
        if dry_run:
            return await retention.due(system_clock())
        await store.prepare()
        return await retention.run(system_clock())
