"""`kentongan topics` against real brokers."""

import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from secrets import token_hex

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from deploy.embedded import programs
from deploy.problem import Problem
from deploy.processes import SERVICES
from deploy.topics.apply import Outcome, apply_plan, show_plan
from deploy.topics.broker import connect
from deploy.topics.declared import declared_topics
from shared.settings import Settings
from tests.deploy.programs import running
from tests.support.servers import KAFKA_IMAGE, docker_has

Declare = Callable[..., Path]


@pytest.fixture
def declare(tmp_path: Path) -> Declare:
    """Writes a declaration of one topic."""

    def write(partitions: int = 2, retention_ms: int = 60_000) -> Path:
        file = tmp_path / "topics.toml"
        file.write_text(
            f'[[topic]]\nname = "queue.commands.v1"\npartitions = {partitions}\n'
            f'[topic.config]\n"retention.ms" = "{retention_ms}"\n'
        )
        return file

    return write


@pytest.fixture
async def kafka(request: pytest.FixtureRequest) -> AsyncIterator[Settings]:
    """A namespace of one's own on an Apache Kafka, gone afterwards."""
    if not (os.environ.get("KENTONGAN_KAFKA") or docker_has(KAFKA_IMAGE)):
        pytest.skip("needs an Apache Kafka: name one by KENTONGAN_KAFKA, or run Docker")
    kafka_address = request.getfixturevalue("kafka_address")
    settings = Settings(kafka=kafka_address, namespace=f"test-{token_hex(6)}")
    yield settings
    await _forget(settings)


@pytest.fixture
async def tansu(tmp_path: Path) -> AsyncIterator[Settings]:
    """The embedded broker, fresh."""
    (port,) = programs.free_ports(1)
    settings = Settings(kafka=f"127.0.0.1:{port}", namespace="test")
    async with running(programs.broker(settings), tmp_path):
        yield settings


async def _forget(settings: Settings) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka)
    await admin.start()
    await admin.delete_topics([name for name in await admin.list_topics() if name.startswith(settings.namespace)])
    await admin.close()


async def test_a_second_apply_has_nothing_to_do(kafka: Settings) -> None:
    said: list[str] = []
    assert await show_plan(kafka, said.append) == Outcome.CHANGES
    assert await apply_plan(kafka, said.append) == Outcome.AS_DECLARED
    said.clear()
    assert await apply_plan(kafka, said.append) == Outcome.AS_DECLARED
    assert await show_plan(kafka, said.append) == Outcome.AS_DECLARED
    assert said == [f"  {len(SERVICES) * 3} topics on {kafka.kafka} are as declared"] * 2


async def test_the_broker_has_what_the_file_declares(kafka: Settings) -> None:
    await apply_plan(kafka, lambda _: None)
    topics = declared_topics(named=kafka.topic, replication=1)
    async with connect(kafka) as broker:
        found = await broker.find([topic.name for topic in topics])
    for topic in topics:
        assert found[topic.name].partitions == topic.partitions
        assert topic.config.items() <= found[topic.name].overrides.items()


async def test_plan_changes_nothing(kafka: Settings) -> None:
    await show_plan(kafka, lambda _: None)
    async with connect(kafka) as broker:
        assert await broker.find([kafka.topic("queue.commands.v1")]) == {}


async def test_a_changed_setting_is_altered_and_said(kafka: Settings, declare: Declare) -> None:
    await apply_plan(kafka, lambda _: None, file=declare(retention_ms=60_000))
    said: list[str] = []
    await apply_plan(kafka, said.append, file=declare(retention_ms=90_000))
    assert said == [f"+ {kafka.topic('queue.commands.v1')}: retention.ms 60000 → 90000"]
    assert await show_plan(kafka, lambda _: None, file=declare(retention_ms=90_000)) == Outcome.AS_DECLARED


async def test_partitions_are_added_only_when_asked_for(kafka: Settings, declare: Declare) -> None:
    await apply_plan(kafka, lambda _: None, file=declare(partitions=2))
    more = declare(partitions=4)
    said: list[str] = []
    assert await apply_plan(kafka, said.append, file=more) == Outcome.LEFT_UNDONE
    assert "--add-partitions" in said[0]
    assert await apply_plan(kafka, lambda _: None, file=more, add_partitions=True) == Outcome.AS_DECLARED
    async with connect(kafka) as broker:
        (found,) = (await broker.find([kafka.topic("queue.commands.v1")])).values()
    assert found.partitions == 4


async def test_a_setting_that_kafka_refuses_is_one_line(kafka: Settings, declare: Declare) -> None:
    file = declare(retention_ms=-5)
    with pytest.raises(Problem, match=r"retention\.ms"):
        await apply_plan(kafka, lambda _: None, file=file)


async def test_more_copies_than_brokers_is_one_line(kafka: Settings, declare: Declare) -> None:
    greedy = kafka.model_copy(update={"kafka_replication": 3})
    with pytest.raises(Problem, match=r"(?i)replication"):
        await apply_plan(greedy, lambda _: None, file=declare())


async def test_an_absent_broker_is_one_line() -> None:
    (port,) = programs.free_ports(1)
    with pytest.raises(Problem, match=f"127.0.0.1:{port}"):
        await show_plan(Settings(kafka=f"127.0.0.1:{port}"), lambda _: None)


async def test_the_embedded_broker_takes_the_same_declaration(tansu: Settings) -> None:
    assert await apply_plan(tansu, lambda _: None) == Outcome.AS_DECLARED
    assert await show_plan(tansu, lambda _: None) == Outcome.AS_DECLARED


async def test_what_the_embedded_broker_cannot_do_is_one_line(tansu: Settings, declare: Declare) -> None:
    await apply_plan(tansu, lambda _: None, file=declare(retention_ms=60_000))
    said: list[str] = []
    outcome = await apply_plan(tansu, said.append, file=declare(partitions=3, retention_ms=90_000), add_partitions=True)
    assert said == ["  this broker can't change a topic that exists: it stays as it is"]
    assert outcome == Outcome.LEFT_UNDONE
