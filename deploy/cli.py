"""The command `kentongan`. Each sub-command is loaded only when it is called, so that none slows the others down."""

import sys
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from deploy.problem import Problem

COMMANDS = {
    "run": "deploy.embedded.cli:app",
    "topics": "deploy.topics.cli:app",
    "dead": "shared.messaging.cli:app",
    "staff": "services.queue.cli:app",
    "demo": "deploy.demo:app",
    "secrets": "deploy.secrets_cli:app",
}
"""Sub-command → the Typer application behind it."""


class _Lazy(TyperGroup):
    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command = typer.main.get_command(getattr(import_module(module), name))
        command.name = cmd_name
        return command


app = typer.Typer(cls=_Lazy, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def _kentongan() -> None:
    """Kentongan: public services and public safety of a district police station."""


def main() -> None:
    """Run a command. What its caller can mend is one line, not a traceback."""
    try:
        app()
    except Problem as problem:
        print(f"kentongan: {problem}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
