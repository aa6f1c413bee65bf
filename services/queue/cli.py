"""`kentongan staff`: accounts of an office's staff. Like every change, each one here is a command on the bus.

What needs the bus or the database is imported when it is used, so that `--help` is quick.
"""

import asyncio
import sys
import uuid
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import ValidationError

if TYPE_CHECKING:
    from services.queue.views.shown import StaffView
    from shared.contracts.staff import StaffCommand

app = typer.Typer(help="Accounts of an office's staff.", no_args_is_help=True)

Office = Annotated[str, typer.Argument(help="The office's short name, such as `polres-palu`.")]
Username = Annotated[str, typer.Argument(help="Lower-case letters, digits, dots, hyphens.")]


@app.callback()
def _staff() -> None:
    """Accounts of an office's staff."""


@app.command()
def add(
    office: Office,
    username: Username,
    name: Annotated[str, typer.Option(help="How the person is called.")] = "",
    role: Annotated[
        list[str] | None,
        typer.Option(help="officer, manager or administrator; may be repeated. As before, or officer, where left out."),
    ] = None,
    password_stdin: Annotated[bool, typer.Option(help="Read the password from standard input.")] = False,
    generate: Annotated[bool, typer.Option(help="Make a password and print it.")] = False,
    one_time: Annotated[bool, typer.Option(help="The password only serves to choose another one.")] = False,
) -> None:
    """Let a person work for an office, or renew their name and password."""
    password = _password(from_stdin=password_stdin, generate=generate)

    async def command() -> "StaffCommand":
        from shared.auth.passwords import Passwords
        from shared.contracts.queue import AddStaff

        return AddStaff.model_validate(
            {
                "office": office,
                "username": username,
                "display_name": name or username,
                "password_hash": await Passwords().hash(password),
                "roles": role or None,
                "one_time": one_time,
            }
        )

    with _errors_in_words():
        asyncio.run(_send(command))
    if generate:
        typer.echo(password)


@app.command()
def remove(office: Office, username: Username) -> None:
    """Close a person's account. Their sessions are over at once."""

    async def command() -> "StaffCommand":
        from shared.contracts.queue import RemoveStaff

        return RemoveStaff(office=office, username=username)

    with _errors_in_words():
        asyncio.run(_send(command))


@app.command("list")
def list_staff(office: Office) -> None:
    """Print who has an account: user name, roles, name."""
    with _errors_in_words():
        people = asyncio.run(_people(office))
    for person in people:
        roles = ",".join(person.roles) + (" (has yet to choose a password)" if person.one_time else "")
        typer.echo(f"{person.username}\t{roles}\t{person.display_name}")


def _password(*, from_stdin: bool, generate: bool) -> str:
    if generate:
        from shared.auth.passwords import random_password

        return random_password()
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    password: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return password


@contextmanager
def _errors_in_words() -> Iterator[None]:
    """What the operator can mend is one line."""
    try:
        yield
    except ValidationError as error:
        first = error.errors()[0]
        typer.echo(f"kentongan: {first['msg']} ({first['loc'][0]})", err=True)
        raise typer.Exit(1) from None
    except ValueError as error:
        typer.echo(f"kentongan: {error}", err=True)
        raise typer.Exit(1) from None


async def _send(prepare: Callable[[], Awaitable["StaffCommand"]]) -> None:
    """Send a command and wait for its outcome. Raises `ValueError` in words for the operator."""
    from shared import log
    from shared.clock import system_clock
    from shared.contracts.queue import EVENTS, SERVICE
    from shared.messaging.errors import Declined, Pending, Transient
    from shared.messaging.tail import Gateway, Tail
    from shared.settings import Settings

    command = await prepare()
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


async def _people(office: str) -> list["StaffView"]:
    """Raises `ValueError` in words for the operator."""
    from services.queue.domain.errors import OfficeUnknown
    from services.queue.routes import ROUTES
    from services.queue.views.office import Views
    from shared.clock import system_clock
    from shared.contracts.queue import SERVICE
    from shared.messaging.errors import Transient
    from shared.messaging.mongo_store import MongoStore
    from shared.mongo import connected
    from shared.settings import Settings

    settings = Settings()
    async with connected(settings) as client:
        database = client[settings.database(SERVICE)]
        views = Views(client, database, MongoStore(client, database, ROUTES.kinds), system_clock)
        try:
            await views.office(office)
            return await views.people(office)
        except OfficeUnknown as unknown:
            raise ValueError(unknown.slug) from None
        except Transient as error:
            raise ValueError(f"the database is away: {error}") from None
