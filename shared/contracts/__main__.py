"""`python -m shared.contracts write | check`: keep the committed contracts and the models in step."""

from pathlib import Path
from typing import Annotated

import typer

from shared.contracts.catalogue import publishers
from shared.contracts.publish import FOLDER, Finding, findings, generated, write

cli = typer.Typer(help=__doc__, add_completion=False)

Folder = Annotated[Path, typer.Option(help="Where the contracts are committed.", show_default=False)]

_HOW_TO_BREAK = (
    "A published message only gains optional fields (shared/contracts/compatibility.py has the rules). "
    "Declare the change as a new class with a higher version beside the old one. "
    "What no release has carried yet may be deleted from shared/contracts/published and written anew."
)


@cli.command("write")
def write_contracts(folder: Folder = FOLDER) -> None:
    """Write schemas and AsyncAPI documents, unless that would break who relies on them."""
    found = _differences(folder)
    _stop_if([finding for finding in found if finding.breaks], _HOW_TO_BREAK)
    for publisher in publishers():
        write(publisher, generated(publisher), folder)
    _tell(found)


@cli.command("check")
def check_contracts(folder: Folder = FOLDER) -> None:
    """Fail where the committed files are not what the models say."""
    found = _differences(folder)
    _stop_if([finding for finding in found if finding.breaks], _HOW_TO_BREAK)
    _stop_if(found, "Run `python -m shared.contracts write` and commit what it changes.")


def _differences(folder: Path) -> list[Finding]:
    return [finding for publisher in publishers() for finding in findings(publisher, generated(publisher), folder)]


def _stop_if(found: list[Finding], advice: str) -> None:
    if found:
        _tell(found)
        typer.echo(advice, err=True)
        raise typer.Exit(1)


def _tell(found: list[Finding]) -> None:
    for finding in found:
        typer.echo(f"{finding.file}: {finding.problem}", err=True)


if __name__ == "__main__":
    cli()
