"""The toy's handlers and its map."""

from collections.abc import Iterator, Sequence
from typing import Any

from shared.contracts.message import Event
from shared.messaging.routes import Index, Kind, Ref, Route, Routes
from shared.messaging.store import Span, Where
from shared.messaging.work import Work
from tests.support.toy import messages as m
from tests.support.toy.domain import Box, BoxEmpty, BoxExists, Item, NoSuchBox, Spoiled, TagTaken

MANY = 100


def needs_box(message: Any, _work: Work) -> Iterator[Ref]:
    yield Ref(Box, message.box)


def needs_tag(command: m.PutTagged, _work: Work) -> Iterator[Ref]:
    yield Ref(Box, command.box)
    yield Ref(Item, command.tag, "tag")


async def the_box(message: Any, work: Work) -> Box:
    box = await work.find(Box, message.box)
    if box is None:
        raise NoSuchBox(box=message.box)
    return box


async def open_box(command: m.OpenBox, work: Work) -> Sequence[Event]:
    if await work.find(Box, command.box) is not None:
        raise BoxExists(box=command.box)
    work.add(Box(command.box, opened_at=work.now))
    return [m.BoxOpened(box=command.box)]


async def put_item(command: m.PutItem, work: Work) -> Sequence[Event]:
    box = await the_box(command, work)
    item = Item(work.command_id, box.id, box.put(), command.weight, command.tag, command.stamp)
    work.add(item)
    return [m.ItemPut(box=box.id, item=item.id, serial=item.serial)]


async def put_tagged(command: m.PutTagged, work: Work) -> Sequence[Event]:
    box = await the_box(command, work)
    if await work.select(Item, {"tag": command.tag}, limit=1):
        raise TagTaken(tag=command.tag)
    item = Item(work.command_id, box.id, box.put(), 1, command.tag)
    work.add(item)
    return [m.ItemPut(box=box.id, item=item.id, serial=item.serial)]


async def take_first(command: m.TakeFirst, work: Work) -> Sequence[Event]:
    return await _take(command, work, 1)


async def take_all(command: m.TakeAll, work: Work) -> Sequence[Event]:
    return await _take(command, work, MANY)


async def _take(command: m.ToyCommand, work: Work, limit: int) -> Sequence[Event]:
    box = await the_box(command, work)
    where: Where = {"box": box.id, "state": "inside", "serial": Span(1, box.last_serial + 1)}
    items = await work.select(Item, where, order=("serial",), limit=limit)
    if not items:
        raise BoxEmpty(box=box.id)
    for item in items:
        box.take()
        item.take()
    return [m.ItemTaken(box=box.id, item=item.id, serial=item.serial) for item in items]


async def _spoil(command: m.ToyCommand, work: Work) -> None:
    box = await the_box(command, work)
    for item in await work.select(Item, {"box": box.id, "state": "inside"}, order=("serial",), limit=MANY):
        item.take()
        item.weight = -1
    work.add(Item(work.command_id, box.id, box.put(), 1, "spoiled"))
    box.inside = box.supplied = -1


async def spoil(command: m.Spoil, work: Work) -> Sequence[Event]:
    await _spoil(command, work)
    raise Spoiled(box=command.box)


async def break_(command: m.Break, work: Work) -> Sequence[Event]:
    await _spoil(command, work)
    raise RuntimeError("a bug in a handler")


async def boast(command: m.Boast, work: Work) -> Sequence[Event]:
    box = await the_box(command, work)
    box.supplied += 1
    return [m.Boasted(box=box.id, words="!" * command.bytes)] * command.times


async def on_crate_arrived(event: m.CrateArrived, work: Work) -> Sequence[Event]:
    box = await the_box(event, work)
    new = box.supply(event.total, event.revision)
    return [] if new is None else [m.BoxSupplied(box=box.id, amount=new, total=event.total)]


ROUTES = Routes(
    service=m.SERVICE,
    refused=m.ToyRefused,
    commands={
        m.OpenBox: Route(open_box, needs_box),
        m.PutItem: Route(put_item, needs_box),
        m.PutTagged: Route(put_tagged, needs_tag),
        m.TakeFirst: Route(take_first, needs_box),
        m.TakeAll: Route(take_all),
        m.Spoil: Route(spoil, needs_box),
        m.Break: Route(break_),
        m.Boast: Route(boast, needs_box),
    },
    reactions={m.CrateArrived: Route(on_crate_arrived, needs_box)},
    kinds=(
        Kind(Box, "boxes", cached=True),
        Kind(
            Item,
            "items",
            indexes=(
                Index(("box", "state", "serial")),
                Index(("box", "serial"), unique=True),
                Index(("tag",), unique=True, partial=True),
                Index(("stamp",), unique=True, partial=True),
            ),
        ),
    ),
)
