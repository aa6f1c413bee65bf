"""`kentongan reports evidence`: verify an exported package, without a network and without an installation."""

from pathlib import Path
from typing import Annotated

import typer

from services.reports.evidence import verify as verifier

app = typer.Typer(help="Exported packages of evidence.", no_args_is_help=True)


@app.callback()
def _evidence() -> None:
    """Exported packages of evidence."""


@app.command()
def verify(
    package: Annotated[Path, typer.Argument(help="The zip that was exported.", exists=True, dir_okay=False)],
    fingerprint: Annotated[
        str | None, typer.Option(help="As printed: shows also whether the log's end was cut off.")
    ] = None,
) -> None:
    """Hold a package to its checksums, its manifest and its custody log. Fails where anything was changed."""
    raise typer.Exit(verifier.main([str(package), *(("--fingerprint", fingerprint) if fingerprint else ())]))
