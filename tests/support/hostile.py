"""Messages that no ordinary client writes, sent as raw bytes of Kafka's protocol."""

from typing import Any

from aiokafka import TopicPartition
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import for_code
from aiokafka.protocol.produce import ProduceRequest
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy

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


async def produce_raw(
    settings: Settings, topic: str, partition: int, records: list[tuple[bytes, bytes, Headers]]
) -> None:
    """Append records, given by key, value and headers, as one batch."""
    builder = _DefaultRecordBatchBuilderPy(2, 0, 0, -1, -1, -1, 1_000_000)
    for offset, (key, value, headers) in enumerate(records):
        builder.append(offset, 1_772_438_400_000, key, value, list(headers))
    client = AIOKafkaClient(bootstrap_servers=settings.kafka)
    await client.bootstrap()
    try:
        await client.set_topics([topic])
        node = client.cluster.leader_for_partition(TopicPartition(topic, partition))
        request = ProduceRequest(None, -1, 5_000, [(topic, [(partition, bytes(builder.build()))])])
        response = await client.send(node, request)
        ((_, ((_, code, *_),)),) = response.topics
        if code:
            raise for_code(code)
    finally:
        await client.close()
