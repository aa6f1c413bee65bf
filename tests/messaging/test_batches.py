"""However commands are gathered, come again, fail and change hands: it is as if one came after the other."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from shared.contracts.message import Message
from shared.messaging.attempt import Ready
from shared.messaging.envelope import Record
from shared.messaging.errors import Transient
from shared.messaging.memory import MemoryStore
from shared.messaging.mongo_store import MongoStore
from tests.support.buses import InMemory, OnKafka
from tests.support.rig import NOON, Rig
from tests.support.toy.domain import Box, Item
from tests.support.toy.messages import Break, CrateArrived, OpenBox, PutItem, PutTagged, Spoil, TakeAll, TakeFirst
from tests.support.toy.routes import ROUTES

BOXES = ("a", "b", "c")
ELSEWHERE = "elsewhere"
STAMP = "first-class"
"""An item of another box has it for good: whoever puts one with it in is forbidden by the index alone."""


def messages(box: str) -> st.SearchStrategy[Message]:
    return st.one_of(
        st.sampled_from([PutItem(box=box), TakeFirst(box=box), TakeAll(box=box), OpenBox(box=box)]),
        st.sampled_from([Spoil(box=box), Break(box=box), PutItem(box=box, stamp=STAMP)]),
        st.sampled_from(["red", "blue"]).map(lambda tag: PutTagged(box=box, tag=f"{box}-{tag}")),
        st.integers(1, 5).map(lambda n: CrateArrived(box=box, revision=n, total=n * 10)),
    )


@dataclass(frozen=True)
class Delivery:
    """How many messages the next batch has, how many of the last it repeats, and what befalls it."""

    size: int
    again: int
    fate: str
    ahead: str
    """Whether what follows is made ready meanwhile, and when this one is written."""


DELIVERIES = st.builds(
    Delivery,
    size=st.integers(1, 8),
    again=st.just(0) | st.integers(0, 6),
    fate=st.sampled_from(["well"] * 4 + ["not committed", "answer lost", "not published", "new owner"]),
    ahead=st.sampled_from(["no", "written first", "written last"]),
)


@st.composite
def days(draw: st.DrawFn) -> tuple[list[tuple[str, Message]], list[tuple[str, Message]], list[Delivery]]:
    """Messages with their ids; the same in another order, which keeps that of each box; and how they come in."""
    queues = {box: draw(st.lists(messages(box), max_size=7)) for box in BOXES}
    known = {box: [(f"{box}-{n}", message) for n, message in enumerate(queue)] for box, queue in queues.items()}
    in_turn = [pair for pairs in known.values() for pair in pairs]
    order = draw(st.permutations([box for box, pairs in known.items() for _ in pairs]))
    rest = {box: iter(pairs) for box, pairs in known.items()}
    return in_turn, [next(rest[box]) for box in order], draw(st.lists(DELIVERIES, min_size=1, max_size=12))


async def prepared(rig: Rig) -> Rig:
    await rig.run(OpenBox(box=ELSEWHERE), PutItem(box=ELSEWHERE, stamp=STAMP), *(OpenBox(box=box) for box in BOXES[:2]))
    return rig


async def one_by_one(rig: Rig, day: list[tuple[str, Message]]) -> None:
    for id, message in day:
        await rig.put(message, id=id)
        await rig.run()


async def as_it_comes(rig: Rig, day: list[tuple[str, Message]], deliveries: list[Delivery]) -> None:
    before = len(await rig.inbox())
    for id, message in day:
        await rig.put(message, id=id)
    records = {dict(r.headers)["ce_id"].decode(): r for r in await rig.inbox()}
    assert len(records) == before + len(day)
    waiting = [records[id] for id, _ in day]
    batches = []
    done = 0
    for n in range(len(waiting) + 1):
        delivery = deliveries[n % len(deliveries)]
        batches.append((waiting[max(0, done - delivery.again) : done + delivery.size], delivery))
        done += delivery.size
    await rig.claim()
    ready: Ready | None = None
    for n, (batch, delivery) in enumerate(batches):
        following = batches[n + 1][0] if delivery.ahead != "no" and n + 1 < len(batches) else []
        if batch:
            rig.store.before_commit = a_moment if delivery.ahead == "written last" else None
            ready = await suffered(rig, batch, delivery.fate, ready, following)


async def suffered(
    rig: Rig, batch: list[Record], fate: str, ready: Ready | None, following: list[Record]
) -> Ready | None:
    """Deliver a batch until it is through, whatever happens to it first. Meanwhile what follows is made ready."""
    if fate in ("not published", "new owner"):
        if fate == "not published":
            await rig.loop.settle(batch, ready)
        rig.loop, ready = rig.new_loop(), None
        await rig.claim()
    elif fate != "well":
        (rig.store.fail_commits if fate == "not committed" else rig.store.fail_after_commits).append(Transient(fate))
    if following:
        ready = ready or await rig.loop.make_ready(batch)
    ahead = asyncio.create_task(rig.loop.make_ready(following, ready)) if following and ready else None
    try:
        await rig.deliver(batch, ready)
    except Transient:
        if fate not in ("not committed", "answer lost"):
            raise
        await rig.deliver(batch)
    rig.store.fail_commits.clear()
    rig.store.fail_after_commits.clear()
    return await ahead if ahead else None


async def a_moment() -> None:
    await asyncio.sleep(0)


async def outcome(rig: Rig, day: list[tuple[str, Message]]) -> dict[str, Any]:
    """Everything that must not depend on batches: neither an aggregate's version nor how often an event came."""
    boxes = await rig.store.load(Box, "id", [*BOXES, ELSEWHERE])
    items: list[Item] = await rig.items(*BOXES, ELSEWHERE)
    entries = await rig.store.entries([id for id, _ in day])
    events: dict[str, tuple[Any, ...]] = {}
    for event in await rig.published():
        same = events.setdefault(event.id, (event.record.key, event.record.value, event.causation_id))
        assert same == (event.record.key, event.record.value, event.causation_id)
    return {
        "boxes": sorted((replace(box, version=0, opened_at=NOON) for box in boxes), key=lambda box: box.id),
        "items": [replace(item, version=0) for item in items],
        "outcomes": {id: entry.outcome for id, entry in entries.items()},
        "events": {box: [id for id, event in events.items() if event[0] == box.encode()] for box in BOXES},
        "said": events,
        "letters": {(dict(letter.headers)["ce_id"], letter.reason) for letter in await rig.letters()},
    }


Maker = Callable[[], Awaitable[Rig]]


async def check(make: Maker, day: tuple[list[tuple[str, Message]], list[tuple[str, Message]], list[Delivery]]) -> None:
    in_turn, mixed, deliveries = day
    alone = await prepared(await make())
    await one_by_one(alone, in_turn)
    expected = await outcome(alone, in_turn)
    together = await prepared(await make())
    await as_it_comes(together, mixed, deliveries)
    assert await outcome(together, in_turn) == expected


@given(days())
@settings(max_examples=100, deadline=None)
async def test_batches_make_no_difference(day: Any) -> None:
    async def make() -> Rig:
        return Rig(InMemory(lambda: int(NOON.timestamp() * 1000)), MemoryStore(ROUTES.kinds))

    await check(make, day)


@given(days())
@settings(max_examples=4, deadline=None, derandomize=True, phases=[Phase.generate])
async def test_batches_make_no_difference_on_real_servers(
    toy_bus: OnKafka, new_store: Callable[[], Awaitable[MongoStore]], day: Any
) -> None:
    async def make() -> Rig:
        await toy_bus.begin()
        return Rig(toy_bus, await new_store())

    await check(make, day)
