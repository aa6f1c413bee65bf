"""`kentongan office`: set up an office from a file, by the bus like every change."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from deploy.asking import ask, gateway
from deploy.demo.everywhere import demos
from deploy.demo.offers import Wish
from deploy.problem import Problem
from shared import log
from shared.contracts.message import Command
from shared.settings import Settings

app = typer.Typer(add_completion=False, no_args_is_help=True)

Service = Annotated[str, typer.Option(help="Whose office: queue or reports.")]


@app.callback()
def _office() -> None:
    """Offices, each by a plan: what it offers, when, and who it is."""


@app.command()
def example(service: Service = "queue") -> None:
    """Print the demo office's plan, to begin another one with."""
    typer.echo(json.dumps(_plan_of(_example(service)), ensure_ascii=False, indent=2))


@app.command()
def configure(
    plan: Annotated[Path, typer.Argument(help="A file as `example` prints it.", exists=True, dir_okay=False)],
    service: Service = "queue",
    replace: Annotated[bool, typer.Option("--replace", help="Also where the office is there already.")] = False,
) -> None:
    """Set an office up by its plan. The back office changes it later; `--replace` undoes all that it did."""
    command = _read(plan, service, replace=replace)
    settings = Settings()
    log.configure(settings.model_copy(update={"log_level": "error"}), service="office", role="cli")
    asyncio.run(_send(settings, service, command))
    typer.echo(f"Office {command.key()} is set up in {service}.")


def _example(service: str) -> Command:
    try:
        (demo,) = demos([service])
    except KeyError:
        raise Problem(f"there is no service {service}") from None
    return demo.set_up(Wish())


def _plan_of(command: Command) -> Any:
    return command.model_dump(mode="json")["plan"]


def _read(path: Path, service: str, *, replace: bool) -> Command:
    kind = type(_example(service))
    try:
        plan = json.loads(path.read_bytes())
        office = plan["id"]
    except (ValueError, TypeError, KeyError) as error:
        raise Problem(f"{path} holds no plan: {error!r}") from None
    told = {"office": office, "plan": plan} | ({} if replace else {"replaces_revision": 0})
    try:
        command = kind.model_validate_json(json.dumps(told))
    except ValidationError as error:
        first = error.errors()[0]
        raise Problem(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    for place in _unknown(plan, _plan_of(command)):
        raise Problem(f"{path}: {place} is nothing that a plan has")
    return command


def _unknown(given: Any, read: Any, place: str = "plan") -> Iterator[str]:
    """Where the file says something that was not understood: a reader of the bus would ignore it."""
    if isinstance(given, dict) and isinstance(read, dict):
        for name, value in given.items():
            if name not in read:
                yield f"{place}.{name}"
            else:
                yield from _unknown(value, read[name], f"{place}.{name}")
    elif isinstance(given, list) and isinstance(read, list):
        for nth, (one, other) in enumerate(zip(given, read, strict=False)):
            yield from _unknown(one, other, f"{place}.{nth}")


async def _send(settings: Settings, service: str, command: Command) -> None:
    async with gateway(settings, service) as worker:
        await ask(worker, command)
