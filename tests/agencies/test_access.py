"""What `kentongan agency` makes of a real broker: idempotent, complete, limited, renewed, cut off at once."""

from collections.abc import AsyncIterator
from secrets import token_hex
from typing import Any

import pytest
from confluent_kafka import KafkaException, Producer

from deploy.agency.apply import delete_topics, give, longest_stay, renew, take_away
from deploy.agency.users import users
from deploy.agency.wanted import CUT_OFF, Access, Permission, access_of
from deploy.problem import Problem
from deploy.topics.broker import connect
from deploy.topics.declared import Topic
from deploy.topics.plan import Create
from shared.settings import Settings
from tests.agencies.door import DENIED, SECONDS, SHUT_OUT, Key, admitted, poll, read, sasl_address, verdict, write


@pytest.fixture
async def settings(kafka_address: str) -> AsyncIterator[Settings]:
    """A namespace of one's own at a broker that keeps people out."""
    sasl_address()
    settings = Settings(kafka=kafka_address, namespace=f"test-{token_hex(6)}")
    yield settings
    access = access_of("palu", settings.topic, 1)
    await take_away(settings, access, lambda _: None)
    await delete_topics(settings, access, lambda _: None)


@pytest.fixture
def access(settings: Settings) -> Access:
    return access_of("palu", settings.topic, 1)


@pytest.fixture
async def key(settings: Settings) -> Key:
    return await admitted(settings, "palu", sasl_address())


async def test_a_plan_changes_nothing_and_a_second_time_nothing_is_left_to_change(
    settings: Settings, access: Access
) -> None:
    said: list[str] = []
    planned = await give(settings, access, said.append, only_plan=True)
    assert planned.password is None
    assert (await give(settings, access, lambda _: None, only_plan=True)).changes == planned.changes
    given = await give(settings, access, said.append)
    assert given.changes == planned.changes
    assert given.password
    assert given.password not in "\n".join(said)
    said.clear()
    again = await give(settings, access, said.append)
    assert (again.changes, again.password) == (0, None)
    assert said == [f"  topics and permissions of {access.user} are as they shall be"]


async def test_topics_that_exist_with_other_settings_are_brought_to_theirs(settings: Settings, access: Access) -> None:
    async with connect(settings) as broker:
        await broker.make(Create(Topic(access.reads[0], 1, {"retention.ms": "1000"}), replication=1))
    said: list[str] = []
    await give(settings, access, said.append)
    assert any("retention.ms 1000 → 2592000000" in line for line in said)
    async with connect(settings) as broker:
        found = await broker.find([topic.name for topic in access.topics])
    for topic in access.topics:
        assert topic.config.items() <= found[topic.name].config.items()


async def test_a_permission_that_nobody_gave_is_told_and_taken_away(
    settings: Settings, access: Access, key: Key
) -> None:
    stray = Permission("topic", settings.topic("reports."), "prefixed", "read")
    narrow = Permission("topic", access.writes, "literal", "write", "10.9.8.7", "deny")
    async with users(settings) as (_, people):
        await people.permit(access.user, [stray, narrow])
    said: list[str] = []
    assert (await give(settings, access, said.append)).changes == 1
    assert said == [
        f"- {access.user}: {stray}: is not to be, and goes\n- {access.user}: {narrow}: is not to be, and goes"
    ] or said == [
        f"- {access.user}: {narrow}: is not to be, and goes\n- {access.user}: {stray}: is not to be, and goes"
    ]
    async with users(settings) as (_, people):
        assert await people.permissions(access.user) == access.permissions


async def test_quotas_are_kept_as_somebody_chose_them(settings: Settings, access: Access) -> None:
    await give(settings, access, lambda _: None, quotas={"consumer_byte_rate": 9000.0})
    await give(settings, access, lambda _: None)
    async with users(settings) as (_, people):
        assert await people.quotas(access.user) == {**access.quotas, "consumer_byte_rate": 9000.0}


