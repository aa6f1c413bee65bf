"""`kentongan staff`: accounts of an office's staff. Like every change, each one here is a command on the bus.

What needs the bus or the database is imported when it is used, so that `--help` is quick; so is the service that
`--service` names, from the table that `staff_app` is given.
"""

import asyncio
import sys
import uuid
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import ValidationError

if TYPE_CHECKING:
    from shared.contracts.message import Event
    from shared.contracts.staff import StaffCommand, StaffMessages
    from shared.messaging.mongo_store import MongoStore
    from shared.messaging.routes import Kind
    from shared.mongo import Client, Database
    from shared.staff.accounts import StaffView
    from shared.staff.kit import Offices

Office = Annotated[str, typer.Argument(help="The office's short name, such as `polres-palu`.")]
Username = Annotated[str, typer.Argument(help="Lower-case letters, digits, dots, hyphens.")]
Service = Annotated[str, typer.Option(help="Whose staff: each service has accounts of its own.")]


@dataclass(frozen=True, slots=True)
class ServiceStaff:
    """What the command line knows of a service."""

    name: str
    messages: "StaffMessages"
    events: "tuple[type[Event], ...]"
    """All that the service publishes."""
    kinds: "tuple[Kind, ...]"
    offices: "Callable[[Client, Database, MongoStore], Offices]"


def staff_app(services: Mapping[str, str]) -> typer.Typer:
    """The commands. `services` tells where each one's `ServiceStaff` is: name → `module:attribute`."""
    app = typer.Typer(help="Accounts of an office's staff.", no_args_is_help=True)

    @app.callback()
    def _staff(ctx: typer.Context) -> None:
        """Accounts of an office's staff."""
        ctx.obj = services

    app.command()(add)
    app.command()(remove)
    app.command("list")(list_staff)
    return app


def add(
    ctx: typer.Context,
    office: Office,
    username: Username,
    name: Annotated[str, typer.Option(help="How the person is called.")] = "",
    role: Annotated[
        list[str] | None,
        typer.Option(help="officer, administrator …; may be repeated. As before, or the least, where left out."),
    ] = None,
    password_stdin: Annotated[bool, typer.Option(help="Read the password from standard input.")] = False,
    generate: Annotated[bool, typer.Option(help="Make a password and print it.")] = False,
    one_time: Annotated[bool, typer.Option(help="The password only serves to choose another one.")] = False,
    service: Service = "queue",
) -> None:
    """Let a person work for an office, or renew their name and password."""
    of = _of(ctx, service)
    password = _password(from_stdin=password_stdin, generate=generate)

    async def command() -> "StaffCommand":
        from shared.auth.passwords import Passwords

        return of.messages.add.model_validate(
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
        asyncio.run(_send(of, command))
    if generate:
        typer.echo(password)


def remove(ctx: typer.Context, office: Office, username: Username, service: Service = "queue") -> None:
    """Close a person's account. Their sessions are over at once."""
    of = _of(ctx, service)

    async def command() -> "StaffCommand":
        return of.messages.remove(office=office, username=username)

    with _errors_in_words():
        asyncio.run(_send(of, command))


def list_staff(ctx: typer.Context, office: Office, service: Service = "queue") -> None:
    """Print who has an account: user name, roles, name."""
    of = _of(ctx, service)
    with _errors_in_words():
        people = asyncio.run(_people(of, office))
    for person in people:
        roles = ",".join(person.roles) + (" (has yet to choose a password)" if person.one_time else "")
        typer.echo(f"{person.username}\t{roles}\t{person.display_name}")


def _of(ctx: typer.Context, service: str) -> ServiceStaff:
    services: Mapping[str, str] = ctx.obj
    if service not in services:
        raise typer.BadParameter(f"one of: {', '.join(services)}", param_hint="--service")
    module, attribute = services[service].split(":")
    of: ServiceStaff = getattr(import_module(module), attribute)
    return of


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


async def _send(of: ServiceStaff, prepare: Callable[[], Awaitable["StaffCommand"]]) -> None:
    """Send a command and wait for its outcome. Raises `ValueError` in words for the operator."""
    from shared import log
    from shared.clock import system_clock
    from shared.messaging.errors import Declined, Pending, Transient
    from shared.messaging.tail import Gateway, Tail
    from shared.settings import Settings

    command = await prepare()
    settings = Settings()
    log.configure(settings.model_copy(update={"log_level": "error"}), service=of.name, role="cli")
    gateway = Gateway(settings, of.name, Tail(of.events), clock=system_clock)
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


async def _people(of: ServiceStaff, office: str) -> list["StaffView"]:
    """Raises `ValueError` in words for the operator."""
    from shared.errors import Refused
    from shared.messaging.errors import Transient
    from shared.messaging.mongo_store import MongoStore
    from shared.mongo import connected
    from shared.settings import Settings
    from shared.staff.accounts import Accounts

    settings = Settings()
    async with connected(settings) as client:
        database = client[settings.database(of.name)]
        store = MongoStore(client, database, of.kinds)
        try:
            await of.offices(client, database, store).time_zone(office)  # which refuses an office that is none
            return await Accounts(database, store).people(office)
        except Refused as unknown:
            raise ValueError(unknown.slug) from None
        except Transient as error:
            raise ValueError(f"the database is away: {error}") from None
