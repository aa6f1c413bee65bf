"""What the loop may rely on in a store. MongoDB and the in-memory twin answer the same tests."""

from datetime import UTC, datetime
from itertools import count

import pytest

from shared.messaging.errors import Fenced, Transient
from shared.messaging.store import DuplicateEntry, Entry, Position, Published, Rejected, Span, Store, Where
from shared.messaging.work import Changes
from tests.support.stored import commit
from tests.support.toy.domain import Box, Item

AT = datetime(2026, 3, 2, 8, 0, 0, 123_000, tzinfo=UTC)
PLACE = "toy.commands.v1/0"


def box(id: str, version: int = 0, **fields: int) -> Box:
    return Box(id, AT, version=version, **fields)


def item(id: str, serial: int, tag: str | None = None, box: str = "a", version: int = 0, weight: int = 1) -> Item:
    return Item(id, box, serial, weight, tag, version=version)


def entry(id: str) -> Entry:
    sent = Published("toy.events.v1", b"a", b'{"box":"a"}', (("ce_id", f"{id}:1".encode()), ("ce_type", b"x")))
    return Entry(id, "kentongan.toy.PutItem.v1", "print", "accepted", (sent, sent), "citizen", "a", AT, AT, "corr")


OURS = Position("toy.commands.v1/9", "us", 0)
_numbers = count()


@pytest.fixture(autouse=True)
async def _claimed(store: Store) -> None:
    await store.claim(OURS.partition, OURS.owner)


async def write(store: Store, *new: Box | Item, changed: tuple[Box | Item, ...] = ()) -> None:
    await commit(store, Changes([*new], [*changed]), [entry(f"write-{next(_numbers)}")], [OURS])


async def find(store: Store, where: Where, *, limit: int = 9) -> list[str]:
    found = await store.select(Item, where, order=("serial",), limit=limit)
    return [i.id for i in found]


# Reading -----------------------------------------------------------------------------------------------------


async def test_what_was_committed_is_loaded_with_its_version_counted(store: Store) -> None:
    await write(store, box("a", inside=3), item("i", 1, "red"))
    assert await store.load(Box, "id", ["a", "b"]) == [box("a", version=1, inside=3)]
    assert await store.load(Item, "id", ["i"]) == [item("i", 1, "red", version=1)]


async def test_nothing_is_loaded_where_nothing_is(store: Store) -> None:
    assert await store.load(Box, "id", ["a"]) == []
    assert await store.load(Item, "tag", ["red"]) == []
    assert await store.entries(["x"]) == {}


async def test_aggregates_are_loaded_by_another_field(store: Store) -> None:
    await write(store, item("i", 1), item("j", 2), item("k", 1, box="b"), item("l", 1, box="c"))
    assert {i.id for i in await store.load(Item, "box", ["a", "b"])} == {"i", "j", "k"}


async def test_what_is_loaded_is_a_copy(store: Store) -> None:
    stored = box("a")
    await write(store, stored)
    stored.inside = 7
    (loaded,) = await store.load(Box, "id", ["a"])
    loaded.inside = 8
    assert await store.load(Box, "id", ["a"]) == [box("a", version=1)]


async def test_what_is_selected_is_a_copy(store: Store) -> None:
    await write(store, item("i", 1))
    (selected,) = await store.select(Item, {"box": "a"}, order=("serial",), limit=1)
    selected.take()
    assert await find(store, {"state": "inside"}) == ["i"]


async def test_select_obeys_fields_order_and_limit(store: Store) -> None:
    await write(store, item("z", 1), item("y", 2), item("x", 10), item("w", 3, box="b"))
    assert await find(store, {"box": "a"}) == ["z", "y", "x"]
    assert await find(store, {"box": "a"}, limit=2) == ["z", "y"]
    assert await find(store, {"box": "a", "serial": 2}) == ["y"]
    assert await find(store, {"box": "a", "state": "out"}) == []


async def test_select_obeys_a_span(store: Store) -> None:
    await write(store, item("z", 1), item("y", 2), item("x", 10))
    assert await find(store, {"box": "a", "serial": Span(2, 10)}) == ["y"]
    assert await find(store, {"box": "a", "serial": Span(2, 11)}, limit=1) == ["y"]


