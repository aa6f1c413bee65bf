"""The service's README says what the code does."""

import re
from pathlib import Path

from services.queue.routes import ROUTES
from shared.contracts.queue import COMMANDS, EVENTS

README = (Path(__file__).parents[2] / "services" / "queue" / "README.md").read_text()


def _section(title: str) -> str:
    return README.split(f"## {title}\n")[1].split("\n## ")[0]


def test_the_readme_lists_every_command_and_no_other() -> None:
    rows = re.findall(r"^\| ([A-Z][\w, ]+) \|", _section("Accepts"), re.MULTILINE)
    assert ", ".join(rows).split(", ") == [command.__name__ for command in COMMANDS]
    assert list(ROUTES.commands) == list(COMMANDS)


def test_the_readme_lists_every_event_and_no_other() -> None:
    told = re.findall(r"^\| [A-Z].*\| ([A-Z].*) \|$", _section("Accepts"), re.MULTILINE)
    listed = {name for row in told for name in re.findall(r"\b[A-Z]\w+", row)} | {"CommandRefused"}
    assert "those of the table above, and CommandRefused" in _section("Emits")
    assert listed == {event.__name__ for event in EVENTS}


def test_the_readme_lists_every_collection_of_the_domain() -> None:
    stores = _section("Stores")
    assert [kind.collection for kind in ROUTES.kinds if f"`{kind.collection}`" not in stores] == []


def test_the_readme_lists_every_folder_and_no_other() -> None:
    folder = Path(__file__).parents[2] / "services" / "queue"
    there = {path.name for path in folder.iterdir() if path.is_dir() and (path / "__init__.py").exists()}
    rows = re.findall(r"^\| (`.*?`) \|", _section("Where things are"), re.MULTILINE)
    assert set(re.findall(r"`(\w+)/`", " ".join(rows))) == there
