"""The command `kentongan`. A sub-command is loaded only when it is called, so that none slows the others down."""

import sys
from importlib import import_module
from typing import Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup

from deploy.problem import Problem


class Entry(NamedTuple):
    """A sub-command."""

    application: str
    """The Typer application behind it."""
    help: str
    """Its line in the overview, which loads nothing."""


COMMANDS = {
    "run": Entry("deploy.embedded.cli:app", "Start everything on this machine, with a demo office."),
    "demo": Entry("deploy.demo.cli:app", "Set up the demo office in an installation that runs."),
    "office": Entry("deploy.office_cli:app", "Set up an office by its plan."),
    "staff": Entry("deploy.staff_cli:app", "Accounts of an office's staff."),
    "queue": Entry("services.queue.evaluate_cli:app", "How good the waiting times are; what is forgotten."),
    "reports": Entry("services.reports.cli:app", "What is forgotten; keys of identities; packages of evidence."),
    "agency": Entry("deploy.agency.cli:app", "Other agencies: access to the bus, and what is shared with them."),
    "topics": Entry("deploy.topics.cli:app", "Compare the broker's topics with deploy/topics.toml, or apply it."),
    "dead": Entry("shared.messaging.cli:app", "Messages that could not be handled: list, show, replay."),
    "secrets": Entry("deploy.secrets_cli:app", "Write .env with random secrets for docker compose."),
}


def load(name: str) -> Any:
    """The sub-command itself."""
    module, attribute = COMMANDS[name].application.split(":")
    command = typer.main.get_command(getattr(import_module(module), attribute))
    command.name = name
    return command


class _Lazy(TyperGroup):
    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        return TyperCommand(cmd_name, help=COMMANDS[cmd_name].help) if cmd_name in COMMANDS else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, _, rest = super().resolve_command(ctx, args)
        return name, load(str(name)), rest


app = typer.Typer(cls=_Lazy, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def _kentongan() -> None:
    """Kentongan: public services and public safety of a district police station."""


def main() -> None:
    """Run a command. What its caller can mend is one line, not a traceback."""
    try:
        app()
    except Exception as error:
        print(f"kentongan: {_told(error)}", file=sys.stderr)
        sys.exit(1)


def _told(error: Exception) -> str:
    """The error in one line. Raises it again where that would hide a mistake of ours."""
    from shared.settings import mendable

    line = str(error) if isinstance(error, Problem) else mendable(error)
    if line is None:
        raise error
    return line


if __name__ == "__main__":
    main()
