"""A reader of a family of topics as a member of its group."""

import asyncio
import re
from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener

from shared.contracts.message import commands_topic
from shared.messaging.envelope import Record
from shared.messaging.errors import Transient
from shared.messaging.kafka import new_member_broker
from shared.messaging.listener import Listener
from shared.settings import Settings
from tests.support.toy.messages import SERVICE
from tests.support.waiting import until

GROUP = "listeners"
LONG_SECONDS = 7.0
"""More than other requests may take."""


class Slow(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka is untyped
    """A member that has something to end first."""

    async def on_partitions_revoked(self, revoked: Collection[Any]) -> None:
        if revoked:
            await asyncio.sleep(LONG_SECONDS)

    async def on_partitions_assigned(self, assigned: Collection[Any]) -> None:
        return


async def test_who_joins_waits_for_those_who_have_something_to_end(
    toy: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """And does not come again and again as somebody else, for whom the group then has to wait."""
    topic = toy.topic(commands_topic(SERVICE))
    first = AIOKafkaConsumer(
        bootstrap_servers=toy.kafka, group_id=toy.topic(GROUP), rebalance_timeout_ms=30_000, heartbeat_interval_ms=500
    )
    first.subscribe([topic], listener=Slow())
    await first.start()

    async def deal(_: Sequence[Record]) -> None:
        return

    listener = Listener(new_member_broker(toy), toy, group=GROUP, pattern=re.escape(topic), deal=deal)
    try:
        async with asyncio.timeout(30):
            while not first.assignment():
                await first.getmany(timeout_ms=100)
        await listener.start()
        async with asyncio.timeout(30):
            while not (consumer := listener._subscriber.consumer) or not consumer.assignment():
                await first.getmany(timeout_ms=100)
    finally:
        await listener.stop()
        await first.stop()
    assert not [line for line in caplog.messages if "JoinGroupRequest" in line]


@pytest.mark.parametrize("pattern", ["[a-z0-9.-]+toy[.]commands[.]v1", "no-such-topic"])
async def test_a_listener_is_ready_when_it_is_in_its_group(toy: Settings, pattern: str) -> None:
    async def deal(_: Sequence[Record]) -> None:
        return

    listener = Listener(new_member_broker(toy), toy, group=GROUP, pattern=pattern, deal=deal)
    started = asyncio.create_task(listener.start())
    try:
        with pytest.raises(Transient):
            await listener.ready()
        await started

        async def ready() -> bool:
            with suppress(Transient):
                await listener.ready()
                return True
            return False

        await until(ready, what="it is in its group")
    finally:
        await listener.stop()