async def test_who_reads_or_writes_more_than_the_quota_is_slowed_down(settings: Settings, access: Access) -> None:
    few = {"consumer_byte_rate": 10_000.0, "producer_byte_rate": 10_000.0}
    given = await give(settings, access, lambda _: None, quotas=few)
    assert given.password
    key = Key(access, given.password, sasl_address())
    throttled: list[Any] = []
    producer = key.producer(throttle_cb=throttled.append)
    for _ in range(4):
        write(producer, access.writes, b"x" * 50_000)
    producer.poll(0)
    assert throttled
    assert max(event.throttle_time for event in throttled) > 0

    rich = Producer({"bootstrap.servers": settings.kafka})
    for _ in range(4):
        write(rich, access.reads[0], b"x" * 50_000)
    slowed: list[Any] = []
    with key.consumer(None, throttle_cb=slowed.append, **{"fetch.message.max.bytes": 60_000}) as consumer:
        read(consumer, access.reads[0])
        for _ in range(3):
            poll(consumer)
        while not slowed:
            consumer.poll(SECONDS)
    assert max(event.throttle_time for event in slowed) > 0


async def test_the_old_password_opens_nothing_new_and_what_is_open_stays_unless_it_must_sign_in_again(
    settings: Settings, access: Access, key: Key
) -> None:
    producer = key.producer()
    write(producer, access.writes)
    password, stay = await renew(settings, access)
    fresh = key.with_password(password)
    assert verdict(lambda: write(fresh.producer(), access.writes)) == "allowed"
    errors: list[Any] = []
    late = key.admin_hearing(errors)
    with pytest.raises(KafkaException):
        late.list_topics(timeout=5)
    late.poll(0)
    assert {error.code() for error in errors} & SHUT_OUT
    async with connect(settings) as broker:
        assert await longest_stay(broker) == stay
    if not stay:
        write(producer, access.writes)


async def test_who_is_revoked_in_the_middle_is_cut_off_at_the_next_request(
    settings: Settings, access: Access, key: Key
) -> None:
    rich = Producer({"bootstrap.servers": settings.kafka})
    write(rich, access.reads[0])
    producer = key.producer()
    write(producer, access.writes)
    with key.consumer(None, **{"fetch.wait.max.ms": 8_000}) as consumer:
        read(consumer, access.reads[0])
        assert consumer.poll(1) is None  # its next fetch waits at the broker, long
        said: list[str] = []
        assert await take_away(settings, access, said.append)
        assert said[:2] == [
            f"- {access.user}: reads nothing any more, not even by a request that waits at the broker",
            f"- {access.user}: may do nothing any more, on open connections too",
        ]
        for partition in range(3):
            write(rich, access.reads[0], b"RAHASIA", partition)
        heard = [consumer.poll(1) for _ in range(3)]
        assert [message for message in heard if message is not None and not message.error()] == []
        with pytest.raises(KafkaException) as unwritten:
            write(producer, access.writes)
        assert unwritten.value.args[0].code() in DENIED
    assert verdict(lambda: write(key.producer(**{"message.timeout.ms": 3000}), access.writes)) != "allowed"
    async with users(settings) as (_, people):
        assert not await people.has(access.user)
        assert await people.permissions(access.user) == frozenset()
        assert await people.quotas(access.user) == CUT_OFF
    async with connect(settings) as broker:
        assert len(await broker.find(topic.name for topic in access.topics)) == 3
    assert not await take_away(settings, access, said.append)
    again = await give(settings, access, said.append)
    assert again.password
    async with users(settings) as (_, people):
        assert await people.quotas(access.user) == access.quotas
    back = key.with_password(again.password)
    with back.consumer(back.group("again")) as consumer:
        read(consumer, access.reads[0])


async def test_nobody_who_is_not_there_gets_a_new_password(settings: Settings, access: Access) -> None:
    with pytest.raises(Problem, match="kentongan agency add"):
        await renew(settings, access)
