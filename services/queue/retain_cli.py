"""`kentongan queue retain`: forget now what a running worker forgets once a day, or tell what that would be."""

from typing import Annotated

import typer


def retain(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count what would be forgotten.")] = False,
) -> None:
    """Forget what is older than the settings allow. A running worker does so by itself, once a day."""
    from services.queue.retention import retention_of
    from services.queue.routes import ROUTES
    from shared.retention_cli import forget_now

    forget_now(ROUTES, retention_of, dry_run=dry_run)
