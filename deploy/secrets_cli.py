"""`kentongan secrets`: the same as `make secrets`."""

import typer

from deploy import secrets_file

app = typer.Typer(add_completion=False)


@app.command()
def secrets() -> None:
    """Write .env with random secrets for docker compose, unless they are there."""
    secrets_file.main()
