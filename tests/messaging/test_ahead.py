"""A batch that is handled while the one before is being written: the same comes of it, whatever becomes of that one."""

import asyncio

import pytest

from shared.contracts.message import Message
from shared.messaging.attempt import Ready
from shared.messaging.envelope import Record
from shared.messaging.errors import Fenced, Transient
from tests.support.crew import Gate
from tests.support.rig import Rig, ids
from tests.support.toy.domain import Item
from tests.support.toy.messages import Break, OpenBox, PutItem, PutTagged, Spoil, TakeAll, TakeFirst


async def sent(rig: Rig, *messages: Message, id: str | None = None) -> list[Record]:
    """Messages on the bus, as records of partitions that are ours."""
    before = await rig.inbox()
    await rig.put(*messages, id=id)
    await rig.claim()
    return [record for record in await rig.inbox() if record not in before]


async def made_ready(rig: Rig, records: list[Record], behind: Ready | None = None) -> Ready:
    ready = await rig.loop.make_ready(records, behind)
    assert ready is not None
    return ready


async def serials(rig: Rig) -> list[int]:
    return [item.serial for item in await rig.items("a")]


# In order ----------------------------------------------------------------------------------------------------


async def test_what_is_made_ready_is_written_as_it_is(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"))
    records = await sent(rig, PutItem(box="a"))
    ready = await made_ready(rig, records)
    assert await serials(rig) == []
    await rig.deliver(records, ready)
    assert await serials(rig) == [1]
    assert rig.store.commits == 2
    assert ids(await rig.published()) == ["msg-0001:1", "msg-0002:1"]


async def test_batch_is_handled_on_what_the_one_before_has_not_written_yet(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"))
    first = await sent(rig, PutItem(box="a"), PutItem(box="a"), TakeFirst(box="a"))
    one = await made_ready(rig, first)
    second = await sent(rig, PutItem(box="a"), TakeFirst(box="a"), PutItem(box="a"))
    rig.store.before_commit = gate = Gate()
    writing = asyncio.create_task(rig.deliver(first, one))
    await gate.reached.wait()
    two = await made_ready(rig, second, one)
    assert await serials(rig) == []
    gate.open()
    await writing
    assert [(item.serial, item.state) for item in await rig.items("a")] == [(1, "out"), (2, "inside")]
    await rig.deliver(second, two)
    assert [(item.serial, item.state) for item in await rig.items("a")] == [
        (1, "out"),
        (2, "out"),
        (3, "inside"),
        (4, "inside"),
    ]
    assert rig.store.commits == 3


async def test_what_was_made_ready_and_is_not_settled_has_no_effect_on_what_is_made_ready_then(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"))
    dropped, other = await sent(rig, PutItem(box="a")), await sent(rig, PutItem(box="a"))
    await made_ready(rig, dropped)
    ready = await made_ready(rig, other)
    await rig.deliver(other, ready)
    assert await serials(rig) == [1]


async def test_what_is_written_is_what_the_handlers_left_though_the_next_batch_goes_on(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"))
    first, second = await sent(rig, PutItem(box="a")), await sent(rig, TakeAll(box="a"))
    one = await made_ready(rig, first)
    await made_ready(rig, second, one)
    await rig.deliver(first, one)
    assert [item.state for item in await rig.items("a")] == ["inside"]
    assert (await rig.box("a")).inside == 1


async def test_what_the_one_before_took_is_found_by_a_question_about_it(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"))
    first, second = await sent(rig, PutTagged(box="a", tag="red")), await sent(rig, PutTagged(box="a", tag="red"))
    one = await made_ready(rig, first)
    two = await made_ready(rig, second, one)
    await rig.deliver(first, one)
    await rig.deliver(second, two)
    assert await rig.refusals() == ["tag-taken"]
    assert rig.store.commits == 3


async def test_long_chain_keeps_nothing_of_its_beginning(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"))
    ready: Ready | None = None
    for _ in range(5):
        records = await sent(rig, PutItem(box="a"))
        following = await made_ready(rig, records, ready)
        await rig.deliver(records, following)
        ready = following
        assert ready.behind is None
    assert await serials(rig) == [1, 2, 3, 4, 5]
    assert rig.store.commits == 6


# The wager is lost -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("durable", [False, True])
async def test_batch_is_handled_anew_where_the_fate_of_the_one_before_is_unknown(rig: Rig, durable: bool) -> None:
    await rig.run(OpenBox(box="a"))
    first, second = await sent(rig, PutItem(box="a")), await sent(rig, PutItem(box="a"), TakeFirst(box="a"))
    one = await made_ready(rig, first)
    two = await made_ready(rig, second, one)
    (rig.store.fail_after_commits if durable else rig.store.fail_commits).append(Transient("away"))
    with pytest.raises(Transient):
        await rig.deliver(first, one)
    assert await rig.loop.make_ready(second, one) is None
    await rig.deliver(first)
    await rig.deliver(second, two)
    assert [(item.serial, item.state) for item in await rig.items("a")] == [(1, "out"), (2, "inside")]
    assert ids(await rig.published()) == [f"msg-000{n}:1" for n in (1, 2, 3, 4)]


async def test_culprit_in_the_one_before_leaves_no_trace_in_the_next(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"), PutItem(box="a", tag="red"))
    first = await sent(rig, PutItem(box="a"), PutItem(box="a", tag="red"), PutItem(box="a"))
    second = await sent(rig, PutItem(box="a"))
    one = await made_ready(rig, first)
    two = await made_ready(rig, second, one)
    await rig.deliver(first, one)
    await rig.deliver(second, two)
    assert await serials(rig) == [1, 2, 3, 4]
    (letter,) = await rig.letters()
    assert letter.reason == "failed: Rejected: not unique: tag"


async def test_culprit_in_the_next_is_found_there(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"))
    first = await sent(rig, PutItem(box="a", tag="red"))
    second = await sent(rig, PutItem(box="a"), PutItem(box="a", tag="red"), PutItem(box="a"))
    one = await made_ready(rig, first)
    two = await made_ready(rig, second, one)
    await rig.deliver(first, one)
    await rig.deliver(second, two)
    assert await serials(rig) == [1, 2, 3]
    assert len(await rig.letters()) == 1


async def test_command_that_the_one_before_holds_already_has_one_effect(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"), PutItem(box="a"), PutItem(box="a"))
    first, second = await sent(rig, TakeFirst(box="a"), id="take"), await sent(rig, TakeFirst(box="a"), id="take")
    one = await made_ready(rig, first)
    two = await made_ready(rig, second, one)
    await rig.deliver(first, one)
    await rig.deliver(second, two)
    assert [item.state for item in await rig.items("a")] == ["out", "inside"]
    assert ids(await rig.published())[-2:] == ["take:1", "take:1"]


async def test_what_was_made_ready_and_is_not_settled_leaves_nothing_behind(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"), PutItem(box="a"))
    dropped, other = await sent(rig, TakeAll(box="a"), PutItem(box="a")), await sent(rig, PutItem(box="a"))
    await made_ready(rig, dropped)
    await rig.deliver(other)
    assert [(item.serial, item.state) for item in await rig.items("a")] == [(1, "inside"), (2, "inside")]
    assert rig.store.commits == 2
    await rig.deliver(dropped)
    assert [item.state for item in await rig.items("a")] == ["out", "out", "inside"]


async def test_refused_command_leaves_what_the_one_before_has_not_written_yet(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"))
    first, second = await sent(rig, PutItem(box="a")), await sent(rig, Spoil(box="a"), TakeFirst(box="a"))
    one = await made_ready(rig, first)
    two = await made_ready(rig, second, one)
    await rig.deliver(first, one)
    await rig.deliver(second, two)
    (item,) = await rig.items("a")
    assert (item.serial, item.state, item.weight) == (1, "out", 1)
    assert await rig.refusals() == ["spoiled"]


# Not ahead of its turn ---------------------------------------------------------------------------------------


async def test_command_that_fails_is_left_to_its_turn(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"))
    records = await sent(rig, PutItem(box="a"), Break(box="a"), PutItem(box="a"))
    assert await rig.loop.make_ready(records) is None
    await rig.deliver(records)
    assert await serials(rig) == [1, 2]
    assert len(await rig.letters()) == 1


async def test_what_may_have_been_handled_before_is_left_to_its_turn(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"), PutItem(box="a"))
    assert await rig.loop.make_ready(await rig.inbox()) is None
    await rig.deliver(await rig.inbox())
    assert await serials(rig) == [1]


async def test_database_that_is_away_is_left_to_its_turn(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"))
    rig.loop.release(rig.loop.owned)
    records = await sent(rig, PutItem(box="a"))
    rig.store.fail_loads = [Transient("away")]
    assert await rig.loop.make_ready(records) is None
    await rig.deliver(records)
    assert await serials(rig) == [1]


async def test_partition_that_is_not_ours_is_left_to_its_turn(rig: Rig) -> None:
    await rig.put(OpenBox(box="a"))
    assert await rig.loop.make_ready(await rig.inbox()) is None


async def test_what_was_made_ready_by_a_former_owner_is_not_written(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"))
    records = await sent(rig, PutItem(box="a"))
    ready, former = await made_ready(rig, records), rig.loop
    rig.loop = rig.new_loop()
    await rig.claim()
    with pytest.raises(Fenced):
        await former.settle(records, ready)
    assert await rig.store.load(Item, "box", ["a"]) == []
    await rig.deliver(records)
    assert await serials(rig) == [1]
