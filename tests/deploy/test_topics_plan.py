"""The declaration and the comparison, without a broker."""

from datetime import timedelta
from pathlib import Path

import pytest

from deploy.problem import Problem
from deploy.processes import SERVICES
from deploy.topics.declared import Topic, declared_topics
from deploy.topics.plan import AddPartitions, Configure, Create, Found, make_plan
from shared.contracts.message import commands_topic, dead_topic, events_topic

COMMANDS = Topic("queue.commands.v1", 12, {"retention.ms": "1000"})


def found(partitions: int = 12, **overrides: str) -> Found:
    own = {name.replace("_", "."): value for name, value in overrides.items()}
    return Found(partitions, {"cleanup.policy": "delete", **own}, own)


def declare(folder: Path, text: str) -> Path:
    file = folder / "topics.toml"
    file.write_text(text)
    return file


def declared() -> dict[str, Topic]:
    return {topic.name: topic for topic in declared_topics(named=lambda name: name, replication=1)}


def test_every_topic_of_every_service_is_declared_and_no_other() -> None:
    kinds = (commands_topic, events_topic, dead_topic)
    assert declared().keys() == {topic(service) for service in SERVICES for topic in kinds}


@pytest.mark.parametrize("service", SERVICES)
def test_a_dead_letter_has_room_for_the_largest_message_of_the_other_topics(service: str) -> None:
    largest = {name: int(topic.config["max.message.bytes"]) for name, topic in declared().items()}
    assert largest[dead_topic(service)] > max(largest[commands_topic(service)], largest[events_topic(service)])


@pytest.mark.parametrize("service", SERVICES)
def test_what_was_said_goes_before_the_journal_that_knows_it(service: str) -> None:
    """A message that comes again after its journal entry is gone would have its effect twice."""
    shortest_journal = timedelta(days=31)
    for topic in (commands_topic(service), dead_topic(service)):
        kept = timedelta(milliseconds=int(declared()[topic].config["retention.ms"]))
        closed = timedelta(milliseconds=int(declared()[topic].config["segment.ms"]))
        assert kept + closed <= shortest_journal, topic


@pytest.mark.parametrize(("replication", "insync"), [(1, "1"), (2, "1"), (3, "2")])
def test_with_three_copies_two_must_acknowledge(replication: int, insync: str) -> None:
    for topic in declared_topics(named=lambda name: name, replication=replication):
        assert topic.config["min.insync.replicas"] == insync


def test_a_namespace_stands_before_every_name() -> None:
    names = [topic.name for topic in declared_topics(named=lambda name: f"a.{name}", replication=1)]
    assert {name.split(".")[0] for name in names} == {"a"}
    assert {name.split(".")[1] for name in names} == set(SERVICES)


@pytest.mark.parametrize(
    "text",
    [
        "topic = 1",
        "[[topic]]\nname = 'x'\npartitions = 0\nconfig = {}",
        "[[topic]]\nname = 'x'\npartitions = 1\nconfig = {}\nretention = '1'",
        "[[topic]]\nname = 'x'\npartitions = 1\nconfig = {}\n" * 2,
        "not toml",
    ],
)
def test_a_mistake_in_the_file_is_one_line(text: str, tmp_path: Path) -> None:
    with pytest.raises(Problem) as told:
        declared_topics(declare(tmp_path, text), named=str, replication=1)
    assert "\n" not in str(told.value)


def test_a_missing_topic_is_created() -> None:
    plan = make_plan([COMMANDS], {}, replication=1)
    assert plan.changes == [Create(COMMANDS, 1)]


def test_what_is_as_declared_is_left_alone() -> None:
    plan = make_plan([COMMANDS], {COMMANDS.name: found(retention_ms="1000")}, replication=1)
    assert plan.changes == []


def test_a_setting_that_differs_is_changed_and_other_peoples_settings_are_kept() -> None:
    there = found(retention_ms="5", min_compaction_lag_ms="7")
    (change,) = make_plan([COMMANDS], {COMMANDS.name: there}, replication=1).changes
    assert change == Configure(
        COMMANDS.name, {"retention.ms": ("5", "1000")}, {"min.compaction.lag.ms": "7", "retention.ms": "1000"}
    )
    assert str(change) == "queue.commands.v1: retention.ms 5 → 1000"


def test_too_few_partitions_are_a_change_that_says_what_it_does() -> None:
    (change,) = make_plan([COMMANDS], {COMMANDS.name: found(6, retention_ms="1000")}, replication=1).changes
    assert change == AddPartitions(COMMANDS.name, 6, 12)
    assert "keys move" in str(change)


def test_too_many_partitions_are_a_remark() -> None:
    plan = make_plan([COMMANDS], {COMMANDS.name: found(24, retention_ms="1000")}, replication=1)
    assert plan.changes == []
    assert "24 partitions" in plan.remarks[0]
