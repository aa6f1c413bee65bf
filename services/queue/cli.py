"""`kentongan staff`: accounts of an office's staff. Like every change, adding one is a command on the bus."""

import asyncio
import secrets
import sys
import uuid
from typing import Annotated

import typer
from pydantic import ValidationError

app = typer.Typer(help="Accounts of an office's staff.", no_args_is_help=True)


@app.callback()
def _staff() -> None:
    """Accounts of an office's staff."""


@app.command()
def add(
    office: Annotated[str, typer.Argument(help="The office's short name, such as `palu`.")],
    username: Annotated[str, typer.Argument(help="Lower-case letters, digits, dots, hyphens.")],
    name: Annotated[str, typer.Option(help="How the person is called.")] = "",
    password_stdin: Annotated[bool, typer.Option(help="Read the password from standard input.")] = False,
    generate: Annotated[bool, typer.Option(help="Make a password and print it.")] = False,
) -> None:
    """Let a person work at an office's counters, or renew their password."""
    password = _password(from_stdin=password_stdin, generate=generate)
    try:
        asyncio.run(_add(office, username, name or username, password))
    except ValidationError as error:
        typer.echo(f"kentongan: {error.errors()[0]['msg']} ({error.errors()[0]['loc'][0]})", err=True)
        raise typer.Exit(1) from None
    except ValueError as error:
        typer.echo(f"kentongan: {error}", err=True)
        raise typer.Exit(1) from None
    if generate:
        typer.echo(password)


def _password(*, from_stdin: bool, generate: bool) -> str:
    if generate:
        return secrets.token_urlsafe(12)
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    password: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return password


async def _add(office: str, username: str, name: str, password: str) -> None:
    """Send the command and wait for its outcome. Raises `ValueError` in words for the operator."""
    from shared import log
    from shared.auth.passwords import Passwords
    from shared.clock import system_clock
    from shared.contracts.queue import EVENTS, SERVICE, AddStaff
    from shared.messaging.errors import Declined, Pending, Transient
    from shared.messaging.tail import Gateway, Tail
    from shared.settings import Settings

    command = AddStaff(
        office=office, username=username, display_name=name, password_hash=await Passwords().hash(password)
    )
    settings = Settings()
    log.configure(settings.model_copy(update={"log_level": "error"}), service=SERVICE, role="cli")
    gateway = Gateway(settings, SERVICE, Tail(EVENTS), clock=system_clock)
    try:
        await gateway.start()
        await gateway.ask(command, id=str(uuid.uuid4()), actor="system")
    except Declined as declined:
        raise ValueError(f"refused: {declined.slug}") from None
    except Pending:
        raise ValueError("the command is on the bus, but no worker has answered yet") from None
    except Transient as error:
        raise ValueError(str(error)) from None
    finally:
        await gateway.stop()
