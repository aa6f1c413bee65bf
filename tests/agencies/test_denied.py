"""With one agency's credentials everything else is denied: a table of attempts, on a real broker with ACLs."""

from collections.abc import AsyncIterator, Callable
from secrets import token_hex
from typing import Any

import pytest
from confluent_kafka import (
    ConsumerGroupTopicPartitions,
    ElectionType,
    Producer,
    TopicPartition,
    admin,
)
from pydantic import SecretStr

from deploy.agency.apply import delete_topics, take_away
from deploy.agency.users import users
from deploy.agency.wanted import access_of
from deploy.problem import Problem
from deploy.topics.broker import connect
from deploy.topics.declared import Topic
from deploy.topics.plan import Create
from shared.settings import Settings
from tests.agencies.door import SECONDS, Key, admitted, done, read, sasl_address, verdict, write
from tests.agencies.raw import TOPIC_DENIED, fetched

kafka: Any = admin
"""Its stubs name neither all of its classes nor what may be left out."""
OTHERS = ("pal", "palu-2", "p")
"""Agencies whose names begin like `palu`, or are the beginning of it."""
INNER = ("reports.events.v1", "reports.commands.v1", "reports.dead.v1", "queue.events.v1", "queue.commands.v1")
TRICKS = ("share.palu", "share.palu-2.incidents.v1", "share.palubukan", "agency.palu", "agency.palu-2.commands.v1")


class Scene:
    """One agency at the door of an installation that has much else."""

    def __init__(self, settings: Settings, key: Key, rich: Any) -> None:
        self.settings = settings
        self.key = key
        self.named = settings.topic
        self.rich = rich
        """Somebody who may do everything."""


@pytest.fixture(scope="module")
async def scene(kafka_address: str) -> AsyncIterator[Scene]:
    address = sasl_address()
    settings = Settings(kafka=kafka_address, namespace=f"test-{token_hex(6)}")
    key = await admitted(settings, "palu", address)
    others = [await admitted(settings, name, address) for name in OTHERS]
    bare = [Topic(settings.topic(name), 1, {}) for name in (*INNER, "share.palu", "share.palubukan", "agency.palu")]
    async with connect(settings) as broker:
        for topic in bare:
            await broker.make(Create(topic, replication=1))
    rich = Producer({"bootstrap.servers": kafka_address})
    theirs = [other.access.reads[0] for other in others]
    for name in (*key.access.reads, key.access.writes, *theirs, *(topic.name for topic in bare)):
        write(rich, name)
    yield Scene(settings, key, rich)
    for name in ("palu", *OTHERS):
        access = access_of(name, settings.topic, 1)
        await take_away(settings, access, lambda _: None)
        await delete_topics(settings, access, lambda _: None)
    async with connect(settings) as broker:
        await broker.delete(topic.name for topic in bare)


def _reading(topic: str) -> Callable[[Scene], object]:
    def attempt(scene: Scene) -> object:
        with scene.key.consumer(group=scene.key.group(token_hex(4))) as consumer:
            return read(consumer, topic if topic.startswith("__") else scene.named(topic))

    return attempt


def _joining(group: str) -> Callable[[Scene], object]:
    def attempt(scene: Scene) -> object:
        with scene.key.consumer(group=scene.named(group)) as consumer:
            return read(consumer, scene.named(MINE))

    return attempt


def _committing(group: str) -> Callable[[Scene], object]:
    def ask(admin: Any, scene: Scene) -> Any:
        places = [TopicPartition(scene.named(MINE), 0, 1)]
        return admin.alter_consumer_group_offsets([ConsumerGroupTopicPartitions(scene.named(group), places)])

    return _admin(ask)


def _writing(topic: str, **config: Any) -> Callable[[Scene], object]:
    return lambda scene: write(scene.key.producer(**config), topic if topic.startswith("__") else scene.named(topic))


def _describing(topic: str) -> Callable[[Scene], object]:
    return _admin(lambda admin, scene: admin.describe_topics(kafka._TopicCollection([scene.named(topic)])))


def _transaction(scene: Scene) -> object:
    producer = scene.key.producer(**{"transactional.id": scene.key.group("tx")})
    producer.init_transactions(SECONDS)
    return producer


