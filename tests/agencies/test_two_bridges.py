"""Two processes of bridges at once: each message is brought once, and what one leaves undone the other does."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from secrets import token_hex

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from deploy.agency.wanted import access_of
from deploy.topics.broker import connect
from deploy.topics.plan import Create
from services.reports.bridges.collections import Bridges, bridges_of
from services.reports.bridges.destinations import LEASE
from services.reports.bridges.hearing import GROUP
from services.reports.bridges.process import bridging
from shared.contracts.share import IncidentChanged, incidents_topic
from shared.messaging.envelope import encode_notice
from shared.messaging.kafka import Publisher, new_broker
from shared.messaging.store import Published
from shared.mongo import connected
from shared.settings import Settings
from tests.agencies.bridges import Hands, Receiver, receiving
from tests.contracts.share_samples import SHARE
from tests.support.installation import drop_databases, fresh_settings
from tests.support.waiting import until

OFFICE = "polres-palu"
NAMES = ("damkar", "pmi")
(SAMPLE,) = [sample for sample in SHARE if isinstance(sample, IncidentChanged)]


@dataclass(slots=True)
class Yard:
    """What bridges need of an installation: topics of agencies, a database, and receivers."""

    settings: Settings
    bridges: Bridges
    publisher: Publisher
    clock: Hands
    receivers: dict[str, Receiver]

    async def say(self, *incidents: str) -> None:
        """Tell each agency of some incidents, as the process `sharing` does."""
        messages = [self._message(agency, incident) for incident in incidents for agency in NAMES]
        await self.publisher.publish(messages)

    def _message(self, agency: str, incident: str) -> Published:
        told = SAMPLE.model_copy(
            update={"agency": agency, "incident": incident, "sequence": 1, "change": "shared", "office": OFFICE}
        )
        id = f"{incident}-{agency}"
        key, value, headers = encode_notice(told, id=id, source="/test", time=self.clock(), correlation_id=id)
        return Published(self.settings.topic(incidents_topic(agency)), key, value, headers)

    def ids(self, agency: str, incidents: Sequence[str]) -> list[str]:
        return sorted(f"{incident}-{agency}" for incident in incidents)

    async def members(self) -> dict[str, int]:
        """Who is in the group, and how many partitions each reads."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.settings.kafka)
        await admin.start()
        try:
            (answer,) = await admin.describe_consumer_groups([self.settings.topic(GROUP)])
            ((_, _, state, _, _, members, *_),) = answer.groups
            return {member[0]: len(member[4]) for member in members} if state == "Stable" else {}
        finally:
            await admin.close()

    async def both_at_work(self) -> bool:
        return len(await self.members()) == 2

    async def everything_is_written_down(self) -> bool:
        active = await self.bridges.destinations.active()
        return all([not (await self.bridges.deliveries.figures(one.id)).waiting for one in active])


@pytest.fixture
async def yard(kafka_address: str, mongo_address: str) -> AsyncIterator[Yard]:
    """Two agencies, each with a webhook."""
    settings = fresh_settings(kafka_address, mongo_address).model_copy(update={"webhook_networks": "127.0.0.0/8"})
    topics = [topic for name in NAMES for topic in access_of(name, settings.topic, 1).topics]
    receivers = {name: Receiver() for name in NAMES}
    clock = Hands()
    broker = new_broker(settings)
    async with AsyncExitStack() as stack:
        admin = await stack.enter_async_context(connect(settings))
        for topic in topics:
            await admin.make(Create(topic, 1))
        await stack.enter_async_context(receiving(*receivers.values()))
        client = await stack.enter_async_context(connected(settings))
        database = client[settings.database("reports")]
        stack.push_async_callback(asyncio.to_thread, drop_databases, settings, ["reports"])
        bridges = bridges_of(settings, database, clock)
        for name, receiver in receivers.items():
            known = {"_id": f"{OFFICE}:{name}", "name": {"id": name, "en": name}, "kind": "fire", "gone": False}
            await database["agencies"].insert_one({**known, "version": 1})
            await bridges.destinations.add(OFFICE, name, "hook", receiver.url, "test")
        await broker.start()
        stack.push_async_callback(broker.stop)
        yield Yard(settings, bridges, Publisher(broker), clock, receivers)


@asynccontextmanager
async def process(settings: Settings) -> AsyncIterator[asyncio.subprocess.Process]:
    """The process itself."""
    names = ("kafka", "mongo", "namespace", "webhook_networks", "worker_port")
    told = {f"KENTONGAN_{name.upper()}": str(getattr(settings, name)) for name in names}
    told["KENTONGAN_SECRET_KEY"] = settings.secret_key.get_secret_value()
    told["KENTONGAN_IDENTITY_KEYS"] = ""
    started = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.reports", "bridges", env={**os.environ, **told}
    )
    try:
        yield started
    finally:
        if started.returncode is None:
            started.kill()
        await started.wait()


def _has(receiver: Receiver, ids: Sequence[str]) -> bool:
    return sorted(receiver.ids) == sorted(ids)


async def test_two_at_once_bring_each_message_once(yard: Yard) -> None:
    incidents = [f"incident-{nth}-{token_hex(4)}" for nth in range(12)]
    async with (
        bridging(yard.settings, clock=yard.clock, look_seconds=60),  # neither waits for the other to look
        bridging(yard.settings, clock=yard.clock, look_seconds=60),
    ):
        await until(yard.both_at_work, within=60, what="two share the partitions")
        assert all((await yard.members()).values()), "neither is idle"
        await yard.say(*incidents)
        for agency, receiver in yard.receivers.items():
            wanted = yard.ids(agency, incidents)
            await until(partial(_has, receiver, wanted), within=30, what="all have come")
        await until(yard.everything_is_written_down, within=30, what="nothing is under way")
        for agency, receiver in yard.receivers.items():
            assert sorted(receiver.ids) == yard.ids(agency, incidents), "each once"


async def test_what_a_killed_process_had_in_hand_the_other_brings_with_the_same_id(yard: Yard) -> None:
    for receiver in yard.receivers.values():
        receiver.hangs = True
    async with process(yard.settings) as first:
        await yard.say("in-hand")
        await until(lambda: all(r.got for r in yard.receivers.values()), within=60, what="the first has it in hand")
        async with bridging(yard.settings, clock=yard.clock, look_seconds=0.1):
            os.kill(first.pid, signal.SIGKILL)
            await first.wait()
            for receiver in yard.receivers.values():
                receiver.hangs = False
            yard.clock.forward(seconds=LEASE.total_seconds() + 1)
            await yard.say("afterwards")
            for agency, receiver in yard.receivers.items():
                wanted = [f"in-hand-{agency}", *yard.ids(agency, ["afterwards", "in-hand"])]
                what = "what was in hand has come again, and what came later once"
                await until(partial(_has, receiver, wanted), within=60, what=what)
            await until(yard.everything_is_written_down, within=30, what="nothing is under way")
            (partitions,) = (await yard.members()).values()
            assert partitions > 0
