"""Records that other clients write otherwise than ours, or that nobody should write at all."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable

import cramjam
import pytest
from aiokafka import AIOKafkaConsumer
from confluent_kafka import OFFSET_BEGINNING, Consumer, Producer, TopicPartition

from shared.contracts.message import events_topic
from shared.messaging import tolerance
from shared.settings import Settings
from tests.support import crew
from tests.support.crew import Floor, member
from tests.support.hostile import RECORDS_AT, Bytes, batch_of, compressed, produce_batches, produce_raw
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


def snappy_blocks(data: bytes) -> bytes:
    """As Java's clients write it."""
    header = b"\x82SNAPPY\0" + (1).to_bytes(4) + (1).to_bytes(4)
    blocks = [bytes(cramjam.snappy.compress_raw(data[at : at + 32_768])) for at in range(0, len(data), 32_768)]
    return header + b"".join(len(block).to_bytes(4) + block for block in blocks)


def lz4(data: bytes) -> bytes:
    compressor = cramjam.lz4.Compressor(level=9, content_checksum=False, block_linked=False)
    compressor.compress(data)
    return bytes(compressor.finish())


def zstd(data: bytes) -> bytes:
    return bytes(cramjam.zstd.compress(data))


GZIP, SNAPPY, LZ4, ZSTD = 1, 2, 3, 4

UNREADABLE: dict[str, tuple[int, int, Callable[[bytes], bytes]]] = {
    "gzip with an end": (10, GZIP, lambda data: gzip.compress(data) + b"garbage!"),
    "lz4 with an end": (10, LZ4, lambda data: lz4(data) + b"garbage!"),
    "snappy twice": (10, SNAPPY, lambda data: snappy_blocks(data[:20]) + snappy_blocks(data[20:])),
    "gzip that grows": (20_000_000, GZIP, gzip.compress),
    "gzip that grows late": (20_000_000, GZIP, lambda data: gzip.compress(data[:20]) + gzip.compress(data[20:])),
    "snappy that grows": (20_000_000, SNAPPY, snappy_blocks),
    "lz4 that grows": (20_000_000, LZ4, lz4),
    "zstd that grows": (20_000_000, ZSTD, zstd),
    "zstd that grows late": (20_000_000, ZSTD, lambda data: zstd(data[:20]) + zstd(data[20:])),
}


@pytest.mark.parametrize("kind", UNREADABLE)
async def test_batch_that_cannot_be_read_is_a_letter_and_takes_no_neighbour_with_it(floor: Floor, kind: str) -> None:
    """Neither those before and behind it nor those of other partitions, which are read in the same go."""
    size, codec, compress = UNREADABLE[kind]
    boxes = [f"box-{number}" for number in range(20)]
    await floor.send(*(OpenBox(box=box) for box in boxes))
    batch = compressed(batch_of([(b"a", b"x" * size, ())]), codec, compress)
    await produce_batches(floor.settings, floor.commands, 0, batch)
    await floor.send(*(PutItem(box=box) for box in boxes))
    async with member(floor.settings):
        await floor.until_events(40)
        await floor.until_committed(41)
    assert await floor.serials(*boxes) == crew.expected(sorted(boxes), 1)
    (letter,) = await floor.rig.letters()
    assert letter.reason.startswith("unreadable: broken, or more than 16777216 bytes without compression")
    assert (letter.value or b"")[RECORDS_AT:] == batch[RECORDS_AT:]


@pytest.mark.parametrize(
    ("codec", "compress"), [(GZIP, gzip.compress), (SNAPPY, snappy_blocks), (LZ4, lz4), (ZSTD, zstd)]
)
async def test_batches_that_grow_are_read_a_bit_at_a_time(
    floor: Floor, codec: int, compress: Callable[[bytes], bytes]
) -> None:
    """Or some kilobytes of them would fill a worker's memory."""
    large = compressed(batch_of([(b"a", b"x" * 100_000, ()) for _ in range(50)]), codec, compress)
    await produce_batches(floor.settings, floor.commands, 0, *[large] * 10)
    tolerance.install()
    consumer = AIOKafkaConsumer(floor.commands, bootstrap_servers=floor.settings.kafka, auto_offset_reset="earliest")
    await consumer.start()
    try:
        read: list[int] = []
        async with asyncio.timeout(30):
            while len(read) < 500:
                found = [
                    r for some in (await consumer.getmany(timeout_ms=1000, max_records=500)).values() for r in some
                ]
                assert len(found) <= 21
                read += [record.offset for record in found]
    finally:
        await consumer.stop()
    assert read == list(range(500))


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
