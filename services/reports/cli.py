"""`kentongan reports`: what is forgotten of reports, the keys of reporters' identities, packages of evidence."""

from typing import Annotated

import typer

from services.reports.evidence.cli import app as evidence
from services.reports.identity.cli import app as identity

HELP = "What is forgotten of reports, the keys by which reporters' identities are sealed, packages of evidence."

app = typer.Typer(help=HELP, no_args_is_help=True)
app.add_typer(identity, name="identity")
app.add_typer(evidence, name="evidence")


@app.callback()
def _reports() -> None:
    """What is forgotten of reports, the keys by which reporters' identities are sealed, packages of evidence."""


@app.command()
def retain(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count what would be forgotten.")] = False,
) -> None:
    """Forget what is older than the settings allow. A running worker does so by itself, once a day."""
    from services.reports.retention import retention_of
    from services.reports.routes import ROUTES
    from shared.retention_cli import forget_now

    forget_now(ROUTES, retention_of, dry_run=dry_run)
