"""What a broker in memory still holds that nobody has handled."""

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from deploy.embedded.drain import unhandled
from shared.contracts.message import commands_topic
from tests.support.installation import fresh_settings, installed
from tests.support.toy.messages import SERVICE


async def test_a_partition_that_is_handled_beyond_its_end_hides_nothing_of_others(
    kafka_address: str, mongo_address: str
) -> None:
    """A broker with a broken batch may tell of an end that is none."""
    async with installed(fresh_settings(kafka_address, mongo_address), [SERVICE]) as settings:
        topic = settings.topic(commands_topic(SERVICE))
        producer = AIOKafkaProducer(bootstrap_servers=settings.kafka)
        consumer = AIOKafkaConsumer(
            bootstrap_servers=settings.kafka, group_id=f"{settings.namespace}-drain", enable_auto_commit=False
        )
        await producer.start()
        await consumer.start()
        try:
            await producer.send_and_wait(topic, b"x", partition=0)
            consumer.assign([TopicPartition(topic, 1)])
            await consumer.commit({TopicPartition(topic, 1): 5})
        finally:
            await consumer.stop()
            await producer.stop()
        assert await unhandled(settings, {f"{settings.namespace}-drain": [topic]}) == 1