def _admin(ask: Callable[[Any, Scene], Any]) -> Callable[[Scene], object]:
    def attempt(scene: Scene) -> object:
        admin = scene.key.admin()  # which must outlive its questions
        answer = ask(admin, scene)
        return done(answer) if isinstance(answer, dict) else answer.result(SECONDS)

    return attempt


def _config(scene: Scene, topic: str) -> Any:
    entry = kafka.ConfigEntry("retention.ms", "1", incremental_operation=kafka.AlterConfigOpType.SET)
    return kafka.ConfigResource(kafka.ConfigResource.Type.TOPIC, scene.named(topic), incremental_configs=[entry])


def _acl(scene: Scene) -> Any:
    return kafka.AclBinding(
        kafka.ResourceType.TOPIC, "*", kafka.ResourcePatternType.LITERAL, f"User:{scene.key.access.user}", "*",
        kafka.AclOperation.ALL, kafka.AclPermissionType.ALLOW,
    )  # fmt: skip


ANY_ACL = kafka.AclBindingFilter(
    kafka.ResourceType.ANY,
    None,
    kafka.ResourcePatternType.ANY,
    None,
    None,
    kafka.AclOperation.ANY,
    kafka.AclPermissionType.ANY,
)
MINE = "share.palu.incidents.v1"
ANSWERS = "agency.palu.commands.v1"

ATTEMPTS: dict[str, tuple[str, Callable[[Scene], object]]] = {
    # What it has.
    "read its changes": ("allowed", _reading(MINE)),
    "read its states": ("allowed", _reading("share.palu.incident-state.v1")),
    "read by a group of its own": ("allowed", _joining("agency.palu.pusat")),
    "commit in a group of its own": ("allowed", _committing("agency.palu.kedua")),
    "write its answers": ("allowed", _writing(ANSWERS)),
    "write its answers idempotently": ("allowed", _writing(ANSWERS, **{"enable.idempotence": True})),
    "describe its changes": ("allowed", _describing(MINE)),
    "ask for its offsets": (
        "allowed",
        _admin(lambda admin, s: admin.list_offsets({TopicPartition(s.named(MINE), 0): kafka.OffsetSpec.latest()})),
    ),
    # Its own topics, but otherwise.
    "write its changes": ("denied", _writing(MINE)),
    "write its states": ("denied", _writing("share.palu.incident-state.v1")),
    "read its answers": ("denied", _reading(ANSWERS)),
    "alter its topic's settings": (
        "denied",
        _admin(lambda admin, s: admin.incremental_alter_configs([_config(s, MINE)])),
    ),
    "read its topic's settings": (
        "denied",
        _admin(
            lambda admin, s: admin.describe_configs(
                [kafka.ConfigResource(kafka.ConfigResource.Type.TOPIC, s.named(MINE))]
            )
        ),
    ),
    "delete its topic": ("denied", _admin(lambda admin, s: admin.delete_topics([s.named(MINE)]))),
    "add partitions to its topic": (
        "denied",
        _admin(lambda admin, s: admin.create_partitions([kafka.NewPartitions(s.named(MINE), 9)])),
    ),
    "delete its topic's records": (
        "denied",
        _admin(lambda admin, s: admin.delete_records([TopicPartition(s.named(MINE), 0, 1)])),
    ),
    # Others' and the services' own topics, and names that begin like its own.
    **{
        f"{verb} {topic}": ("denied", attempt(topic))
        for topic in (
            *(f"share.{name}.incidents.v1" for name in OTHERS),
            *(f"share.{name}.incident-state.v1" for name in OTHERS),
            *(f"agency.{name}.commands.v1" for name in OTHERS),
            *INNER,
            *TRICKS,
        )
        for verb, attempt in (("read", _reading), ("write", _writing), ("describe", _describing))
    },
    "read __consumer_offsets": ("denied", _reading("__consumer_offsets")),
    "write __consumer_offsets": ("denied", _writing("__consumer_offsets")),
    "read __transaction_state": ("denied", _reading("__transaction_state")),
    # Groups.
    **{
        f"{verb} group {group}": ("denied", attempt(group))
        for group in ("reports", "reports-answers", "agency.pal.pusat", "agency.palu-2.x", "agency.palu", "palu")
        for verb, attempt in (("join", _joining), ("commit in", _committing))
    },
    "look at another's group": (
        "denied",
        _admin(lambda admin, s: admin.describe_consumer_groups([s.named("agency.pal.pusat")])),
    ),
    "look at the offsets of the services": (
        "denied",
        _admin(lambda admin, s: admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(s.named("reports"))])),
    ),
    "delete its own group": (
        "denied",
        _admin(lambda admin, s: admin.delete_consumer_groups([s.key.group("pusat")])),
    ),
    # The cluster.
    "create a topic": ("denied", _admin(lambda admin, s: admin.create_topics([kafka.NewTopic(s.named("x"), 1, 1)]))),
    "create a topic under its prefix": (
        "denied",
        _admin(lambda admin, s: admin.create_topics([kafka.NewTopic(s.named("share.palu.more"), 1, 1)])),
    ),
    "read the broker's settings": (
        "denied",
        _admin(lambda admin, s: admin.describe_configs([kafka.ConfigResource(kafka.ConfigResource.Type.BROKER, "1")])),
    ),
    "alter the broker's settings": (
        "denied",
        _admin(
            lambda admin, s: admin.incremental_alter_configs(
                [
                    kafka.ConfigResource(
                        kafka.ConfigResource.Type.BROKER,
                        "1",
                        incremental_configs=[
                            kafka.ConfigEntry(
                                "log.retention.ms", "1", incremental_operation=kafka.AlterConfigOpType.SET
                            )
                        ],
                    )
                ]
            )
        ),
    ),
    "give itself permissions": ("denied", _admin(lambda admin, s: admin.create_acls([_acl(s)]))),
    "take permissions away": ("denied", _admin(lambda admin, s: admin.delete_acls([ANY_ACL]))),
    "elect leaders": (
        "denied",
        _admin(lambda admin, s: admin.elect_leaders(ElectionType.PREFERRED, [TopicPartition(s.named(MINE), 0)])),
    ),
    "begin a transaction": ("denied", _transaction),
}


