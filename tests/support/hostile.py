"""Messages that no ordinary client writes, sent as raw bytes of Kafka's protocol."""

from collections.abc import Callable
from struct import Struct
from typing import Any

from aiokafka import TopicPartition
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import for_code
from aiokafka.protocol.produce import ProduceRequest
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy
from aiokafka.record.util import calc_crc32c

from shared.messaging.envelope import Headers
from shared.settings import Settings


class Bytes(str):
    """A header's name that is no text: Kafka's brokers pass on what they get."""

    __slots__ = ("raw",)

    def __new__(cls, raw: bytes) -> "Bytes":
        made = super().__new__(cls, raw.decode("latin-1"))
        made.raw = raw  # type: ignore[attr-defined]
        return made

    def encode(self, *_: Any, **__: Any) -> bytes:
        found: bytes = self.raw  # type: ignore[attr-defined]
        return found


Records = list[tuple[bytes, bytes, Headers]]
"""Key, value and headers of each."""

RECORDS_AT = 61
"""Where the records of a batch begin; what stands before is partly the broker's."""
_LENGTH_AT, _AFTER_LENGTH, _CRC_AT, _ATTRIBUTES_AT = 8, 12, 17, 21


def batch_of(records: Records) -> bytes:
    """The records as one batch."""
    builder = _DefaultRecordBatchBuilderPy(2, 0, 0, -1, -1, -1, 1_000_000_000)
    for offset, (key, value, headers) in enumerate(records):
        builder.append(offset, 1_772_438_400_000, key, value, list(headers))
    return bytes(builder.build())


def compressed(batch: bytes, codec: int, compress: Callable[[bytes], bytes]) -> bytes:
    """A batch as a client writes it that compresses, or pretends to: the checksum is right whatever comes out."""
    body = Struct(">h").pack(codec) + batch[_ATTRIBUTES_AT + 2 : RECORDS_AT] + compress(batch[RECORDS_AT:])
    length = Struct(">i").pack(_ATTRIBUTES_AT - _AFTER_LENGTH + len(body))
    crc = Struct(">I").pack(calc_crc32c(body))
    return batch[:_LENGTH_AT] + length + batch[_AFTER_LENGTH:_CRC_AT] + crc + body


async def produce_raw(settings: Settings, topic: str, partition: int, records: Records) -> None:
    """Append records as one batch."""
    await produce_batches(settings, topic, partition, batch_of(records))


async def produce_batches(settings: Settings, topic: str, partition: int, *batches: bytes) -> None:
    """Append batches as they are."""
    client = AIOKafkaClient(bootstrap_servers=settings.kafka)
    await client.bootstrap()
    try:
        await client.set_topics([topic])
        node = client.cluster.leader_for_partition(TopicPartition(topic, partition))
        for batch in batches:
            request = ProduceRequest(None, -1, 20_000, [(topic, [(partition, batch)])])
            response = await client.send(node, request)
            ((_, ((_, code, *_),)),) = response.topics
            if code:
                raise for_code(code)
    finally:
        await client.close()
