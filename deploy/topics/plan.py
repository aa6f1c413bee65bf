"""What must change so that a broker has the declared topics. Pure: asks no broker, changes nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from deploy.topics.declared import Topic


@dataclass(frozen=True, slots=True)
class Found:
    """A topic as a broker has it."""

    partitions: int
    config: Mapping[str, str]
    """Every setting's value in force, the broker's defaults included."""
    overrides: Mapping[str, str]
    """Those that were set for this topic. Kafka replaces them as a whole, so they are sent along."""


@dataclass(frozen=True, slots=True)
class Create:
    """The topic is not there."""

    topic: Topic
    replication: int

    def __str__(self) -> str:
        settings = ", ".join(f"{name}={value}" for name, value in sorted(self.topic.config.items()))
        copies = "1 copy" if self.replication == 1 else f"{self.replication} copies"
        return f"{self.topic.name}: create with {_partitions(self.topic.partitions)}, {copies}, {settings}"


@dataclass(frozen=True, slots=True)
class AddPartitions:
    """The topic has too few. Keys move to other partitions, so order by key is lost for what is on its way."""

    name: str
    have: int
    want: int

    def __str__(self) -> str:
        return f"{self.name}: {_partitions(self.have)} → {self.want} (keys move to other partitions)"


@dataclass(frozen=True, slots=True)
class Configure:
    """Settings differ."""

    name: str
    differing: Mapping[str, tuple[str, str]]
    """Setting → (value found, value declared)."""
    overrides: Mapping[str, str]
    """What the topic's own settings will be, those of others included."""

    def __str__(self) -> str:
        pairs = ", ".join(f"{name} {have} → {want}" for name, (have, want) in sorted(self.differing.items()))
        return f"{self.name}: {pairs}"


Change = Create | AddPartitions | Configure


@dataclass(frozen=True, slots=True)
class Plan:
    """Changes in the order they are made, and remarks on what no command can change."""

    changes: Sequence[Change]
    remarks: Sequence[str]


def make_plan(topics: Iterable[Topic], found: Mapping[str, Found], *, replication: int) -> Plan:
    """Compare. Topics that are not declared are other people's: they are not looked at."""
    changes: list[Change] = []
    remarks: list[str] = []
    for topic in topics:
        present = found.get(topic.name)
        if present is None:
            changes.append(Create(topic, replication))
            continue
        if present.partitions < topic.partitions:
            changes.append(AddPartitions(topic.name, present.partitions, topic.partitions))
        if present.partitions > topic.partitions:
            remarks.append(
                f"{topic.name}: has {_partitions(present.partitions)}, {topic.partitions} declared; "
                "Kafka takes none away, and more do no harm"
            )
        differing = {
            name: (present.config.get(name, "unset"), value)
            for name, value in topic.config.items()
            if present.config.get(name) != value
        }
        if differing:
            changes.append(Configure(topic.name, differing, {**present.overrides, **topic.config}))
    return Plan(changes, remarks)


def _partitions(count: int) -> str:
    return "1 partition" if count == 1 else f"{count} partitions"