async def test_select_finds_null(store: Store) -> None:
    await write(store, item("i", 1), item("j", 2, "red"))
    assert await find(store, {"tag": None}) == ["i"]


async def test_count_obeys_fields_and_spans_and_leaves_out_whom_it_is_told_to(store: Store) -> None:
    await write(store, item("z", 1), item("y", 2), item("x", 10), item("w", 3, box="b"))
    assert await store.count(Item, {"box": "a"}) == 3
    assert await store.count(Item, {"box": "a", "serial": Span(2, 11)}, without=["x", "no such"]) == 1
    assert await store.count(Item, {"tag": None, "state": "out"}) == 0


# The journal -------------------------------------------------------------------------------------------------


async def test_journal_gives_back_what_was_entered(store: Store) -> None:
    await commit(store, Changes(), [entry("one"), entry("two")], [OURS])
    assert await store.entries(["two", "three", "one"]) == {"one": entry("one"), "two": entry("two")}


async def test_entry_with_the_same_id_is_a_duplicate(store: Store) -> None:
    await commit(store, Changes(), [entry("one")], [OURS])
    with pytest.raises(DuplicateEntry):
        await commit(store, Changes(), [entry("two"), entry("one")], [OURS])
    assert (await store.entries(["one", "two"])).keys() == {"one"}


# Refused writes ----------------------------------------------------------------------------------------------


async def test_unique_index_forbids_a_new_aggregate(store: Store) -> None:
    await write(store, item("i", 1))
    with pytest.raises(Rejected):
        await write(store, item("j", 1))
    assert await find(store, {}) == ["i"]


async def test_unique_index_forbids_within_one_commit(store: Store) -> None:
    with pytest.raises(Rejected):
        await write(store, item("i", 1), item("j", 1))
    assert await find(store, {}) == []


async def test_unique_index_forbids_a_change(store: Store) -> None:
    await write(store, item("i", 1), item("j", 2))
    with pytest.raises(Rejected):
        await write(store, changed=(item("j", 1, version=1),))
    assert await find(store, {"serial": 2}) == ["j"]


async def test_partial_unique_index_leaves_null_alone(store: Store) -> None:
    await write(store, item("i", 1), item("j", 2), item("k", 3, "red"))
    with pytest.raises(Rejected):
        await write(store, item("l", 4, "red"))


async def test_aggregate_keeps_its_own_unique_value_through_a_change(store: Store) -> None:
    await write(store, item("i", 1, "red"))
    await write(store, changed=(item("i", 1, "red", version=1, weight=2),))
    assert await store.load(Item, "id", ["i"]) == [item("i", 1, "red", version=2, weight=2)]


async def test_value_that_a_change_frees_can_be_taken_in_the_same_commit(store: Store) -> None:
    await write(store, item("i", 1, "red"))
    await write(store, item("j", 2, "red"), changed=(item("i", 1, None, version=1),))
    assert await find(store, {"tag": "red"}) == ["j"]


async def test_two_aggregates_cannot_swap_a_unique_value(store: Store) -> None:
    """Each write must be allowed by itself: MongoDB checks after every one, not at the end."""
    await write(store, item("i", 1, "red"), item("j", 2, "blue"))
    with pytest.raises(Rejected):
        await write(store, changed=(item("i", 1, "blue", version=1), item("j", 2, "red", version=1)))
    assert await find(store, {"tag": "red"}) == ["i"]


async def test_new_aggregate_with_an_id_in_use_is_rejected(store: Store) -> None:
    await write(store, box("a", inside=1))
    with pytest.raises(Rejected):
        await write(store, box("a"))
    assert await store.load(Box, "id", ["a"]) == [box("a", version=1, inside=1)]


async def test_rejection_does_not_quote_what_was_to_be_written(store: Store) -> None:
    await write(store, item("i", 1, "secret-tag"))
    with pytest.raises(Rejected) as rejected:
        await write(store, item("j", 2, "secret-tag"))
    assert "secret-tag" not in str(rejected.value)
    assert "tag" in str(rejected.value)


