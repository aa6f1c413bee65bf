"""How far an agency has read: for each of its consumer groups what waits, and the newest message it has had."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from deploy.problem import Problem
from deploy.topics.broker import ANSWER_SECONDS, Broker, connection
from shared.settings import Settings


@dataclass(frozen=True, slots=True)
class Reading:
    """One group on one topic."""

    group: str
    topic: str
    lag: int
    newest: datetime | None
    """When the newest message was published that the group has committed; None where it has none, or it is gone."""


async def readings(
    broker: Broker, settings: Settings, groups: Mapping[str, Mapping[TopicPartition, int]]
) -> list[Reading]:
    """Of all groups, by what each has committed."""
    there = await broker.find({place.topic for committed in groups.values() for place in committed})
    if not there:
        return []
    consumer = AIOKafkaConsumer(**connection(settings), enable_auto_commit=False)
    try:
        await consumer.start()
        found = []
        for group, committed in sorted(groups.items()):
            known = {place: offset for place, offset in committed.items() if offset >= 0}
            for topic in sorted({place.topic for place in committed} & there.keys()):
                places = [TopicPartition(topic, number) for number in range(there[topic].partitions)]
                found.append(await _reading(consumer, group, places, known))
        return found
    except KafkaError as error:
        raise Problem(f"Kafka at {settings.kafka}: {error!r}") from error
    finally:
        await consumer.stop()


async def _reading(
    consumer: AIOKafkaConsumer, group: str, places: Sequence[TopicPartition], committed: Mapping[TopicPartition, int]
) -> Reading:
    consumer.assign(places)
    ends, begins = await consumer.end_offsets(places), await consumer.beginning_offsets(places)
    lag = sum(max(0, ends[place] - committed.get(place, begins[place])) for place in places)
    last = [(place, committed[place] - 1) for place in places if committed.get(place, 0) > begins[place]]
    moments = [moment for place, offset in last if (moment := await _moment(consumer, place, offset)) is not None]
    return Reading(group, places[0].topic, lag, max(moments, default=None))


async def _moment(consumer: AIOKafkaConsumer, place: TopicPartition, offset: int) -> datetime | None:
    """When the message at an offset was published; None where it is there no more."""
    consumer.assign([place])
    consumer.seek(place, offset)
    for records in (await consumer.getmany(place, timeout_ms=int(ANSWER_SECONDS * 500), max_records=1)).values():
        for record in records:
            if record.offset == offset:
                return datetime.fromtimestamp(record.timestamp / 1000, UTC)
    return None
