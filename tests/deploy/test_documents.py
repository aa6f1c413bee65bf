"""What the documents name is there: commands, options, targets, bars, links. Commands and collections are all named."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.cli import COMMANDS, load
from deploy.processes import SERVICES

REPOSITORY = Path(__file__).parents[2]
DOCUMENTS = sorted(
    path
    for folder in ("", "deploy", "docs/**", "services/*", "shared/contracts")
    for path in REPOSITORY.glob(f"{folder}/*.md".lstrip("/"))
)
TEXTS = {str(path.relative_to(REPOSITORY)): path.read_text(encoding="utf-8") for path in DOCUMENTS}
ALL = "\n".join(TEXTS.values())
BRACES = str.maketrans("", "", "{}")


def leaves(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    for part, inner in getattr(command, "commands", {}).items():
        yield from leaves(inner, f"{name} {part}")
    if not hasattr(command, "commands"):
        yield name, command


LEAVES = dict(leaf for name in COMMANDS for leaf in leaves(load(name), name))


def quoted(program: str) -> Iterator[str]:
    """Command lines of a program, in backticks or in a block; `a | b` stands for two."""
    whole = ALL.replace("\\\n", " ")
    for line in re.findall(rf"(?:`|^|/|&& |(?:worker|api|topics) ){program} +([^\s`#][^`\n#]*)", whole, re.MULTILINE):
        first, *others = line.strip().split(" | ")
        yield first
        yield from (" ".join([*first.split()[:-1], other]) for other in others)


def collections_of(service: str) -> set[str]:
    """What its code asks a database for by name, beside the kinds of its routes."""
    folders = (REPOSITORY / "services" / service, REPOSITORY / "shared")
    code = "\n".join(path.read_text(encoding="utf-8") for folder in folders for path in folder.rglob("*.py"))
    constants = dict(re.findall(r'^([A-Z_]+) = "([a-z_]+)"$', code, re.MULTILINE))
    asked = re.findall(r'database\[f?("[\w{}.]+"|[A-Z_]+)\]', code)
    return {re.sub(r"[A-Z_]{2,}", lambda name: constants[name[0]], name).strip('"').translate(BRACES) for name in asked}


def headings(text: str) -> set[str]:
    titles = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_command_is_named() -> None:
    lines = list(quoted("kentongan"))
    assert [name for name in LEAVES if not any(f"{line} ".startswith(f"{name} ") for line in lines)] == []


@pytest.mark.parametrize("line", sorted(set(quoted("kentongan"))))
def test_a_command_that_is_named_exists(line: str) -> None:
    words = shlex.split(line)
    begun = [name for name in LEAVES if name.split()[: len(words)] == words]
    called = [name for name in LEAVES if words[: len(name.split())] == name.split()]
    assert begun or called or words[-1] == "…"
    for name in called:
        known = {option for parameter in LEAVES[name].params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= known


def test_a_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):.* ## ", (REPOSITORY / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {line.split()[0] for line in quoted("make")} <= targets


def test_every_bar_is_named_and_no_other() -> None:
    bars = re.findall(r'^    "([a-z-]+)": ', (REPOSITORY / "tests/bench/__main__.py").read_text("utf-8"), re.MULTILINE)
    assert set(re.findall(r"`make bench ARGS=([a-z-]+)`", TEXTS["docs/benchmarks.md"])) == set(bars)


@pytest.mark.parametrize("service", SERVICES)
def test_every_collection_is_named(service: str) -> None:
    stores = TEXTS[f"services/{service}/README.md"].split("## Stores\n")[1].split("\n## ")[0]
    assert sorted(name for name in collections_of(service) if f"`{name}`" not in stores) == []


@pytest.mark.parametrize("document", TEXTS)
def test_a_link_leads_somewhere(document: str) -> None:
    for link in re.findall(r"\]\((?!https?:)([^)\s]+)\)", TEXTS[document]):
        path, _, anchor = link.partition("#")
        there = (REPOSITORY / document).parent / path if path else REPOSITORY / document
        assert there.exists(), link
        assert not anchor or anchor in headings(there.read_text(encoding="utf-8")), link