# Conflicts ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [1, 3])
async def test_version_that_is_not_the_stored_one_is_transient(store: Store, version: int) -> None:
    await write(store, box("a"))
    await write(store, changed=(box("a", version=1, inside=1),))
    with pytest.raises(Transient):
        await write(store, changed=(box("a", version=version, inside=9),))
    assert await store.load(Box, "id", ["a"]) == [box("a", version=2, inside=1)]


async def test_change_of_what_is_not_there_is_transient(store: Store) -> None:
    with pytest.raises(Transient):
        await write(store, changed=(box("a", version=1),))


# Ownership ---------------------------------------------------------------------------------------------------


async def test_claim_tells_where_the_predecessor_would_go_on(store: Store) -> None:
    assert await store.claim(PLACE, "one") == 0
    await commit(store, Changes(), [entry("x")], [Position(PLACE, "one", 7)])
    assert await store.claim(PLACE, "two") == 7
    assert await store.claim(PLACE, "three") == 7


async def test_former_owner_is_fenced_and_told_which_partitions(store: Store) -> None:
    for partition in ("t/0", "t/1", "t/2"):
        await store.claim(partition, "one")
    await store.claim("t/1", "two")
    with pytest.raises(Fenced) as fenced:
        await commit(store, Changes([box("a")]), [entry("x")], [Position("t/0", "one", 1), Position("t/1", "one", 1)])
    assert fenced.value.partitions == {"t/1"}
    assert await store.entries(["x"]) == {}
    assert await store.load(Box, "id", ["a"]) == []
    assert await store.claim("t/0", "three") == 0


async def test_partition_that_nobody_claimed_is_fenced(store: Store) -> None:
    with pytest.raises(Fenced) as fenced:
        await commit(store, Changes(), [entry("x")], [Position(PLACE, "one", 1)])
    assert fenced.value.partitions == {PLACE}
    assert await store.entries(["x"]) == {}


async def test_fence_comes_before_every_other_judgement(store: Store) -> None:
    await store.claim(PLACE, "two")
    await write(store, item("i", 1))
    await commit(store, Changes(), [entry("x")], [OURS])
    with pytest.raises(Fenced):
        await commit(store, Changes([item("j", 1)]), [entry("x")], [Position(PLACE, "one", 1)])


# All or nothing ----------------------------------------------------------------------------------------------


async def test_rejected_write_takes_back_state_journal_and_position(store: Store) -> None:
    await store.claim(PLACE, "one")
    await write(store, item("i", 1), box("a"))
    with pytest.raises(Rejected):
        await commit(
            store,
            Changes([item("j", 2), item("k", 1)], [box("a", version=1, inside=5)]),
            [entry("x")],
            [Position(PLACE, "one", 5)],
        )
    assert await find(store, {}) == ["i"]
    assert await store.load(Box, "id", ["a"]) == [box("a", version=1)]
    assert await store.entries(["x"]) == {}
    assert await store.claim(PLACE, "two") == 0


async def test_version_conflict_takes_back_state_journal_and_position(store: Store) -> None:
    await store.claim(PLACE, "one")
    with pytest.raises(Transient):
        await commit(store, Changes([item("j", 2)], [box("a", version=4)]), [entry("x")], [Position(PLACE, "one", 5)])
    assert await find(store, {}) == []
    assert await store.entries(["x"]) == {}
    assert await store.claim(PLACE, "two") == 0


async def test_whatever_fails_the_same_commit_succeeds_once_the_reason_is_gone(store: Store) -> None:
    await store.claim(PLACE, "one")
    await write(store, item("i", 1, "red"))
    wanted = Changes([item("j", 2, "red")]), [entry("x")], [Position(PLACE, "one", 1)]
    with pytest.raises(Rejected):
        await commit(store, *wanted)
    await write(store, changed=(item("i", 1, None, version=1),))
    await commit(store, *wanted)
    assert await find(store, {"tag": "red"}) == ["j"]
    assert await store.claim(PLACE, "two") == 1
