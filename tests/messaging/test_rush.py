"""A worker with more to do than a batch holds: it makes the next one ready while it writes, and may lose it again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from shared.messaging.errors import Transient
from shared.settings import Settings
from tests.support import crew
from tests.support.crew import Floor, Gate, Member, expected, fail_to_publish, joined, member
from tests.support.proxy import mongo_proxy
from tests.support.toy.messages import OpenBox, PutItem
from tests.support.waiting import until

BOXES = [f"box-{n}" for n in range(6)]
EACH = 5
ALL = len(BOXES) * (EACH + 1)
PARTITIONS = 3


@pytest.fixture
async def floor(toy: Settings) -> AsyncIterator[Floor]:
    async with crew.floor(toy.model_copy(update={"batch_size": 4})) as found:
        await found.send(*(OpenBox(box=box) for box in BOXES))
        await found.send(*(PutItem(box=box) for _ in range(EACH) for box in BOXES))
        yield found


@asynccontextmanager
async def held_up(floor: Floor) -> AsyncIterator[tuple[Member, Gate]]:
    """A worker whose second batch waits behind a gate to be written, with the third one ready."""
    gate = Gate()
    async with member(floor.settings, started=False) as one:

        async def hold_the_next() -> None:
            one.shaky.before_commit = gate

        one.shaky.before_commit = hold_the_next
        await one.worker.start()
        await gate.reached.wait()
        await until(lambda: one.loop._ahead is not None)
        yield one, gate


async def nothing_is_lost_or_doubled(floor: Floor) -> None:
    await floor.until_events(ALL)
    await floor.until_committed(ALL)
    assert await floor.serials(*BOXES) == expected(BOXES, EACH)
    assert await floor.refused() == []
    assert await floor.rig.letters() == []


async def test_next_batch_is_made_ready_while_the_one_before_is_written(floor: Floor) -> None:
    async with held_up(floor) as (_, gate):
        gate.open()
        await nothing_is_lost_or_doubled(floor)
    assert len(await floor.events()) == ALL


async def test_worker_that_stops_leaves_what_it_has_not_begun_to_write(floor: Floor) -> None:
    async with held_up(floor) as (one, gate):
        stopping = asyncio.create_task(one.worker.stop())
        await until(lambda: one.worker._give_up.is_set())
        gate.open()
        await stopping
        assert len(await floor.ids()) == await floor.committed() == 8
    async with member(floor.settings):
        await nothing_is_lost_or_doubled(floor)
    assert len(await floor.events()) == ALL


async def test_worker_that_cannot_finish_in_time_loses_nothing(floor: Floor) -> None:
    floor.settings = floor.settings.model_copy(update={"drain_seconds": 0.5})
    async with held_up(floor) as (one, _):
        async with asyncio.timeout(5):
            await one.worker.stop()
        assert await floor.committed() == 4
    async with member(floor.settings):
        await nothing_is_lost_or_doubled(floor)


async def test_rebalance_hands_over_what_was_made_ready(floor: Floor) -> None:
    async with held_up(floor) as (one, gate), member(floor.settings, started=False) as two:
        joining = asyncio.create_task(two.worker.start())
        await until(lambda: one.worker._give_up.is_set())
        gate.open()
        await joining
        await joined(one, two, partitions=PARTITIONS)
        await nothing_is_lost_or_doubled(floor)


async def test_usurped_partitions_are_written_by_their_new_owner_alone(floor: Floor) -> None:
    async with held_up(floor) as (one, gate):
        usurper = floor.rig.new_loop()
        await usurper.claim(one.loop.owned)
        gate.open()
        await nothing_is_lost_or_doubled(floor)
        assert await floor.rig.letters() == []


async def test_database_that_goes_away_delays_and_doubles_nothing(floor: Floor) -> None:
    async with mongo_proxy(floor.settings.mongo) as (proxy, url):
        floor.settings = floor.settings.model_copy(update={"mongo": url})
        async with held_up(floor) as (one, gate):
            await proxy.cut()
            gate.open()
            await until(lambda: one.worker._failing)
            await proxy.open()
            await nothing_is_lost_or_doubled(floor)


async def test_broker_that_does_not_take_events_delays_and_doubles_nothing(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with held_up(floor) as (one, gate):
        failures: list[Exception] = [RuntimeError("nobody knows")]
        fail_to_publish(one, failures, monkeypatch)
        gate.open()
        await nothing_is_lost_or_doubled(floor)
        assert failures == []


async def test_what_could_not_be_published_for_long_is_read_again_with_what_was_made_ready_behind_it(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.messaging.worker.LONGEST_RETRY_SECONDS", 0.0)
    async with member(floor.settings, started=False) as one:
        failures: list[Exception] = [Transient("no")] * 3
        fail_to_publish(one, failures, monkeypatch)
        await one.worker.start()
        await nothing_is_lost_or_doubled(floor)
        assert failures == []
