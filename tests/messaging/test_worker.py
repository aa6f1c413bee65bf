"""The loop on Kafka: what a worker does when it stops, shares, loses its servers or its partitions."""

import asyncio
import signal
from collections.abc import AsyncIterator

import pytest

from shared.messaging.errors import Transient
from shared.settings import Settings
from tests.support import crew
from tests.support.crew import Floor, Gate, expected, fail_to_publish, frozen, joined, member, owned
from tests.support.held import held
from tests.support.proxy import kafka_proxy, mongo_proxy
from tests.support.toy.messages import CrateArrived, OpenBox, PutItem, TakeFirst
from tests.support.waiting import until

BOXES = [f"box-{n}" for n in range(6)]
PARTITIONS = 3


@pytest.fixture(params=["batches of any size", "full batches"])
async def floor(toy: Settings, request: pytest.FixtureRequest) -> AsyncIterator[Floor]:
    """Behind a full batch the next is made ready while it is written, so all of this holds for either."""
    size = 2 if request.param == "full batches" else toy.batch_size
    async with crew.floor(toy.model_copy(update={"batch_size": size})) as found:
        yield found


def opened() -> list[OpenBox]:
    return [OpenBox(box=box) for box in BOXES]


async def is_ready(worker: object) -> bool:
    try:
        await worker.ready()  # type: ignore[attr-defined]
    except Transient:
        return False
    return True


# A day at work -----------------------------------------------------------------------------------------------


async def test_commands_and_reactions_are_handled_once_and_committed(floor: Floor) -> None:
    await floor.send(*opened(), *(PutItem(box=box) for box in BOXES for _ in range(5)))
    async with member(floor.settings):
        await floor.until_events(36)
        await floor.send(CrateArrived(box="box-0", revision=1, total=3), TakeFirst(box="box-1"))
        await floor.until_events(38)
        await floor.until_committed(37)
    assert await floor.serials(*BOXES) == expected(BOXES, 5)
    assert len(await floor.events()) == 38


async def test_restarted_worker_goes_on_where_it_stopped(floor: Floor) -> None:
    async with member(floor.settings):
        await floor.send(*opened())
        await floor.until_events(6)
    await floor.send(*(PutItem(box=box) for box in BOXES))
    async with member(floor.settings):
        await floor.until_events(12)
    assert len(await floor.events()) == 12


async def test_poison_does_not_stop_the_worker(floor: Floor) -> None:
    bad = floor.rig.encoded(PutItem(box="box-0"), "bad", ce_type=b"kentongan.toy.Dance.v1")
    await floor.send(*opened())
    await floor.rig.put_raw(bad)
    await floor.send(PutItem(box="box-0"))
    async with member(floor.settings):
        await floor.until_events(7)
        await floor.until_committed(8)
    (letter,) = await floor.rig.letters()
    assert (letter.value, letter.headers) == (bad.value, bad.headers)


# The end of a day --------------------------------------------------------------------------------------------


async def test_stopping_worker_finishes_the_batch_under_way(floor: Floor) -> None:
    await floor.send(*opened())
    async with member(floor.settings, started=False) as one:
        one.shaky.before_commit = gate = Gate()
        await one.worker.start()
        await gate.reached.wait()
        stopping = asyncio.create_task(one.worker.stop())
        await until(lambda: one.worker._give_up.is_set())
        assert not stopping.done()
        gate.open()
        await stopping
        done = await floor.committed()
        assert done > 0
        assert len(await floor.ids()) == done


async def test_worker_that_cannot_finish_in_time_stops_all_the_same_and_loses_nothing(floor: Floor) -> None:
    await floor.send(*opened())
    hurried = floor.settings.model_copy(update={"drain_seconds": 0.5})
    async with member(hurried, started=False) as one:
        one.shaky.before_commit = gate = Gate()
        await one.worker.start()
        await gate.reached.wait()
        async with asyncio.timeout(5):
            await one.worker.stop()
    assert await floor.committed() == 0
    async with member(floor.settings):
        await floor.until_events(6)


async def test_worker_stops_in_time_while_its_database_is_away(floor: Floor) -> None:
    async with mongo_proxy(floor.settings.mongo) as (proxy, url):
        away = floor.settings.model_copy(update={"mongo": url})
        async with member(away) as one:
            await proxy.cut()
            await floor.send(*opened())
            await until(lambda: one.worker._failing)
            async with asyncio.timeout(away.drain_seconds + 3):
                await one.worker.stop()


async def test_worker_stops_in_time_while_its_broker_is_away(floor: Floor) -> None:
    async with kafka_proxy(floor.settings.kafka) as proxy:
        away = floor.settings.model_copy(update={"kafka": proxy.address, "drain_seconds": 2.0})
        async with member(away) as one:
            await floor.send(*opened())
            await floor.until_events(6)
            await proxy.cut()
            async with asyncio.timeout(10):
                await one.worker.stop()


