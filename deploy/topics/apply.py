"""Show or carry out what stands between a broker and the declaration. Safe to repeat, and to run twice at once."""

from collections.abc import Callable
from enum import IntEnum
from pathlib import Path

from deploy.topics.broker import Broker, Unable, connect
from deploy.topics.declared import DECLARATION, declared_topics
from deploy.topics.plan import AddPartitions, Plan, make_plan
from shared.settings import Settings

Say = Callable[[str], None]


class Outcome(IntEnum):
    """Also the exit code of the command."""

    AS_DECLARED = 0
    LEFT_UNDONE = 1
    CHANGES = 2


async def show_plan(settings: Settings, say: Say, *, file: Path = DECLARATION) -> Outcome:
    """Say what `apply_plan` would change."""
    async with connect(settings) as broker:
        plan = await _compare(broker, settings, file, say)
    for change in plan.changes:
        say(f"+ {change}")
    return Outcome.CHANGES if plan.changes else Outcome.AS_DECLARED


async def apply_plan(
    settings: Settings, say: Say, *, file: Path = DECLARATION, add_partitions: bool = False
) -> Outcome:
    """Make the changes and say each. Partitions are added only when asked for, since keys move by it."""
    outcome = Outcome.AS_DECLARED
    unable = False
    async with connect(settings) as broker:
        plan = await _compare(broker, settings, file, say)
        for change in plan.changes:
            if isinstance(change, AddPartitions) and not add_partitions:
                say(f"! {change}: left undone, repeat with --add-partitions when no message is on its way")
                outcome = Outcome.LEFT_UNDONE
                continue
            try:
                await broker.make(change)
                say(f"+ {change}")
            except Unable:
                outcome = Outcome.LEFT_UNDONE
                unable = True
    if unable:
        say("  this broker can't change a topic that exists: it stays as it is")
    return outcome


async def _compare(broker: Broker, settings: Settings, file: Path, say: Say) -> Plan:
    replication = settings.kafka_replication
    topics = declared_topics(file, named=settings.topic, replication=replication)
    plan = make_plan(topics, await broker.find(topic.name for topic in topics), replication=replication)
    for remark in plan.remarks:
        say(f"  {remark}")
    if not plan.changes:
        say(f"  {len(topics)} topics on {settings.kafka} are as declared")
    return plan
