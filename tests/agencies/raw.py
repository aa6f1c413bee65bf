"""Requests that no well-behaved client sends: whoever knows the protocol does not ask what there is first."""

from collections.abc import Sequence

from aiokafka.client import AIOKafkaClient
from aiokafka.protocol.fetch import FetchRequest

from tests.agencies.door import Key

TOPIC_DENIED = 29
_WAIT_MS, _LEAST_BYTES, _MOST_BYTES = 100, 0, 1_000_000
_NO_SESSION, _LATEST = -1, -1


async def fetched(key: Key, topics: Sequence[str]) -> tuple[dict[str, int], dict[str, bytes]]:
    """What a broker says to a bare fetch of partition 0 of each topic: its error codes, and the records."""
    client = AIOKafkaClient(
        bootstrap_servers=key.address,
        security_protocol="SASL_PLAINTEXT",
        sasl_mechanism="SCRAM-SHA-512",
        sasl_plain_username=key.access.user,
        sasl_plain_password=key.password,
    )
    await client.bootstrap()
    try:
        request = FetchRequest(
            max_wait_time=_WAIT_MS,
            min_bytes=_LEAST_BYTES,
            max_bytes=_MOST_BYTES,
            isolation_level=0,
            topics=[(topic, [(0, 0, _MOST_BYTES)]) for topic in topics],
        )
        answer = await client.send(client.get_random_node(), request)
        codes, records = {}, {}
        for topic, partitions in answer.topics:
            for _, code, *_, data in partitions:
                codes[topic], records[topic] = code, data
        return codes, records
    finally:
        await client.close()
