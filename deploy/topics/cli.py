"""`kentongan topics plan | apply`: bring a broker to what `deploy/topics.toml` declares, and say what changes."""

import asyncio
import logging
from pathlib import Path
from typing import Annotated

import typer

from deploy.topics.apply import apply_plan, show_plan
from deploy.topics.declared import DECLARATION
from shared.settings import Settings

app = typer.Typer(no_args_is_help=True, add_completion=False)

DeclarationFile = Annotated[Path, typer.Option("--file", help="The declaration.", show_default="deploy/topics.toml")]


@app.callback()
def _quiet() -> None:
    """Compare the broker's topics with deploy/topics.toml, or apply it."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # what matters arrives as the command's one line


@app.command()
def plan(file: DeclarationFile = DECLARATION) -> None:
    """Say what apply would change. Exits with 0 where that is nothing, 2 where it is something."""
    raise typer.Exit(asyncio.run(show_plan(Settings(), typer.echo, file=file)))


@app.command()
def apply(
    file: DeclarationFile = DECLARATION,
    add_partitions: Annotated[
        bool, typer.Option("--add-partitions", help="Add partitions too, which moves keys to other ones.")
    ] = False,
) -> None:
    """Make the changes and say each. Exits with 1 where one was left undone."""
    raise typer.Exit(asyncio.run(apply_plan(Settings(), typer.echo, file=file, add_partitions=add_partitions)))
