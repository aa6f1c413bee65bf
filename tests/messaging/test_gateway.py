"""How an API process asks its worker for something and hears what came of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from shared.clock import system_clock
from shared.contracts.message import Command, events_topic
from shared.messaging.envelope import Incoming
from shared.messaging.errors import Declined, Pending, Transient
from shared.messaging.store import Published
from shared.messaging.tail import Gateway, Tail
from shared.settings import Settings
from tests.support import crew
from tests.support.crew import Floor, Gate, member
from tests.support.proxy import kafka_proxy
from tests.support.site import asked_in_the_end
from tests.support.toy.messages import (
    EVENTS,
    SERVICE,
    BoxOpened,
    ItemPut,
    ItemTaken,
    OpenBox,
    PutItem,
    TakeAll,
)
from tests.support.waiting import until


@pytest.fixture
async def floor(toy: Settings) -> AsyncIterator[Floor]:
    async with crew.floor(toy) as found:
        yield found


@asynccontextmanager
async def gateway(settings: Settings, *, started: bool = True) -> AsyncIterator[tuple[Gateway, list[Incoming]]]:
    """A running gateway, and the events that its tail has seen."""
    tail = Tail(EVENTS)
    seen: list[Incoming] = []
    tail.listen(seen.append)
    found = Gateway(settings, SERVICE, tail, clock=system_clock)
    try:
        if started:
            await found.start()
        yield found, seen
    finally:
        await found.stop()


def hurried(settings: Settings, **changes: object) -> Settings:
    return settings.model_copy(update={"wait_seconds": 1.0, **changes})


async def test_asker_gets_the_event_that_the_command_caused(floor: Floor) -> None:
    async with member(floor.settings), gateway(floor.settings) as (desk, seen):
        assert await desk.ask(OpenBox(box="a"), id="one", actor="citizen") == BoxOpened(box="a")
        assert await desk.ask(PutItem(box="a"), id="two", actor="citizen") == ItemPut(box="a", item="two", serial=1)
        assert [event.id for event in seen] == ["one:1", "two:1"]
    entry = await floor.rig.entry("two")
    assert entry is not None
    assert (entry.actor, entry.correlation_id) == ("citizen", "two")


async def test_many_askers_at_once_each_get_their_own(floor: Floor) -> None:
    async with member(floor.settings), gateway(floor.settings) as (desk, _):
        await desk.ask(OpenBox(box="a"), id="open", actor="citizen")
        events = await asyncio.gather(*(desk.ask(PutItem(box="a"), id=f"put-{n}", actor="citizen") for n in range(50)))
    items = [event for event in events if isinstance(event, ItemPut)]
    assert [item.item for item in items] == [f"put-{n}" for n in range(50)]
    assert sorted(item.serial for item in items) == list(range(1, 51))


async def test_refused_asker_is_told_why(floor: Floor) -> None:
    async with member(floor.settings), gateway(floor.settings) as (desk, _):
        with pytest.raises(Declined) as declined:
            await desk.ask(PutItem(box="nowhere"), id="one", actor="citizen")
    assert declined.value.slug == "no-such-box"
    assert declined.value.details == {"box": "nowhere"}


async def test_same_id_again_gets_the_same_event(floor: Floor) -> None:
    async with member(floor.settings), gateway(floor.settings) as (desk, _):
        await desk.ask(OpenBox(box="a"), id="one", actor="citizen")
        first = await desk.ask(PutItem(box="a"), id="two", actor="citizen")
        again = await desk.ask(PutItem(box="a"), id="two", actor="citizen")
        both = await asyncio.gather(*(desk.ask(PutItem(box="a"), id="three", actor="citizen") for _ in range(2)))
    assert first == again
    assert both[0] == both[1]
    assert await floor.serials("a") == [("a", 1), ("a", 2)]


async def test_same_id_with_another_wish_is_declined(floor: Floor) -> None:
    async with member(floor.settings), gateway(floor.settings) as (desk, _):
        await desk.ask(OpenBox(box="a"), id="one", actor="citizen")
        with pytest.raises(Declined) as declined:
            await desk.ask(OpenBox(box="b"), id="one", actor="citizen")
    assert declined.value.slug == "idempotency-key-reused"


async def test_asker_of_a_repeated_command_gets_its_first_event_whichever_comes_by(floor: Floor) -> None:
    async with member(floor.settings), gateway(floor.settings) as (desk, seen):
        await desk.ask(OpenBox(box="a"), id="open", actor="citizen")
        for n in range(3):
            await desk.ask(PutItem(box="a"), id=f"put-{n}", actor="citizen")
        first = await desk.ask(TakeAll(box="a"), id="all", actor="citizen")
        await until(lambda: seen[-1].id == "all:3")
        answer = desk._tail.expect("all")
        desk._tail.take(seen[-1].record)
        desk._tail.take(next(event for event in seen if event.id == "all:1").record)
    assert first == answer.result().message == ItemTaken(box="a", item="put-0", serial=1)


async def test_asker_does_not_wait_for_ever_for_a_worker_that_is_not_there(floor: Floor) -> None:
    async with gateway(hurried(floor.settings)) as (desk, _):
        with pytest.raises(Pending) as pending:
            await desk.ask(OpenBox(box="a"), id="one", actor="citizen")
        assert pending.value.command_id == "one"
        async with member(floor.settings):
            await floor.until_events(1)
            assert await desk.ask(OpenBox(box="a"), id="one", actor="citizen") == BoxOpened(box="a")
        assert not desk._tail._waiting


async def test_worker_that_is_slow_is_not_a_failure(floor: Floor) -> None:
    async with member(floor.settings, started=False) as one, gateway(hurried(floor.settings)) as (desk, _):
        one.shaky.before_commit = gate = Gate()
        await one.worker.start()
        with pytest.raises(Pending):
            await desk.ask(OpenBox(box="a"), id="one", actor="citizen")
        assert gate.reached.is_set()
        gate.open()
        assert await desk.ask(OpenBox(box="a"), id="one", actor="citizen") == BoxOpened(box="a")


@pytest.mark.parametrize("how", ["cut", "frozen"])
async def test_broker_that_does_not_take_the_command_is_told_in_time(floor: Floor, how: str) -> None:
    async with (
        kafka_proxy(floor.settings.kafka) as proxy,
        member(floor.settings),
        gateway(hurried(floor.settings, kafka=proxy.address)) as (desk, _),
    ):
        await until(lambda: _asked(desk, OpenBox(box="a"), "one"))
        if how == "cut":
            await proxy.cut()
        else:
            proxy.freeze()
        async with asyncio.timeout(3):
            with pytest.raises(Transient):
                await desk.ask(PutItem(box="a"), id="two", actor="citizen")
        with pytest.raises(Transient):
            await desk.ready()
        if how == "cut":
            await proxy.open()
        else:
            proxy.thaw()
        await until(lambda: _asked(desk, PutItem(box="a"), "two"), within=30)
        await desk.ready()
    assert await floor.serials("a") == [("a", 1)]


async def _asked(desk: Gateway, command: Command, id: str) -> bool:
    try:
        await desk.ask(command, id=id, actor="citizen")
    except (Transient, Pending):
        return False
    return True


async def test_broker_that_is_away_at_the_start_comes(floor: Floor) -> None:
    async with kafka_proxy(floor.settings.kafka) as proxy:
        await proxy.cut()
        async with gateway(hurried(floor.settings, kafka=proxy.address), started=False) as (desk, _):
            for failing in (desk.ready, desk.start, desk.ready, desk.start):
                with pytest.raises(Transient):
                    await failing()
            with pytest.raises(Transient):
                await desk.ask(OpenBox(box="a"), id="one", actor="citizen")
            await proxy.open()
            await desk.start()
            async with member(floor.settings):
                assert await asked_in_the_end(desk, OpenBox(box="a"), id="one", actor="citizen") == BoxOpened(box="a")


async def test_tail_begins_at_the_present_and_misses_nothing_from_there(floor: Floor) -> None:
    async with member(floor.settings):
        await floor.send(OpenBox(box="a"))
        await floor.until_events(1)
        async with gateway(floor.settings) as (_, seen):
            await floor.send(PutItem(box="a"))
            await until(lambda: len(seen) == 1)
            assert seen[0].message == ItemPut(box="a", item=seen[0].causation_id, serial=1)


async def test_two_processes_both_see_every_event(floor: Floor) -> None:
    async with member(floor.settings), gateway(floor.settings) as (one, seen), gateway(floor.settings) as (_, others):
        await one.ask(OpenBox(box="a"), id="one", actor="citizen")
        await until(lambda: len(seen) == len(others) == 1)


async def test_poison_among_the_events_is_a_letter_and_disturbs_nobody(floor: Floor) -> None:
    async with member(floor.settings), gateway(floor.settings) as (desk, seen):
        await desk.ask(OpenBox(box="a"), id="one", actor="citizen")
        (event,) = await floor.rig.event_records()
        topic = floor.settings.topic(events_topic(SERVICE))
        good = Published(topic, event.key, event.value, event.headers)
        odd: Any = (*event.headers, ("ce_type", b"\xff"), ("none", None))
        bad = [good._replace(value=b"{"), good._replace(key=None)]
        bad += [good._replace(headers=headers) for headers in ((), odd)]
        await floor.rig.put_raw(*bad)
        assert await desk.ask(PutItem(box="a"), id="two", actor="citizen") == ItemPut(box="a", item="two", serial=1)

        async def buried() -> bool:
            return len(await floor.rig.letters()) == len(bad)

        await until(buried)
        assert [e.id for e in seen] == ["one:1", "two:1"]
    letters = await floor.rig.letters()
    assert {letter.topic for letter in letters} == {topic}
    assert sorted((letter.value or b"", len(letter.headers)) for letter in letters) == sorted(
        (message.value or b"", len(message.headers)) for message in bad
    )


async def test_listener_that_fails_disturbs_neither_the_others_nor_the_asker(floor: Floor) -> None:
    def broken(_event: Incoming) -> None:
        raise RuntimeError("a listener's bug")

    tail = Tail(EVENTS)
    seen: list[Incoming] = []
    tail.listen(broken)
    tail.listen(seen.append)
    desk = Gateway(floor.settings, SERVICE, tail, clock=system_clock)
    await desk.start()
    try:
        async with member(floor.settings):
            await desk.ask(OpenBox(box="a"), id="one", actor="citizen")
            await until(lambda: len(seen) == 1)
    finally:
        await desk.stop()