async def test_worker_that_waits_for_its_group_can_be_stopped(floor: Floor) -> None:
    await floor.send(*opened())
    hurried = floor.settings.model_copy(update={"drain_seconds": 0.5})
    async with member(floor.settings, started=False) as one, member(hurried, started=False) as two:
        one.shaky.before_commit = gate = Gate()
        await one.worker.start()
        await gate.reached.wait()
        joining = asyncio.create_task(two.worker.start())
        await until(lambda: one.worker._give_up.is_set(), what="the group asks for the partitions")
        joining.cancel()
        async with asyncio.timeout(10):
            await two.worker.stop()
        gate.open()
        await floor.until_events(6)
        await floor.until_committed(6)


async def test_worker_that_waits_for_a_hanging_broker_can_be_stopped(floor: Floor) -> None:
    async with kafka_proxy(floor.settings.kafka) as proxy:
        away = floor.settings.model_copy(update={"kafka": proxy.address})
        async with member(away, started=False) as one:
            proxy.freeze()
            starting = asyncio.create_task(one.worker.start())
            await until(lambda: bool(proxy._flows), what="the worker has knocked")
            starting.cancel()
            async with asyncio.timeout(10):
                await one.worker.stop()
            proxy.thaw()


async def test_offsets_wait_for_the_acknowledgement_of_the_events(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await floor.send(*opened())
    async with member(floor.settings, started=False) as one:
        gate, publish = Gate(), one.worker._publisher.publish

        async def late(messages: object) -> None:
            await publish(messages)  # type: ignore[arg-type]
            await gate()

        monkeypatch.setattr(one.worker._publisher, "publish", late)
        await one.worker.start()
        await gate.reached.wait()
        assert len(await floor.ids()) > 0
        assert await floor.committed() == 0
        gate.open()
        await floor.until_committed(6)


async def test_events_that_could_not_be_published_are_published_later(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await floor.send(*opened())
    async with member(floor.settings, started=False) as one:
        failures: list[Exception] = [Transient("no"), Transient("no")]
        fail_to_publish(one, failures, monkeypatch)
        await one.worker.start()
        await floor.until_events(6)
        await floor.until_committed(6)
    assert await floor.rig.letters() == []


# Together ----------------------------------------------------------------------------------------------------


async def test_two_workers_share_the_partitions(floor: Floor) -> None:
    async with member(floor.settings) as one, member(floor.settings) as two:
        await joined(one, two, partitions=PARTITIONS)
        await floor.send(*opened(), *(PutItem(box=box) for box in BOXES for _ in range(5)))
        await floor.until_events(36)
        assert one.shaky.commits > 0
        assert two.shaky.commits > 0
    assert await floor.serials(*BOXES) == expected(BOXES, 5)


async def test_rebalance_in_the_middle_of_a_batch_doubles_nothing(floor: Floor) -> None:
    async with member(floor.settings) as one:
        await floor.send(*opened())
        await floor.until_events(6)
        one.shaky.before_commit = gate = Gate()
        await floor.send(*(PutItem(box=box) for box in BOXES for _ in range(5)))
        await gate.reached.wait()
        async with member(floor.settings, started=False) as two:
            joining = asyncio.create_task(two.worker.start())
            await until(lambda: one.worker._give_up.is_set(), what="the group asks for the partitions")
            assert not joining.done()
            gate.open()
            await joining
            await joined(one, two, partitions=PARTITIONS)
            await floor.until_events(36)
            await floor.send(*(PutItem(box=box) for box in BOXES))
            await floor.until_events(42)
    assert await floor.serials(*BOXES) == expected(BOXES, 6)
    assert len(await floor.events()) == 42


async def test_worker_that_leaves_hands_its_partitions_over(floor: Floor) -> None:
    async with member(floor.settings) as one:
        async with member(floor.settings) as two:
            await joined(one, two, partitions=PARTITIONS)
            await floor.send(*opened())
            await floor.until_events(6)
        await floor.send(*(PutItem(box=box) for box in BOXES))
        await floor.until_events(12)
        await joined(one, partitions=PARTITIONS)
    assert await floor.serials(*BOXES) == expected(BOXES, 1)
    assert len(await floor.events()) == 12


# Partitions that are lost ------------------------------------------------------------------------------------


async def test_worker_whose_partitions_were_claimed_meanwhile_writes_nothing_late(floor: Floor) -> None:
    """It stands still in its transaction, another claims; then it goes on."""
    await floor.send(*opened())
    usurper = floor.rig.new_loop()
    async with member(floor.settings, started=False) as one:
        with held(one.store) as hold:
            await one.worker.start()
            await hold.reached.wait()
            await usurper.claim(one.loop.owned)
            records = await floor.rig.inbox()
            settled = await usurper.settle([record for record in records if record.place in usurper.owned])
            await floor.bus.publish(settled.messages)
        await floor.until_committed(6)
        await floor.send(*(PutItem(box=box) for box in BOXES))
        await floor.until_events(12)
    assert await floor.serials(*BOXES) == expected(BOXES, 1)
    assert not await floor.refused()


async def test_frozen_process_that_wakes_up_writes_nothing_late(floor: Floor) -> None:
    """SIGSTOP in the middle of a transaction for longer than its group waits for it, then SIGCONT."""
    await floor.send(*opened())
    async with frozen(floor.settings) as process:
        await process.held()
        process.send_signal(signal.SIGSTOP)
        async with member(floor.settings) as two:
            await floor.until_events(6, within=40)
            await floor.send(*(PutItem(box=box) for box in BOXES))
            await floor.until_events(12)
            process.send_signal(signal.SIGCONT)
            process.go_on()
            await until(lambda: 0 < len(owned(two)) < PARTITIONS, within=40, what="the process is back in the group")
            await floor.send(*(PutItem(box=box) for box in BOXES))
            await floor.until_events(18)
            await floor.until_committed(18)
    assert await floor.serials(*BOXES) == expected(BOXES, 2)
    assert not await floor.refused()
    assert await floor.rig.letters() == []


# Servers that go and come ------------------------------------------------------------------------------------


async def test_broker_that_is_away_at_the_start_comes(floor: Floor) -> None:
    async with kafka_proxy(floor.settings.kafka) as proxy:
        away = floor.settings.model_copy(update={"kafka": proxy.address})
        async with member(away, started=False) as one:
            await proxy.cut()
            for _ in range(2):
                with pytest.raises(Transient):
                    await one.worker.start()
            assert not await is_ready(one.worker)
            await proxy.open()
            await one.worker.start()
            await floor.send(*opened())
            await floor.until_events(6)
            assert await is_ready(one.worker)


async def test_broker_that_goes_and_comes_back(floor: Floor) -> None:
    async with kafka_proxy(floor.settings.kafka) as proxy:
        away = floor.settings.model_copy(update={"kafka": proxy.address})
        async with member(away) as one:
            await floor.send(*opened())
            await floor.until_events(6)
            assert await is_ready(one.worker)
            await proxy.cut()
            await floor.send(*(PutItem(box=box) for box in BOXES))
            assert not await is_ready(one.worker)
            await proxy.open()
            await floor.until_events(12, within=30)
            await until(lambda: is_ready(one.worker))
    assert await floor.serials(*BOXES) == expected(BOXES, 1)


async def test_broker_that_hangs_is_noticed(floor: Floor) -> None:
    async with kafka_proxy(floor.settings.kafka) as proxy:
        away = floor.settings.model_copy(update={"kafka": proxy.address})
        async with member(away) as one:
            await until(lambda: is_ready(one.worker))
            proxy.freeze()
            async with asyncio.timeout(3):
                assert not await is_ready(one.worker)
            proxy.thaw()
            await until(lambda: is_ready(one.worker))


async def test_database_that_goes_and_comes_back(floor: Floor) -> None:
    async with mongo_proxy(floor.settings.mongo) as (proxy, url):
        away = floor.settings.model_copy(update={"mongo": url})
        async with member(away) as one:
            await floor.send(*opened())
            await floor.until_events(6)
            await until(lambda: sum(one.worker.lag().values()) == 0)
            await proxy.cut()
            await floor.send(*(PutItem(box=box) for box in BOXES))
            await until(lambda: one.worker._failing)
            assert not await is_ready(one.worker)
            assert sum(one.worker.lag().values()) == 6
            assert await floor.committed() == 6
            await proxy.open()
            await floor.until_events(12)
            await until(lambda: is_ready(one.worker))
            await until(lambda: sum(one.worker.lag().values()) == 0)
    assert await floor.serials(*BOXES) == expected(BOXES, 1)
    assert await floor.rig.letters() == []


async def test_database_that_is_away_from_the_start_is_told_by_the_lag(floor: Floor) -> None:
    async with mongo_proxy(floor.settings.mongo) as (proxy, url):
        await proxy.cut()
        away = floor.settings.model_copy(update={"mongo": url})
        await floor.send(*opened())
        async with member(away) as one:
            await until(lambda: one.worker._failing)
            await until(lambda: sum(one.worker.lag().values()) == 6)
            await proxy.open()
            await floor.until_events(6)
            await until(lambda: sum(one.worker.lag().values()) == 0)


async def test_worker_is_ready_only_as_a_member_of_its_group(floor: Floor) -> None:
    async with member(floor.settings, started=False) as one:
        assert not await is_ready(one.worker)
        await one.worker.start()
        await until(lambda: is_ready(one.worker))
        assert owned(one)
    assert not await is_ready(one.worker)
