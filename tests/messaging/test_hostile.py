"""Records that other clients write otherwise than ours, or that nobody should write at all."""

from collections.abc import AsyncIterator

import pytest
from confluent_kafka import OFFSET_BEGINNING, Consumer, Producer, TopicPartition

from shared.contracts.message import events_topic
from shared.settings import Settings
from tests.support import crew
from tests.support.crew import Floor, member
from tests.support.hostile import Bytes, produce_raw
from tests.support.installation import PARTITIONS
from tests.support.toy.messages import SERVICE, OpenBox, PutItem


@pytest.fixture
async def floor(toy: Settings) -> AsyncIterator[Floor]:
    async with crew.floor(toy) as found:
        yield found


async def test_header_name_that_is_no_text_stops_nobody(floor: Floor) -> None:
    """Alone in a batch, between others, in a message that is fine otherwise and in one that is not."""
    await floor.send(OpenBox(box="a"))
    (first,) = await floor.rig.inbox()
    good = floor.rig.encoded(PutItem(box="a"), "good")
    odd = floor.rig.encoded(PutItem(box="a"), "odd")
    bad = floor.rig.encoded(PutItem(box="a"), "bad", ce_type=b"kentongan.toy.Dance.v1")
    strange = (Bytes(b"\xff\xfe"), b"x")
    records = [
        (message.key or b"", message.value or b"", (*message.headers, *more))
        for message, more in ((good, ()), (odd, (strange,)), (bad, (strange,)))
    ]
    await produce_raw(floor.settings, floor.commands, first.partition, records)
    await produce_raw(floor.settings, floor.commands, first.partition, records[2:])
    await floor.send(PutItem(box="a"))
    async with member(floor.settings):
        await floor.until_events(4)
        await floor.until_committed(6)
    assert await floor.serials("a") == [("a", 1), ("a", 2), ("a", 3)]
    letters = await floor.rig.letters()
    assert [letter.reason for letter in letters] == ["unknown-type: kentongan.toy.Dance.v1"] * 2
    assert {letter.value for letter in letters} == {bad.value}


@pytest.mark.parametrize("codec", ["gzip", "snappy", "lz4", "zstd"])
async def test_messages_of_a_client_that_compresses_are_read(floor: Floor, codec: str) -> None:
    producer = Producer({"bootstrap.servers": floor.settings.kafka, "compression.type": codec, "linger.ms": 50})
    for n in range(20):
        message = floor.rig.encoded(OpenBox(box="a") if n == 0 else PutItem(box="a"), f"cmd-{n}")
        producer.produce(message.topic, message.value, message.key, headers=list(message.headers))
    assert producer.flush(20) == 0
    async with member(floor.settings):
        await floor.until_events(20)
    assert len(await floor.serials("a")) == 19


async def test_message_that_is_monstrous_when_decompressed_stops_nobody(floor: Floor) -> None:
    """More than any topic takes, in some kilobytes. A broker that looks into it may refuse it."""
    producer = Producer(
        {"bootstrap.servers": floor.settings.kafka, "compression.type": "zstd", "message.max.bytes": 20_000_000}
    )
    monster = floor.rig.encoded(PutItem(box="a"), "monster")
    producer.produce(monster.topic, b"x" * 10_000_000, monster.key, headers=list(monster.headers))
    producer.flush(20)
    await floor.send(OpenBox(box="a"))
    taken = len(await floor.rig.inbox())
    async with member(floor.settings):
        await floor.until_committed(taken)
    assert len(await floor.rig.letters()) == taken - 1
    for letter in await floor.rig.letters():
        assert letter.reason.startswith("too-large: 10000000 bytes")
        assert len(letter.value or b"") == 1_000_000


async def test_our_events_can_be_read_by_other_clients(floor: Floor) -> None:
    await floor.send(OpenBox(box="a"))
    async with member(floor.settings):
        await floor.until_events(1)
    consumer = Consumer({"bootstrap.servers": floor.settings.kafka, "group.id": "other"})
    topic = floor.settings.topic(events_topic(SERVICE))
    consumer.assign([TopicPartition(topic, partition, OFFSET_BEGINNING) for partition in range(PARTITIONS)])
    try:
        message = consumer.poll(20)
    finally:
        consumer.close()
    assert message is not None
    assert message.value() == b'{"box":"a"}'
    assert ("ce_type", b"kentongan.toy.BoxOpened.v1") in (message.headers() or ())
