"""What a handler sees of the store while a whole batch shares one load."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.messaging.memory import MemoryStore
from shared.messaging.routes import Ref
from shared.messaging.store import Span, Where
from shared.messaging.work import READ_AHEAD, Cache, Changes, Exists, Missing, Work
from tests.support.stored import commit
from tests.support.toy.domain import Box, Item
from tests.support.toy.routes import ROUTES

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)


class Counting(MemoryStore):
    """Counts its questions."""

    def __init__(self) -> None:
        super().__init__(ROUTES.kinds)
        self.loads: list[tuple[type, str, tuple[str, ...]]] = []
        self.selects = 0

    async def load(self, kind: type, field: str, values: Sequence[str]) -> list[Any]:
        self.loads.append((kind, field, tuple(values)))
        return await super().load(kind, field, values)

    async def select(self, kind: type, where: Any, **options: Any) -> list[Any]:
        self.selects += 1
        return await super().select(kind, where, **options)


@pytest.fixture
def store() -> Counting:
    return Counting()


def begun(store: MemoryStore, kept: Cache | None = None) -> Work:
    work = Work(store, ROUTES.kinds, key=b"key", kept=kept)
    work.begin("cmd", AT, "citizen")
    return work


def item(id: str, serial: int, *, tag: str | None = None, box: str = "a") -> Item:
    return Item(id, box, serial, 1, tag)


async def stored(store: MemoryStore, *aggregates: Box | Item) -> None:
    await commit(store, Changes([*aggregates]), [], [])


async def selected(work: Work, limit: int = 9, **where: str | int | None) -> list[str]:
    return [i.id for i in await work.select(Item, where, order=("serial",), limit=limit)]


async def first_inside(work: Work, begin: int, end: int = 99, limit: int = 1) -> list[Item]:
    where: Where = {"box": "a", "state": "inside", "serial": Span(begin, end)}
    return await work.select(Item, where, order=("serial",), limit=limit)


async def test_one_live_instance_of_each_aggregate(store: Counting) -> None:
    await stored(store, Box("a", AT), item("i", 1))
    work = begun(store)
    box = await work.get(Box, "a")
    assert await work.find(Box, "a") is box
    (i,) = await work.select(Item, {"box": "a"}, limit=1)
    assert await work.get(Item, "i") is i


async def test_absence_is_remembered(store: Counting) -> None:
    work = begun(store)
    assert await work.find(Box, "a") is None
    with pytest.raises(Missing):
        await work.get(Box, "a")
    assert len(store.loads) == 1


async def test_prefetch_asks_once_a_kind_and_field(store: Counting) -> None:
    await stored(store, Box("a", AT), item("i", 1, tag="red"))
    work = begun(store)
    needs = [Ref(Box, "a"), Ref(Box, "b"), Ref(Item, "red", "tag"), Ref(Item, "blue", "tag"), Ref(Box, "a")]
    assert await work.prefetch(needs)
    assert not await work.prefetch(needs)
    assert store.loads == [(Box, "id", ("a", "b")), (Item, "tag", ("red", "blue"))]
    await work.get(Box, "a")
    assert await work.find(Box, "b") is None
    assert await selected(work, tag="red") == ["i"]
    assert await selected(work, tag="blue") == []
    assert len(store.loads) == 2
    assert store.selects == 0


async def test_select_sees_the_batchs_own_changes(store: Counting) -> None:
    await stored(store, item("i", 1), item("j", 2))
    work = begun(store)
    (await work.get(Item, "i")).take()
    work.add(item("k", 3))
    assert await selected(work, box="a", state="inside") == ["j", "k"]
    work.keep()
    work.begin("next", AT, "citizen")
    assert await selected(work, box="a", state="inside") == ["j", "k"]
    assert await selected(work, box="a", state="out") == ["i"]


async def test_select_fills_its_limit_although_the_first_ones_were_changed(store: Counting) -> None:
    await stored(store, *(item(f"i{n}", n) for n in range(1, 6)))
    work = begun(store)
    for taken in await work.select(Item, {"state": "inside"}, order=("serial",), limit=2):
        taken.take()
    work.keep()
    work.begin("next", AT, "citizen")
    assert await selected(work, state="inside", limit=2) == ["i3", "i4"]


async def test_count_sees_the_batchs_own_changes(store: Counting) -> None:
    await stored(store, *(item(f"i{n}", n) for n in range(1, 6)))
    work = begun(store)
    (await work.get(Item, "i1")).take()
    work.add(item("k", 3))
    assert await work.count(Item, {"state": "inside"}) == 5
    work.keep()
    work.begin("next", AT, "citizen")
    (await work.get(Item, "i2")).take()
    assert await work.count(Item, {"state": "inside"}) == 4
    work.undo()
    work.begin("third", AT, "citizen")
    assert await work.count(Item, {"state": "inside"}) == 5


async def test_who_is_next_and_who_then_is_one_question(store: Counting) -> None:
    await stored(store, *(item(f"i{n}", n) for n in range(1, 6)))
    work = begun(store)
    for n in range(1, 5):
        (first,) = await first_inside(work, n - 1)
        assert first.id == f"i{n}"
        first.take()
        work.keep()
        work.begin(f"cmd-{n}", AT, "citizen")
    work.add(item("i0", 0))
    work.keep()
    assert [i.id for i in await first_inside(work, 0, limit=9)] == ["i0", "i5"]
    assert store.selects == 1


async def test_what_a_failed_command_has_changed_is_found_as_it_was(store: Counting) -> None:
    await stored(store, item("i1", 1), item("i2", 2))
    work = begun(store)
    (await work.get(Item, "i1")).take()
    work.add(item("i0", 0))
    assert [i.id for i in await first_inside(work, 0, limit=9)] == ["i0", "i2"]
    work.undo()
    work.begin("cmd-2", AT, "citizen")
    assert [i.id for i in await first_inside(work, 0, limit=9)] == ["i1", "i2"]
    assert store.selects == 1


async def test_who_finds_too_few_in_a_stretch_asks_for_what_is_beyond(store: Counting) -> None:
    await stored(store, *(item(f"i{n}", n) for n in range(1, 6)))
    work = begun(store)
    assert [i.id for i in await first_inside(work, 2, 4)] == ["i2"]
    assert [i.id for i in await first_inside(work, 3, 99)] == ["i3"]
    assert store.selects == 1
    assert [i.id for i in await first_inside(work, 3, 99, limit=3)] == ["i3", "i4", "i5"]
    assert store.selects == 2
    assert [i.id for i in await first_inside(work, 1)] == ["i1"]
    assert store.selects == 3


async def test_of_a_stretch_only_what_was_read_is_known(store: Counting) -> None:
    many = range(1, 3 * READ_AHEAD)
    await stored(store, *(item(f"i{n}", n) for n in many))
    work = begun(store)
    for n in many:
        (found,) = await first_inside(work, n - 1)
        assert found.id == f"i{n}"
        found.take()
        work.keep()
        work.begin(f"cmd-{n}", AT, "citizen")
    assert await first_inside(work, 1) == []
    assert 1 < store.selects < 5


async def test_prefetched_select_sees_what_the_batch_added_and_freed(store: Counting) -> None:
    await stored(store, item("i", 1, tag="red"))
    work = begun(store)
    await work.prefetch([Ref(Item, "red", "tag"), Ref(Item, "blue", "tag")])
    (await work.get(Item, "i")).take()
    work.add(item("j", 2, tag="blue"))
    work.keep()
    work.begin("next", AT, "citizen")
    assert await selected(work, tag="red") == []
    assert await selected(work, tag="blue") == ["j"]


async def test_select_that_no_prefetch_told_of_finds_what_is_stored_all_the_same(store: Counting) -> None:
    """To name too little costs a query, never a wrong result."""
    await stored(store, item("i", 1, box="b"))
    work = begun(store)
    await work.prefetch([Ref(Item, "a", "box")])
    work.add(item("j", 2, box="b"))
    work.keep()
    work.begin("next", AT, "citizen")
    assert await selected(work, box="b") == ["i", "j"]


async def test_equals_are_in_one_order_everywhere(store: Counting) -> None:
    await stored(store, *(item(id, n) for n, id in enumerate("zyxw", 1)))
    chosen = await begun(store).select(Item, {"box": "a"}, order=("state",), limit=4)
    assert [i.id for i in chosen] == ["w", "x", "y", "z"]


async def test_undo_takes_back_every_change(store: Counting) -> None:
    await stored(store, Box("a", AT), item("i", 1, tag="red"))
    work = begun(store)
    (await work.get(Box, "a")).put()
    (await work.get(Item, "i")).take()
    work.add(item("j", 2))
    work.undo()
    work.begin("next", AT, "citizen")
    assert (await work.get(Box, "a")).inside == 0
    assert (await work.get(Item, "i")).tag == "red"
    assert await work.find(Item, "j") is None
    assert work.changes() == Changes()


async def test_undo_spares_what_an_earlier_command_did(store: Counting) -> None:
    await stored(store, Box("a", AT))
    work = begun(store)
    (await work.get(Box, "a")).put()
    work.add(item("i", 1))
    work.keep()
    work.begin("next", AT, "citizen")
    (await work.get(Box, "a")).inside = 99
    (await work.get(Item, "i")).take()
    work.undo()
    changes = work.changes()
    assert [box.inside for box in changes.changed if isinstance(box, Box)] == [1]
    assert [i.state for i in changes.new if isinstance(i, Item)] == ["inside"]


async def test_what_was_only_looked_at_is_not_written(store: Counting) -> None:
    await stored(store, Box("a", AT))
    work = begun(store)
    await work.get(Box, "a")
    work.keep()
    assert work.changes() == Changes()


async def test_id_in_use_cannot_be_added_again(store: Counting) -> None:
    """It would take the place of the other one, which the batch may have just made."""
    work = begun(store)
    work.add(item("i", 1))
    work.keep()
    work.begin("next", AT, "citizen")
    with pytest.raises(Exists):
        work.add(item("i", 2))
    work.undo()
    assert [i.serial for i in work.changes().new if isinstance(i, Item)] == [1]


async def test_cached_kind_outlives_the_batch_and_counts_its_writes(store: Counting) -> None:
    kept: Cache = {}
    work = begun(store, kept)
    work.add(Box("a", AT))
    work.keep()
    await commit(store, work.changes(), [], [])
    work.staged()
    again = begun(store, kept)
    (await again.get(Box, "a")).put()
    again.keep()
    await commit(store, again.changes(), [], [])
    assert store.loads == []
    assert (await store.load(Box, "id", ["a"]))[0].version == 2


async def test_other_kinds_are_loaded_anew_with_each_batch(store: Counting) -> None:
    kept: Cache = {}
    await stored(store, item("i", 1))
    for _ in range(2):
        await begun(store, kept).get(Item, "i")
    assert len(store.loads) == 2


def test_pseudonym_depends_on_the_key_and_hides_the_value(store: Counting) -> None:
    one, other = (Work(store, ROUTES.kinds, key=key) for key in (b"one", b"other"))
    assert one.pseudonym("+628123") == one.pseudonym("+628123")
    assert one.pseudonym("+628123") != other.pseudonym("+628123")
    assert len(one.pseudonym("x")) == 32


# Behind a batch that is not stored yet ---------------------------------------------------------------------------


async def unstored(store: MemoryStore) -> Work:
    """Of the items that are stored the first is taken out, and a new one comes: nobody has written that yet."""
    await stored(store, Box("a", AT), *(item(f"i-{n}", n, tag="red" if n == 3 else None) for n in (1, 2, 3)))
    before = begun(store)
    (await before.get(Item, "i-1")).take()
    (await before.get(Item, "i-3")).tag = "blue"
    before.add(item("i-4", 4, tag="red"))
    before.keep()
    before.changes()
    before.staged()
    behind = Work(store, ROUTES.kinds, key=b"key", behind=before)
    behind.begin("next", AT, "citizen")
    return behind


async def test_select_behind_a_batch_sees_its_changes(store: Counting) -> None:
    work = await unstored(store)
    assert await selected(work, 1, box="a", state="inside") == ["i-2"]
    assert await selected(work, 9, box="a", state="inside") == ["i-2", "i-3", "i-4"]
    assert await selected(work, 9, box="a", state="out") == ["i-1"]


async def test_count_behind_a_batch_sees_its_changes(store: Counting) -> None:
    work = await unstored(store)
    assert await work.count(Item, {"box": "a", "state": "inside"}) == 3
    assert await work.count(Item, {"box": "a", "state": "out"}) == 1


async def test_prefetch_behind_a_batch_sees_its_changes(store: Counting) -> None:
    work = await unstored(store)
    await work.prefetch([Ref(Item, "red", "tag"), Ref(Item, "blue", "tag")])
    assert await selected(work, tag="red") == ["i-4"]
    assert await selected(work, tag="blue") == ["i-3"]
    assert store.selects == 0


async def test_what_a_batch_takes_over_has_the_version_that_will_be_stored(store: Counting) -> None:
    work = await unstored(store)
    (await work.get(Item, "i-4")).take()
    (await work.get(Item, "i-2")).take()
    work.keep()
    changes = work.changes()
    assert changes.new == []
    assert [(a.id, a.version) for a in changes.changed] == [("i-4", 1), ("i-2", 1)]
