"""One agency's topics are gone, on a real broker: all others hear on, and nothing is lost for good."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from httpx import AsyncClient

from services.reports.sharing.answers import heard_agencies
from services.reports.sharing.routes import SHARING
from shared.clock import system_clock
from shared.contracts.fields import Text
from shared.contracts.reports.agencies import AddAgency
from shared.contracts.reports.incidents import TriageIncident
from shared.contracts.share import EVENTS, Say
from shared.messaging.dead_box import Kept, opened
from shared.messaging.envelope import Codec
from shared.messaging.kafka import record
from shared.process import working
from tests.reports.agencies import Agency, with_topics
from tests.reports.running import Office, Site
from tests.support.site import in_own_task
from tests.support.waiting import until


@pytest.fixture
async def agencies(site: Site) -> AsyncIterator[list[Agency]]:
    """Two agencies with topics, and the process that tells them."""
    async with (
        with_topics(site.settings, "hilang", "tetap") as agencies,
        in_own_task(working(SHARING, site.settings, heard_agencies)),
    ):
        yield agencies


async def _letters(site: Site) -> list[Kept]:
    async with opened(site.settings, "reports", clock=system_clock) as box:
        return [kept for kept in await box.letters() if kept.replayed_at is None]


async def _delete(agency: Agency, topics: Sequence[str]) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=agency.settings.kafka)
    await admin.start()
    try:
        await admin.delete_topics(list(topics))

        async def gone() -> bool:
            return not set(topics) & set(await admin.list_topics())

        await until(gone, within=30, what="the topics are deleted")
    finally:
        await admin.close()


async def _create(agency: Agency, topics: Sequence[str]) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=agency.settings.kafka)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(topic, num_partitions=1, replication_factor=1) for topic in topics])
    finally:
        await admin.close()


async def _hears_until(agency: Agency, topic: int, wanted: dict[str, int]) -> list[Any]:
    """What an agency hears, once each, until it has had the wanted sequence of each incident, and nothing after it."""
    codec, seen, heard = Codec(EVENTS), dict[str, int](), list[Any]()
    async with agency.reading(agency.topics[topic]) as consumer, asyncio.timeout(30):
        while seen != wanted:
            message: Any = codec.decode(record(await consumer.getone())).message
            if message.sequence > seen.get(message.incident, 0):
                seen[message.incident] = message.sequence
                heard.append(message)
    return heard


async def test_an_agency_without_topics_holds_nobody_up_and_hears_it_all_later(
    site: Site, office: Office, citizen: AsyncClient, agencies: list[Agency]
) -> None:
    gone, stays = agencies
    for agency in agencies:
        await agency.joins(office, categories=("fight",))
    first = (await office.filed(citizen, category="fight"))["id"]
    await gone.hears(1)
    await _delete(gone, gone.topics[:2])
    second = (await office.filed(citizen, category="fight"))["id"]
    heard = await stays.hears(2, within=20)
    assert [m.incident for m in heard] == [first, second]

    await site.do(
        TriageIncident(
            office=office.id, incident=second, category="fight", severity="severe", certainty="likely", reason="x"
        ),
        actor="staff/dewi",
    )
    assert len(await stays.hears(3, within=10)) == 3

    async def buried() -> bool:
        return len(await _letters(site)) >= 4

    await until(buried, within=20, what="what could not be delivered is a dead letter")
    letters = await _letters(site)
    assert {kept.reason_kind for kept in letters} == {"unknown-topic"}
    assert {kept.letter.topic for kept in letters} == set(gone.topics[:2])

    await _create(gone, gone.topics[:2])
    async with opened(site.settings, "reports", clock=system_clock) as box:
        await box.replay([kept.letter for kept in letters])
    again = await _hears_until(gone, 0, {second: 2})
    assert [(m.incident, m.sequence, m.change) for m in again] == [(second, 1, "shared"), (second, 2, "updated")]
    await site.do(AddAgency(office=office.id, agency=gone.name, name=Text(gone.name, gone.name)))
    await _hears_until(gone, 1, {first: 2, second: 3})


async def test_a_notice_that_finds_no_topic_keeps_no_other_agency_waiting(
    site: Site, office: Office, citizen: AsyncClient, agencies: list[Agency]
) -> None:
    gone, stays = agencies
    await stays.joins(office, categories=("fight",))
    incident = (await office.filed(citizen, category="fight"))["id"]
    await stays.hears(1)
    before = len(await _letters(site))
    await _delete(gone, gone.topics[:1])
    await gone.says(Say(incident="tidak-ada", words="halo"))

    async def buried() -> bool:
        return len(await _letters(site)) > before

    await until(buried, within=30, what="the notice is a dead letter")
    await stays.says(Say(incident="tidak-ada", words="halo"))
    assert [type(m).__name__ for m in await stays.hears(2, within=20)] == ["IncidentChanged", "AnswerRefused"]
    assert incident
