"""The committed contracts hold, and breaking one of them does not pass unnoticed."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from shared.contracts.__main__ import cli
from shared.contracts.catalogue import Publisher, publisher, publishers
from shared.contracts.golden import Golden, goldens, keep
from shared.contracts.publish import ASYNCAPI, Finding, findings, generated, partitions, write

QUEUE = publisher("queue")


@pytest.mark.parametrize("promised", list(publishers()), ids=lambda promised: promised.service)
def test_what_is_committed_is_what_the_models_say(promised: Publisher) -> None:
    assert list(findings(promised, generated(promised))) == []


def test_the_command_writes_what_it_then_finds_in_order(tmp_path: Path) -> None:
    assert CliRunner().invoke(cli, ["check", "--folder", str(tmp_path)]).exit_code == 1
    assert CliRunner().invoke(cli, ["write", "--folder", str(tmp_path)]).exit_code == 0
    assert CliRunner().invoke(cli, ["check", "--folder", str(tmp_path)]).exit_code == 0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the committed contracts that a test may spoil."""
    write(QUEUE, generated(QUEUE), tmp_path)
    return tmp_path


def _found(folder: Path, promised: Publisher = QUEUE) -> list[Finding]:
    return list(findings(promised, generated(promised), folder))


def test_a_field_that_the_models_lack_is_a_broken_promise(folder: Path) -> None:
    file = folder / "queue" / "TicketTaken.v1.json"
    schema = json.loads(file.read_bytes())
    schema["properties"]["colour"] = {"type": "string"}
    file.write_text(json.dumps(schema))
    assert _found(folder) == [Finding("queue/TicketTaken.v1.json", "colour: removed", breaks=True)]


def test_a_field_that_the_models_have_gained_is_drift_only(folder: Path) -> None:
    file = folder / "queue" / "TakeTicket.v1.json"
    schema = json.loads(file.read_bytes())
    del schema["properties"]["phone"]
    file.write_text(json.dumps(schema))
    assert _found(folder) == [Finding("queue/TakeTicket.v1.json", "out of date", breaks=False)]


def test_commands_may_allow_more_and_events_may_not(folder: Path) -> None:
    for name in ("TakeTicket.v1.json", "TicketTaken.v1.json"):
        file = folder / "queue" / name
        schema = json.loads(file.read_bytes())
        schema["properties"]["service"]["maxLength"] = 10
        file.write_text(json.dumps(schema))
    assert {finding.file: finding.breaks for finding in _found(folder)} == {
        "queue/TakeTicket.v1.json": False,
        "queue/TicketTaken.v1.json": True,
    }


def test_a_message_that_is_gone_is_a_broken_promise(folder: Path) -> None:
    commands, events = QUEUE.channels
    channels = (commands, replace(events, messages=events.messages[:-1]))
    fewer = replace(QUEUE, events=QUEUE.events[:-1], channels=channels)
    found = {finding.file: finding.breaks for finding in _found(folder, fewer)}
    assert found == {f"queue/{QUEUE.events[-1].label()}.json": True, f"queue/{ASYNCAPI}": False}


def test_a_new_message_is_drift_only(folder: Path) -> None:
    (folder / "queue" / "TicketTaken.v1.json").unlink()
    assert _found(folder) == [Finding("queue/TicketTaken.v1.json", "not written yet", breaks=False)]


def test_the_command_refuses_to_break_a_promise(folder: Path) -> None:
    file = folder / "queue" / "TicketTaken.v1.json"
    schema = json.loads(file.read_bytes())
    schema["required"].remove("place")
    broken = json.dumps(schema)
    file.write_text(broken)
    for command in ("write", "check"):
        result = CliRunner().invoke(cli, [command, "--folder", str(folder)])
        assert result.exit_code == 1
        assert "queue/TicketTaken.v1.json: place: required now" in result.output
        assert "higher version" in result.output
    assert file.read_text() == broken


def test_topics_are_declared_with_partitions() -> None:
    assert partitions()["queue.commands.v1"] > 0


def test_a_golden_message_that_gains_a_field_leaves_its_forerunner(tmp_path: Path) -> None:
    first = Golden("Moved.v1", 0, "k", {"ce_id": "1"}, {"who": "a"})
    assert keep(first, "test", tmp_path).edition == 1
    assert keep(replace(first, data={"who": "b"}), "test", tmp_path).edition == 1
    assert keep(replace(first, data={"who": "b", "note": None}), "test", tmp_path).edition == 2
    assert [(golden.edition, golden.data) for golden in goldens("test", tmp_path)] == [
        (1, {"who": "b"}),
        (2, {"who": "b", "note": None}),
    ]
