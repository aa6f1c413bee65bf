"""What fails is undone, tried again or put aside, and neither the store nor the memory is ever half of something."""

import pytest

from shared.messaging.errors import Transient
from shared.messaging.store import Published
from tests.support.rig import Rig, ids
from tests.support.toy.domain import Box
from tests.support.toy.messages import (
    Boast,
    Break,
    CrateArrived,
    OpenBox,
    PutItem,
    PutTagged,
    Spoil,
    TakeAll,
    TakeFirst,
)

# A write that the store refuses ------------------------------------------------------------------------------


async def test_write_that_an_index_forbids_is_a_letter_and_the_others_are_kept(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"), PutItem(box="a", tag="red"))
    await rig.run(PutItem(box="a"), PutItem(box="a"), PutItem(box="a", tag="red"), PutItem(box="a", tag="blue"))
    (letter,) = await rig.letters()
    assert letter.reason == "failed: Rejected: not unique: tag"
    assert [(item.id, item.serial, item.tag) for item in await rig.items("a")] == [
        ("msg-0002", 1, "red"),
        ("msg-0003", 2, None),
        ("msg-0004", 3, None),
        ("msg-0006", 4, "blue"),
    ]
    assert (await rig.box("a")).inside == 4
    assert ids(await rig.published()) == [f"msg-000{n}:1" for n in (1, 2, 3, 4, 6)]


async def test_every_one_of_several_culprits_is_found(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"), PutItem(box="a", tag="red"))
    await rig.run(*(PutItem(box="a", tag="red" if n in (0, 3, 4, 8) else None) for n in range(9)))
    assert len(await rig.letters()) == 4
    assert [item.serial for item in await rig.items("a")] == [1, 2, 3, 4, 5, 6]
    assert len(await rig.published()) == 7


async def test_two_that_cannot_both_be_are_decided_by_their_order(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"), PutItem(box="a", tag="red"), PutItem(box="a", tag="red"))
    (letter,) = await rig.letters()
    assert [item.id for item in await rig.items("a")] == ["msg-0002"]
    assert letter.value == (await rig.inbox())[2].value


async def test_culprit_on_one_partition_does_not_touch_another(rig: Rig) -> None:
    names = [f"box-{n}" for n in range(6)]
    await rig.run(*(OpenBox(box=name) for name in names), PutItem(box="box-0", tag="red"))
    await rig.run(*(PutItem(box=name, tag="red" if name == "box-3" else None) for name in names))
    assert len(await rig.letters()) == 1
    assert len(await rig.items(*names)) == 6


async def test_number_that_the_store_cannot_hold_is_a_letter(real_rig: Rig) -> None:
    """JSON has no limit, 64 bits have. The twin holds whatever Python does."""
    await real_rig.run(OpenBox(box="a"), PutItem(box="a"), PutItem(box="a", weight=2**64), PutItem(box="a"))
    (letter,) = await real_rig.letters()
    assert letter.reason.startswith("failed: OverflowError")
    assert [item.serial for item in await real_rig.items("a")] == [1, 2]


async def test_journal_entry_that_the_store_cannot_hold_is_a_letter(real_rig: Rig) -> None:
    """A document has 16 MB at most."""
    await real_rig.run(OpenBox(box="a"), Boast(box="a", bytes=60_000, times=300), PutItem(box="a"))
    (letter,) = await real_rig.letters()
    assert letter.reason.startswith("failed: Rejected: ")
    assert [item.serial for item in await real_rig.items("a")] == [1]


async def test_split_batch_that_comes_again_has_one_effect(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"), PutItem(box="a", tag="red"))
    await rig.run(PutItem(box="a"), PutItem(box="a", tag="red"), PutItem(box="a"))
    before = await rig.items("a")
    await rig.deliver(await rig.inbox())
    assert await rig.items("a") == before
    assert len({letter.id for letter in await rig.letters()}) == 1


async def test_letter_of_a_forbidden_write_can_be_replayed_when_it_is_allowed(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"), PutItem(box="a", tag="red"), PutItem(box="a", tag="red"))
    await rig.run(TakeFirst(box="a"))
    (letter,) = await rig.letters()
    await rig.put_raw(rig.encoded(PutItem(box="a", tag="red"), "msg-0003"))
    await rig.run()
    assert [(item.id, item.tag) for item in await rig.items("a")] == [("msg-0002", None), ("msg-0003", "red")]
    assert len(await rig.letters()) == 1
    assert letter.reason.startswith("failed: Rejected")


# Failures that pass ------------------------------------------------------------------------------------------


async def test_transient_failure_changes_nothing_and_loses_nothing(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"))
    await rig.put(PutItem(box="a"), TakeFirst(box="a"))
    rig.store.fail_commits = [Transient("away"), Transient("still away")]
    for _ in range(2):
        with pytest.raises(Transient):
            await rig.run()
        assert await rig.items("a") == []
        assert len(await rig.published()) == 1
    await rig.run()
    assert [item.state for item in await rig.items("a")] == ["out"]
    assert ids(await rig.published()) == ["msg-0001:1", "msg-0002:1", "msg-0003:1"]
    assert await rig.letters() == []


async def test_commit_whose_answer_was_lost_has_one_effect(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"))
    await rig.put(PutItem(box="a"))
    rig.store.fail_after_commits = [Transient("the answer was lost")]
    with pytest.raises(Transient):
        await rig.run()
    await rig.run(PutItem(box="a"))
    assert [item.serial for item in await rig.items("a")] == [1, 2]
    assert ids(await rig.published()) == ["msg-0001:1", "msg-0002:1", "msg-0003:1"]


async def test_load_that_fails_loses_nothing(rig: Rig) -> None:
    rig.store.fail_loads = [Transient("away")]
    with pytest.raises(Transient):
        await rig.run(OpenBox(box="a"))
    await rig.run()
    assert ids(await rig.published()) == ["msg-0001:1"]


async def test_crash_between_commit_and_publish_publishes_later(rig: Rig) -> None:
    await rig.put(OpenBox(box="a"), PutItem(box="a"))
    await rig.claim()
    await rig.loop.settle(await rig.inbox())  # and nobody publishes what it came to
    rig.loop = rig.new_loop()
    await rig.run()
    assert ids(await rig.published()) == ["msg-0001:1", "msg-0002:1"]
    assert len(await rig.items("a")) == 1


async def test_failure_in_the_second_half_of_a_split_keeps_the_first_half_known(rig: Rig) -> None:
    """Rejected, then the first half is committed, then the database goes away."""
    await rig.run(OpenBox(box="a"), PutItem(box="a", tag="red"))
    await rig.put(PutItem(box="a"), PutItem(box="a", tag="red"))
    seen = rig.store.commits

    async def once_committed() -> None:
        if rig.store.commits > seen:
            rig.store.fail_commits = [Transient("away")]
        else:
            rig.store.before_commit = once_committed

    rig.store.before_commit = once_committed
    with pytest.raises(Transient):
        await rig.run()
    await rig.run()
    assert [item.serial for item in await rig.items("a")] == [1, 2]
    assert ids(await rig.published()) == ["msg-0001:1", "msg-0002:1", "msg-0003:1"]
    assert len(await rig.letters()) == 1


async def test_unexpected_failure_of_the_store_is_not_held_against_a_whole_batch(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"))
    rig.store.fail_commits = [RuntimeError("nobody knows")]
    await rig.run(*[PutItem(box="a")] * 5)
    assert await rig.letters() == []
    assert [item.serial for item in await rig.items("a")] == [1, 2, 3, 4, 5]


# The memory --------------------------------------------------------------------------------------------------


def remembered(rig: Rig) -> dict[str, Box]:
    """The boxes in the worker's memory. White box: nothing else shows that it runs ahead."""
    found: dict[str, Box] = rig.loop._cache.get(Box, {})
    return found


async def test_memory_is_as_the_store_after_success(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"), PutItem(box="a"), Spoil(box="a"), Break(box="a"))
    assert remembered(rig) == {"a": await rig.box("a")}
    await rig.run(CrateArrived(box="a", revision=1, total=5), TakeAll(box="a"))
    assert remembered(rig) == {"a": await rig.box("a")}


@pytest.mark.parametrize("failure", [Transient("away"), KeyboardInterrupt()], ids=["transient", "interrupted"])
@pytest.mark.parametrize("after", [False, True], ids=["before-commit", "after-commit"])
async def test_memory_is_never_ahead_of_the_store(rig: Rig, failure: BaseException, after: bool) -> None:
    await rig.run(OpenBox(box="a"), PutItem(box="a"))
    (rig.store.fail_after_commits if after else rig.store.fail_commits).append(failure)
    with pytest.raises(type(failure)):
        await rig.run(PutItem(box="a"))
    assert remembered(rig) == {}
    await rig.run(PutItem(box="a"))
    assert [item.serial for item in await rig.items("a")] == [1, 2, 3]
    assert remembered(rig) == {"a": await rig.box("a")}


@pytest.mark.parametrize("after", [False, True], ids=["before-commit", "after-commit"])
async def test_memory_after_a_failure_that_nobody_expected(rig: Rig, after: bool) -> None:
    """It puts a single message aside, whether or not its effect is durable. A replay heals both."""
    await rig.run(OpenBox(box="a"), PutItem(box="a"))
    (rig.store.fail_after_commits if after else rig.store.fail_commits).append(RuntimeError("nobody knows"))
    await rig.run(PutItem(box="a"))
    assert remembered(rig) in ({}, {"a": await rig.box("a")})
    (letter,) = await rig.letters()
    await rig.put_raw(Published(letter.topic, letter.key, letter.value, letter.headers))
    await rig.run()
    assert [item.serial for item in await rig.items("a")] == [1, 2]
    assert ids(await rig.published()) == ["msg-0001:1", "msg-0002:1", "msg-0003:1"]
    assert remembered(rig) in ({}, {"a": await rig.box("a")})


async def test_memory_is_emptied_when_a_write_is_refused(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"), PutItem(box="a", tag="red"))
    await rig.run(PutItem(box="a", tag="red"))
    assert remembered(rig) in ({}, {"a": await rig.box("a")})
    await rig.run(PutTagged(box="a", tag="blue"))
    assert [item.serial for item in await rig.items("a")] == [1, 2]


async def test_memory_of_a_worker_that_lost_and_regained_a_partition_is_fresh(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"))
    first, second = rig.loop, rig.new_loop()
    rig.loop = second
    await rig.run(PutItem(box="a"))
    first.release(first.owned)
    rig.loop = first
    await rig.run(PutItem(box="a"))
    assert [item.serial for item in await rig.items("a")] == [1, 2]


async def test_memory_begins_anew_before_it_grows_without_bound(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.messaging.loop.LARGEST_CACHE", 2)
    await rig.run(*(OpenBox(box=f"box-{n}") for n in range(3)))
    assert remembered(rig) == {}
    await rig.run(OpenBox(box="box-0"), PutItem(box="box-1"))
    assert await rig.refusals() == ["box-exists"]
