"""The service's README says what the code does."""

import re
from collections import Counter
from pathlib import Path

from services.reports.routes import ROUTES
from services.reports.sharing.routes import SHARING
from shared.contracts.reports import COMMANDS, EVENTS

README = (Path(__file__).parents[2] / "services" / "reports" / "README.md").read_text()


def _section(title: str) -> str:
    return README.split(f"## {title}\n")[1].split("\n## ")[0]


def test_the_readme_lists_every_command_once_and_no_other() -> None:
    rows = re.findall(r"^\| ([A-Z][\w, ]+) \|", _section("Accepts"), re.MULTILINE)
    assert Counter(", ".join(rows).split(", ")) == Counter(command.__name__ for command in COMMANDS)
    assert set(ROUTES.commands) == set(COMMANDS)


def test_the_readme_lists_every_event_and_no_other() -> None:
    told = re.findall(r"^\| [A-Z].*\| ([A-Z].*) \|$", _section("Accepts"), re.MULTILINE)
    listed = {name for row in told for name in re.findall(r"\b[A-Z]\w+", row)} | {"CommandRefused"}
    assert "those of the table above, and CommandRefused" in _section("Emits")
    assert listed == {event.__name__ for event in EVENTS}


def test_the_readme_lists_every_collection_of_the_domain() -> None:
    stores = _section("Stores")
    kinds = {kind.collection for kind in (*ROUTES.kinds, *SHARING.kinds)}
    assert sorted(kind for kind in kinds if f"`{kind}`" not in stores) == []


def test_the_readme_lists_every_folder_and_no_other() -> None:
    folder = Path(__file__).parents[2] / "services" / "reports"
    there = {path.name for path in folder.iterdir() if path.is_dir() and (path / "__init__.py").exists()}
    assert set(re.findall(r"^\| `(\w+)/` \|", _section("Where things are"), re.MULTILINE)) == there
