"""Golden messages: one of every type and version as it lay on the bus, kept for ever.

A file is `<label>-<edition>.json`. Today's writer yields the highest edition; an earlier one is how messages
of that version looked before a field joined, and readers must understand it as long as the version lives.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from shared.contracts.schema import render

FOLDER = Path(__file__).parents[2] / "tests" / "contracts" / "golden"

_FILE = re.compile(r"(?P<label>\w+\.v[0-9]+)-(?P<edition>[0-9]+)\.json")


@dataclass(frozen=True, slots=True)
class Golden:
    """A whole message: key, headers and data."""

    label: str
    """`TicketTaken.v1`."""
    edition: int
    key: str
    headers: Mapping[str, str]
    data: Any

    @classmethod
    def of(cls, label: str, key: bytes, value: bytes, headers: Iterable[tuple[str, bytes]]) -> Self:
        """A message from the bus, its edition yet to be found."""
        told = {name: value.decode() for name, value in headers}
        return cls(label, 0, key.decode(), told, json.loads(value))

    def value(self) -> bytes:
        """The data as it lies in a record's value."""
        return json.dumps(self.data, ensure_ascii=False, separators=(",", ":")).encode()

    def content(self) -> bytes:
        """The content of the file."""
        headers = dict(sorted(self.headers.items()))
        return render({"key": self.key, "headers": headers, "data": self.data})

    @property
    def file(self) -> str:
        """The file's name."""
        return f"{self.label}-{self.edition}.json"


def goldens(service: str, folder: Path = FOLDER) -> Iterator[Golden]:
    """All of a service's, each label's oldest first."""
    found = []
    for path in (folder / service).glob("*.json"):
        match = _FILE.fullmatch(path.name)
        if match is None:
            raise ValueError(f"not a golden message: {path.name}")
        found.append(Golden(match["label"], int(match["edition"]), **json.loads(path.read_bytes())))
    yield from sorted(found, key=lambda golden: (golden.label, golden.edition))


def latest(service: str, folder: Path = FOLDER) -> dict[str, Golden]:
    """The message of each label as it is written today."""
    return {golden.label: golden for golden in goldens(service, folder)}


def keep(golden: Golden, service: str, folder: Path = FOLDER) -> Golden:
    """Write a message down as the latest edition: a new one if a field has joined, else in place of the last."""
    before = latest(service, folder).get(golden.label)
    edition = 1 if before is None else before.edition + (_fields(before.data) != _fields(golden.data))
    kept = Golden(golden.label, edition, golden.key, golden.headers, golden.data)
    (folder / service).mkdir(parents=True, exist_ok=True)
    (folder / service / kept.file).write_bytes(kept.content())
    return kept


def _fields(data: Any, at: str = "") -> frozenset[str]:
    """Where there are fields in the data, whatever they hold."""
    if isinstance(data, dict):
        return frozenset().union(*(_fields(value, f"{at}.{name}") | {f"{at}.{name}"} for name, value in data.items()))
    if isinstance(data, list):
        return frozenset().union(*(_fields(value, f"{at}[]") for value in data))
    return frozenset()
