"""A batch's way through the loop: one transaction, one effect a command, events that can be published again."""

import asyncio

import pytest

from shared.contracts.message import commands_topic
from shared.messaging import loop
from shared.messaging.envelope import Headers
from shared.messaging.errors import Fenced
from tests.support.rig import Rig, ids
from tests.support.toy.domain import Item
from tests.support.toy.messages import (
    SERVICE,
    Boast,
    Boasted,
    BoxOpened,
    BoxSupplied,
    CrateArrived,
    CrateLost,
    ItemPut,
    ItemTaken,
    OpenBox,
    PutItem,
    PutTagged,
    Spoil,
    TakeAll,
    TakeFirst,
)


def header(headers: Headers, name: str) -> str:
    return dict(headers)[name].decode()


async def test_batch_changes_state_and_publishes_events_in_order(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"), PutItem(box="a", tag="red"), PutItem(box="a"), TakeFirst(box="a"))
    assert await rig.facts() == [
        BoxOpened(box="a"),
        ItemPut(box="a", item="msg-0002", serial=1),
        ItemPut(box="a", item="msg-0003", serial=2),
        ItemTaken(box="a", item="msg-0002", serial=1),
    ]
    box = await rig.box("a")
    assert (box.last_serial, box.inside, box.version) == (2, 1, 1)
    first, second = await rig.items("a")
    assert (first.state, first.tag, second.state) == ("out", None, "inside")
    assert rig.store.commits == 1


async def test_repeat_whose_earlier_effect_a_neighbour_has_loaded_is_a_repeat(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"))
    await rig.put(PutItem(box="a"), id="put-1")
    await rig.run()
    before = len(await rig.event_records())
    await rig.put(TakeFirst(box="a"))
    await rig.put(PutItem(box="a"), id="put-1")
    await rig.run()
    assert await rig.letters() == []
    assert (await rig.facts())[before:] == [
        ItemTaken(box="a", item="put-1", serial=1),
        ItemPut(box="a", item="put-1", serial=1),
    ]


async def test_event_says_what_caused_it_when_and_from_where(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"))
    (event,) = await rig.published()
    assert (event.id, event.causation_id, event.correlation_id) == ("msg-0001:1", "msg-0001", "msg-0001")
    (command,) = await rig.inbox()
    assert event.issued_at.timestamp() * 1000 == command.timestamp_ms
    headers = event.record.headers
    assert header(headers, "ce_source") == "/kentongan/toy"
    assert header(headers, "ce_subject") == "a"
    assert header(headers, "ce_dataschema") == "urn:kentongan:schema:toy:BoxOpened:v1"
    assert event.traceparent is not None


async def test_journal_records_who_asked_what_and_what_came_of_it(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"), OpenBox(box="a"))
    accepted, refused = await rig.entry("msg-0001"), await rig.entry("msg-0002")
    assert accepted is not None
    assert refused is not None
    assert (accepted.type, accepted.outcome, accepted.actor, accepted.about) == (
        "kentongan.toy.OpenBox.v1",
        "accepted",
        "citizen",
        "a",
    )
    assert refused.outcome == "box-exists"
    assert len(accepted.events) == len(refused.events) == 1


async def test_command_may_cause_many_events(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"), *[PutItem(box="a")] * 3, TakeAll(box="a"))
    taken = (await rig.published())[-3:]
    assert ids(taken) == ["msg-0005:1", "msg-0005:2", "msg-0005:3"]
    assert [event.message.serial for event in taken if isinstance(event.message, ItemTaken)] == [1, 2, 3]


async def test_keys_on_different_partitions_are_handled_in_one_batch(rig: Rig) -> None:
    names = [f"box-{n}" for n in range(8)]
    await rig.run(*(OpenBox(box=name) for name in names), *(PutItem(box=name) for name in names))
    assert len({record.place for record in await rig.inbox()}) > 1
    assert rig.store.commits == 1
    assert len(await rig.items(*names)) == 8


# Repeats -----------------------------------------------------------------------------------------------------


async def test_batch_that_comes_twice_has_one_effect_and_the_same_events_twice(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"), PutItem(box="a"), TakeFirst(box="a"), TakeFirst(box="a"))
    before, once = (await rig.box("a"), await rig.items("a")), await rig.event_records()
    settled = await rig.deliver(await rig.inbox())
    assert set(settled.report.outcomes) == {
        (f"kentongan.toy.{name}.v1", "repeated") for name in ("OpenBox", "PutItem", "TakeFirst")
    }
    assert (await rig.box("a"), await rig.items("a")) == before
    twice = [(r.key, r.value, r.headers) for r in await rig.event_records()]
    assert twice == [(r.key, r.value, r.headers) for r in once] * 2


async def test_batch_that_comes_again_to_a_new_owner_has_one_effect(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"), PutItem(box="a"))
    rig.loop = rig.new_loop()
    await rig.deliver(await rig.inbox())
    assert len(await rig.items("a")) == 1
    assert ids(await rig.published()) == ["msg-0001:1", "msg-0002:1"] * 2


async def test_redelivered_beginning_with_new_messages_behind_it(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"), PutItem(box="a"))
    await rig.put(PutItem(box="a"))
    await rig.deliver(await rig.inbox())
    assert [item.serial for item in await rig.items("a")] == [1, 2]
    assert ids(await rig.published())[2:] == ["msg-0001:1", "msg-0002:1", "msg-0003:1"]


async def test_same_id_twice_in_one_batch_has_one_effect(rig: Rig) -> None:
    await rig.put(OpenBox(box="a"))
    await rig.put(PutItem(box="a"), PutItem(box="a"), id="same")
    await rig.run()
    assert [item.id for item in await rig.items("a")] == ["same"]
    assert ids(await rig.published()) == ["msg-0001:1", "same:1", "same:1"]


async def test_same_id_in_a_later_batch_has_one_effect(rig: Rig) -> None:
    """Nothing tells that it may be a repeat before the journal refuses it."""
    await rig.run(OpenBox(box="a"))
    for _ in range(2):
        await rig.put(PutItem(box="a"), id="same")
        await rig.run(PutItem(box="a"))
    assert [item.serial for item in await rig.items("a")] == [1, 2, 3]
    assert ids(await rig.published()).count("same:1") == 2


async def test_id_that_comes_again_with_other_content_is_refused(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"))
    for box in ("a", "b"):
        await rig.put(OpenBox(box=box), id="same")
    await rig.run()
    await rig.put(PutItem(box="a"), id="msg-0001")
    await rig.run()
    assert await rig.refusals() == ["box-exists", "idempotency-key-reused", "idempotency-key-reused"]
    assert await rig.items("a") == []
    assert await rig.store.load(type(await rig.box("a")), "id", ["b"]) == []


async def test_refusal_of_a_reused_id_is_not_taken_for_the_first_commands_event(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"))
    await rig.put(PutItem(box="a"), PutItem(box="a", tag="red"), id="msg-0001")
    await rig.run()
    await rig.deliver(await rig.inbox())
    first, *refusals = await rig.published()
    assert len({event.id for event in refusals if event.id != first.id}) == 2
    assert {event.causation_id for event in refusals} == {"msg-0001"}


async def test_refused_command_is_refused_again_although_it_would_be_accepted_now(rig: Rig) -> None:
    await rig.put(PutItem(box="a"), id="early")
    await rig.run(OpenBox(box="a"))
    await rig.put(PutItem(box="a"), id="early")
    await rig.run()
    assert await rig.refusals() == ["no-such-box", "no-such-box"]
    assert await rig.items("a") == []


# Refusals ----------------------------------------------------------------------------------------------------


async def test_refusal_is_an_event_for_the_asker(rig: Rig) -> None:
    await rig.run(PutItem(box="nowhere"))
    (refusal,) = await rig.published()
    assert refusal.message.model_dump() == {
        "command": "kentongan.toy.PutItem.v1",
        "about": "nowhere",
        "reason": "no-such-box",
        "details": {"box": "nowhere"},
    }
    assert refusal.record.key == b"nowhere"
    assert await rig.letters() == []


async def test_refused_command_undoes_everything_it_touched(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"), PutItem(box="a", tag="red"))
    before = await rig.box("a"), await rig.items("a")
    await rig.run(Spoil(box="a"))
    assert (await rig.box("a"), await rig.items("a")) == before
    await rig.run(PutItem(box="a"))
    assert [(item.serial, item.state) for item in await rig.items("a")] == [(1, "inside"), (2, "inside")]


async def test_refused_command_spares_what_its_own_batch_did_before(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"), PutItem(box="a", tag="red"), Spoil(box="a"), PutItem(box="a"), Spoil(box="a"))
    assert [(item.serial, item.tag, item.weight) for item in await rig.items("a")] == [(1, "red", 1), (2, None, 1)]
    assert (await rig.box("a")).inside == 2
    assert await rig.refusals() == ["spoiled", "spoiled"]


async def test_rule_that_looks_at_the_batchs_own_changes(rig: Rig) -> None:
    await rig.run(
        OpenBox(box="a"),
        PutTagged(box="a", tag="red"),
        PutTagged(box="a", tag="red"),
        TakeFirst(box="a"),
        PutTagged(box="a", tag="red"),
    )
    assert await rig.refusals() == ["tag-taken"]
    assert [(item.serial, item.tag) for item in await rig.items("a")] == [(1, None), (2, "red")]
    assert rig.store.commits == 1


async def test_value_freed_by_a_stored_aggregate_is_taken_in_the_same_batch(rig: Rig) -> None:
    """Give up a place and take a new one: one transaction, no split."""
    await rig.run(OpenBox(box="a"), PutTagged(box="a", tag="red"))
    await rig.run(TakeFirst(box="a"), PutTagged(box="a", tag="red"))
    assert [(item.serial, item.tag) for item in await rig.items("a")] == [(1, None), (2, "red")]
    assert rig.store.commits == 2
    assert await rig.letters() == []


# Reactions ---------------------------------------------------------------------------------------------------


async def test_reaction_to_another_services_event(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"))
    await rig.run(CrateArrived(box="a", revision=1, total=5))
    await rig.run(CrateArrived(box="a", revision=2, total=8))
    assert (await rig.facts())[1:] == [
        BoxSupplied(box="a", amount=5, total=5),
        BoxSupplied(box="a", amount=3, total=8),
    ]


async def test_reactions_out_of_order_end_where_those_in_order_do(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"))
    await rig.run(CrateArrived(box="a", revision=2, total=8), CrateArrived(box="a", revision=1, total=5))
    assert (await rig.box("a")).supplied == 8
    assert (await rig.facts())[1:] == [BoxSupplied(box="a", amount=8, total=8)]


async def test_event_that_comes_twice_is_reacted_to_once(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"))
    await rig.put(CrateArrived(box="a", revision=1, total=5), id="crate:1")
    await rig.put(CrateArrived(box="a", revision=1, total=5), id="crate:1")
    await rig.run()
    await rig.deliver(await rig.inbox())
    assert (await rig.box("a")).supplied == 5
    assert {event.id for event in await rig.published()} == {"msg-0001:1", "crate:1:1"}


async def test_events_that_nobody_reacts_to_pass_by(rig: Rig) -> None:
    settled = await rig.run(OpenBox(box="a"), CrateLost(box="a", revision=1))
    assert await rig.letters() == []
    assert sum(settled.report.outcomes.values()) == 1


async def test_batch_of_nothing_but_passing_events(rig: Rig) -> None:
    settled = await rig.run(CrateLost(box="a", revision=1))
    assert settled.messages == []
    assert rig.store.commits == 0


# Entry -------------------------------------------------------------------------------------------------------


async def test_command_enters_by_its_own_topic_only(rig: Rig) -> None:
    """Who may write to another service's events may not command this one by them, nor the other way round."""
    await rig.run(OpenBox(box="a"))
    command = rig.encoded(PutItem(box="a"), "smuggled")
    event = rig.encoded(CrateArrived(box="a", revision=1, total=5), "forged")
    command, event = (
        type(command)(event.topic, command.key, command.value, command.headers),
        type(event)(rig.bus.topic(commands_topic(SERVICE)), event.key, event.value, event.headers),
    )
    await rig.put_raw(command, event)
    await rig.run()
    assert sorted(letter.reason.partition(":")[0] for letter in await rig.letters()) == ["unknown-type"] * 2
    assert await rig.items("a") == []
    assert (await rig.box("a")).supplied == 0


async def test_event_too_large_for_its_readers_fails_its_command_alone(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"), Boast(box="a", bytes=70_000), Boast(box="a", bytes=10))
    assert await rig.facts() == [BoxOpened(box="a"), Boasted(box="a", words="!" * 10)]
    assert (await rig.box("a")).supplied == 1
    (letter,) = await rig.letters()
    assert letter.reason.startswith("failed: ValueError: an event of 70")


# Ownership ---------------------------------------------------------------------------------------------------


async def test_partition_that_was_not_claimed_is_fenced(rig: Rig) -> None:
    await rig.put(OpenBox(box="a"))
    (record,) = await rig.inbox()
    with pytest.raises(Fenced) as fenced:
        await rig.loop.settle([record])
    assert fenced.value.partitions == {record.place}


async def test_former_owner_is_fenced_and_writes_nothing(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"))
    former = rig.loop
    rig.loop = rig.new_loop()
    await rig.run(PutItem(box="a"))
    await rig.put(PutItem(box="a"))
    with pytest.raises(Fenced):
        await former.settle((await rig.inbox())[2:])
    assert len(await rig.items("a")) == 1
    await rig.run()
    assert [item.serial for item in await rig.items("a")] == [1, 2]


async def test_owner_that_is_replaced_between_its_handlers_and_its_write_is_fenced(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"))
    await rig.put(PutItem(box="a"))
    records = await rig.inbox()
    former, rig.loop = rig.loop, rig.new_loop()

    async def usurp() -> None:
        await rig.loop.claim({record.place for record in records})

    rig.store.before_commit = usurp
    with pytest.raises(Fenced):
        await former.settle(records[1:])
    assert await rig.items("a") == []


async def test_released_partition_is_fenced_although_nobody_else_has_it(rig: Rig) -> None:
    await rig.put(OpenBox(box="a"))
    records = await rig.inbox()
    await rig.claim()
    rig.loop.release({record.place for record in records})
    with pytest.raises(Fenced):
        await rig.loop.settle(records)
    assert await rig.store.load(Item, "box", ["a"]) == []


async def test_a_batch_leaves_others_their_turn(memory_rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "TURN_SECONDS", 0.0)
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    await memory_rig.run(OpenBox(box="a"))
    for _ in range(100):
        await memory_rig.put(PutItem(box="a"))
    beside = asyncio.create_task(others())
    await memory_rig.run()
    beside.cancel()
    assert turns >= 2 * 99, "after each message that is decoded, and after each that is handled"