@pytest.mark.parametrize("attempt", ATTEMPTS)
async def test_an_agency_can_do_what_it_needs_and_nothing_else(scene: Scene, attempt: str) -> None:
    expected, act = ATTEMPTS[attempt]
    assert verdict(lambda: act(scene)) == expected


async def test_who_fetches_without_asking_first_gets_nothing(scene: Scene) -> None:
    topics = [
        *(scene.named(name) for name in (*INNER, *TRICKS, *(f"share.{other}.incidents.v1" for other in OTHERS))),
        "__consumer_offsets",
        scene.key.access.writes,
    ]
    codes, records = await fetched(scene.key, [*topics, scene.key.access.reads[0]])
    assert codes == dict.fromkeys(topics, TOPIC_DENIED) | {scene.key.access.reads[0]: 0}
    assert {topic for topic, found in records.items() if found} == {scene.key.access.reads[0]}


async def test_an_agency_neither_sees_nor_changes_users(scene: Scene) -> None:
    mine = Settings(
        kafka=scene.key.address,
        kafka_protocol="SASL_PLAINTEXT",
        kafka_username=scene.key.access.user,
        kafka_password=SecretStr(scene.key.password),
    )
    async with users(mine) as (_, people):
        for act in (
            people.has("admin"),
            people.permissions("admin"),
            people.set_password("admin", "taken"),
            people.set_password(scene.key.access.user, "another"),
            people.remove("admin"),
            people.set_quotas(scene.key.access.user, {"consumer_byte_rate": None}),
        ):
            with pytest.raises(Problem, match="the broker refuses"):
                await act


async def test_lists_show_an_agency_its_own_alone(scene: Scene) -> None:
    admin = scene.key.admin()
    seen = set(admin.list_topics(timeout=SECONDS).topics)
    assert seen == {*scene.key.access.reads, scene.key.access.writes}
    groups = admin.list_consumer_groups().result(SECONDS)
    assert all(group.group_id.startswith(scene.key.access.group) for group in groups.valid)
