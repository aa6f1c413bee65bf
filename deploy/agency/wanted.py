"""What an agency has on the bus: topics, permissions and quotas. Pure: asks no broker.

    reads    share.<agency>.*                  in consumer groups agency.<agency>.*
    writes   agency.<agency>.commands.v1

Nothing else is permitted, and what is not permitted is denied: a broker needs `allow.everyone.if.no.acl.found=false`.
The dot behind the name keeps `pal` out of what is `palu`'s: no agency's name has one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from deploy.topics.declared import Topic
from shared.contracts.share import answers_topic, incidents_topic, states_topic

PARTITIONS = 3
THIRTY_DAYS_MS = 30 * 24 * 60 * 60 * 1000
CONSUMER_BYTES = "consumer_byte_rate"
PRODUCER_BYTES = "producer_byte_rate"
QUOTAS: Mapping[str, float] = {CONSUMER_BYTES: 4_194_304.0, PRODUCER_BYTES: 262_144.0, "request_percentage": 50.0}
"""Bytes a second on each broker, and how much of one of its threads: a fresh reader of 30 days is done in minutes, and
nobody takes the bus from the desk."""

CUT_OFF: Mapping[str, float] = {CONSUMER_BYTES: 1.0}
"""Of a user who is revoked, and stays: a fetch that waits at the broker, for as long as its client wished, is answered
without asking for permissions again, but empty where that is more than the quota."""


class Permission(NamedTuple):
    """Something that a user may do, or by `effect` must not, in Kafka's own words."""

    resource: str
    name: str
    pattern: str
    operation: str
    host: str = "*"
    effect: str = "allow"

    def __str__(self) -> str:
        name = f"{self.name}*" if self.pattern == "prefixed" else self.name
        host = "" if self.host == "*" else f" from {self.host}"
        return f"{self.effect} {self.operation} on {self.resource} {name}{host}"


@dataclass(frozen=True, slots=True)
class Access:
    """All that one agency has."""

    user: str
    topics: tuple[Topic, ...]
    permissions: frozenset[Permission]
    reads: tuple[str, str]
    """What has changed, and how things are."""
    writes: str
    group: str
    """What the names of its consumer groups begin with."""
    quotas: Mapping[str, float] = field(default_factory=lambda: QUOTAS)


def access_of(agency: str, named: Callable[[str], str], replication: int) -> Access:
    """What an agency has in an installation, whose topics `named` names."""
    insync = {"min.insync.replicas": "2" if replication >= 3 else "1", "message.timestamp.type": "CreateTime"}
    changes, states, answers = (named(of(agency)) for of in (incidents_topic, states_topic, answers_topic))
    mine = named(f"share.{agency}.")
    group = named(f"agency.{agency}.")
    return Access(
        user=named(f"agency-{agency}"),
        topics=(
            Topic(
                changes,
                PARTITIONS,
                {**insync, "cleanup.policy": "delete", "retention.ms": str(THIRTY_DAYS_MS), "segment.ms": "86400000"},
            ),
            Topic(states, PARTITIONS, {**insync, "cleanup.policy": "compact", "delete.retention.ms": "86400000"}),
            Topic(
                answers,
                PARTITIONS,
                {
                    **insync,
                    "cleanup.policy": "delete",
                    "retention.ms": "604800000",
                    "segment.ms": "86400000",
                    # The broker's clock says when an agency has answered.
                    "message.timestamp.type": "LogAppendTime",
                    "max.message.bytes": "65536",
                },
            ),
        ),
        permissions=frozenset(
            {
                Permission("topic", mine, "prefixed", "read"),
                Permission("topic", mine, "prefixed", "describe"),
                Permission("topic", answers, "literal", "write"),
                Permission("topic", answers, "literal", "describe"),
                Permission("group", group, "prefixed", "read"),
                Permission("group", group, "prefixed", "describe"),
            }
        ),
        reads=(changes, states),
        writes=answers,
        group=group,
    )
