"""Writes the contracts down, and tells whether what is written still holds.

The committed files are the promise. `write` refuses a change that breaks what stands there already; `check`
fails where models and files differ. Both look at the work tree alone, so that they need no history and no
network. Golden messages guard from the other side: a promise that is broken by deleting its file first still
fails the test that reads what was once written.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from shared.contracts import asyncapi, golden
from shared.contracts.catalogue import Publisher
from shared.contracts.compatibility import breaking_changes
from shared.contracts.schema import render, writer_schema

FOLDER = Path(__file__).parent / "published"
TOPICS = Path(__file__).parents[2] / "deploy" / "topics.toml"
ASYNCAPI = "asyncapi.json"


@dataclass(frozen=True, slots=True)
class Finding:
    """A difference between what is written and what the models say."""

    file: str
    """`queue/TicketTaken.v1.json`."""
    problem: str
    breaks: bool
    """Whether somebody who relies on the file would be hurt, so that it cannot just be written anew."""


def generated(publisher: Publisher, *, goldens: Path = golden.FOLDER, topics: Path = TOPICS) -> dict[str, bytes]:
    """A service's files by name, as the models have them."""
    files = {f"{message.label()}.json": render(writer_schema(message)) for message in publisher.messages()}
    examples: dict[str, golden.Golden] = {}
    for service in {publisher.service, *(event.publisher for event in publisher.reactions)}:
        examples |= golden.latest(service, goldens)
    files[ASYNCAPI] = render(asyncapi.document(publisher, examples, partitions(topics)))
    return files


def findings(publisher: Publisher, files: Mapping[str, bytes], folder: Path = FOLDER) -> Iterator[Finding]:
    """What `write` would change, and what of it breaks a promise."""
    home = folder / publisher.service
    commands = {f"{command.label()}.json" for command in publisher.commands}
    written = {path.name: path.read_bytes() for path in sorted(home.glob("*.json"))}
    for name in sorted(written.keys() | files.keys()):
        file, old, new = f"{publisher.service}/{name}", written.get(name), files.get(name)
        if old == new:
            continue
        if new is None:
            yield Finding(file, "the message is gone, but its readers and old copies are not", breaks=True)
        elif old is None:
            yield Finding(file, "not written yet", breaks=False)
        elif name == ASYNCAPI:
            yield Finding(file, "out of date", breaks=False)
        else:
            broken = breaking_changes(json.loads(old), json.loads(new), widening_allowed=name in commands)
            for change in broken:
                yield Finding(file, change, breaks=True)
            if not broken:
                yield Finding(file, "out of date", breaks=False)


def write(publisher: Publisher, files: Mapping[str, bytes], folder: Path = FOLDER) -> None:
    """Write the files down. To be asked only where no finding breaks anything."""
    home = folder / publisher.service
    home.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (home / name).write_bytes(content)


def partitions(topics: Path = TOPICS) -> dict[str, int]:
    """How many partitions each topic is declared with."""
    declared = tomllib.loads(topics.read_text())["topic"]
    return {topic["name"]: topic["partitions"] for topic in declared}
