"""How far an agency's own consumers have read of its topics."""

from secrets import token_hex

from aiokafka import AIOKafkaConsumer, TopicPartition
from httpx import AsyncClient

from services.reports.views.agencies_lag import GroupView, has_topics, lag_of
from tests.agencies.bridges import Bridged
from tests.reports.agencies import with_topics
from tests.reports.running import Office


async def test_the_page_knows_how_far_an_agencys_own_consumers_have_read(
    bridged: Bridged, office: Office, citizen: AsyncClient
) -> None:
    settings = bridged.site.settings
    async with with_topics(settings, f"siaga-{token_hex(3)}") as (agency,):  # on which nothing else comes meanwhile
        await agency.joins(office, categories=("fight",))
        for _ in range(2):
            await office.filed(citizen, category="fight")
        assert len(await agency.hears(2)) == 2
        group = settings.topic(f"agency.{agency.name}.siaga")
        consumer = AIOKafkaConsumer(bootstrap_servers=settings.kafka, group_id=group, enable_auto_commit=False)
        place = TopicPartition(agency.topics[0], 0)
        await consumer.start()
        try:
            consumer.assign([place])
            assert (await consumer.end_offsets([place]))[place] == 2
            assert await lag_of(settings, agency.name) == []
            await consumer.commit({place: 0})
        finally:
            await consumer.stop()
        assert await lag_of(settings, agency.name) == [GroupView(group, 2)]
        assert await has_topics(settings, agency.name)
    assert not await has_topics(settings, "nobody-here")
