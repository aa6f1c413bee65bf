"""One bad message is a dead letter with its reason, and its neighbours in the same batch never notice."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from shared.contracts.message import Event, dead_topic
from shared.messaging import dead
from shared.messaging.envelope import LARGEST_MESSAGE_BYTES, Record
from shared.messaging.store import Published
from tests.support.rig import Rig
from tests.support.toy.messages import SERVICE, Boast, Break, CrateArrived, ItemPut, OpenBox, PutItem, TakeFirst


def spoilt(rig: Rig, **changes: Any) -> Published:
    """A command with other fields than its sender meant."""
    return rig.encoded(PutItem(box="a"), "bad")._replace(**changes)


def labelled(rig: Rig, *more: tuple[str, Any], **headers: bytes | None) -> Published:
    """A command with other headers."""
    written = rig.encoded(PutItem(box="a"), "bad", **headers)
    return written._replace(headers=(*written.headers, *more))


POISON: dict[str, tuple[Callable[[Rig], Published], str]] = {
    "malformed": (lambda rig: spoilt(rig, value=b'{"box": "a"'), "invalid-data"),
    "not-utf8": (lambda rig: spoilt(rig, value=b"\xff\xfe\x00"), "invalid-data"),
    "invalid": (lambda rig: spoilt(rig, value=b'{"box":"a","weight":"many"}'), "invalid-data"),
    "no-value": (lambda rig: spoilt(rig, value=None), "empty"),
    "oversized": (lambda rig: spoilt(rig, value=b'"' + b"x" * LARGEST_MESSAGE_BYTES + b'"'), "too-large"),
    "huge": (lambda rig: spoilt(rig, value=b"x" * 1_000_000), "too-large"),
    "no-key": (lambda rig: spoilt(rig, key=None), "wrong-key"),
    "other-key": (lambda rig: spoilt(rig, key=b"b"), "wrong-key"),
    "no-headers": (lambda rig: spoilt(rig, headers=()), "not-cloudevents"),
    "unknown-type": (lambda rig: labelled(rig, ce_type=b"kentongan.toy.Dance.v1"), "unknown-type"),
    "other-version": (lambda rig: labelled(rig, ce_type=b"kentongan.toy.PutItem.v9"), "unsupported-version"),
    "other-content": (lambda rig: labelled(rig, content_type=b"application/avro"), "not-json"),
    "no-id": (lambda rig: labelled(rig, ce_id=None), "missing-header"),
    "id-none": (lambda rig: labelled(rig, ("ce_id", None), ce_id=None), "missing-header"),
    "id-not-utf8": (lambda rig: labelled(rig, ce_id=b"\xff\xfe"), "bad-header"),
    "id-huge": (lambda rig: labelled(rig, ce_id=b"x" * 100_000), "bad-header"),
    "id-repeated": (lambda rig: labelled(rig, ("ce_id", b"no good")), "bad-header"),
    "naive-time": (lambda rig: labelled(rig, ce_time=b"2026-03-02T08:00:00"), "bad-header"),
    "time-before-time": (lambda rig: labelled(rig, ce_time=b"0001-01-01T00:00:00+14:00"), "bad-header"),
    "forged-letter": (
        lambda rig: labelled(rig, ("dead_id", b"x/0/1"), ("dead_reason", b"none"), ("dead_topic", b"y"), ce_id=None),
        "missing-header",
    ),
}


@pytest.mark.parametrize("kind", POISON)
async def test_poison_is_a_letter_and_its_neighbours_are_handled(rig: Rig, kind: str) -> None:
    make, reason = POISON[kind]
    bad = make(rig)
    await rig.put(OpenBox(box="a"), PutItem(box="a"))
    await rig.put_raw(bad)
    settled = await rig.run(PutItem(box="a"), TakeFirst(box="a"))
    (letter,) = await rig.letters()
    assert letter.reason.startswith(f"{reason}: ")
    assert (letter.key, letter.value, letter.headers) == (bad.key, bad.value, bad.headers)
    assert letter.topic == bad.topic
    assert letter.at == rig.now
    (origin,) = [r for r in await rig.inbox() if r.headers == bad.headers and r.value == bad.value and r.key == bad.key]
    assert letter.id == f"{origin.place}/{origin.offset}"
    assert settled.report.dead == {reason: 1}
    assert [item.state for item in await rig.items("a")] == ["out", "inside"]
    assert rig.store.commits == 1


async def test_batch_of_nothing_but_poison(rig: Rig) -> None:
    for _ in range(3):
        await rig.put_raw(spoilt(rig, value=b"{"))
    await rig.run()
    assert len(await rig.letters()) == 3
    assert rig.store.commits == 0


async def test_poison_that_comes_again_is_the_same_letter(rig: Rig) -> None:
    await rig.put_raw(spoilt(rig, value=b"{"))
    await rig.run()
    await rig.deliver(await rig.inbox())
    assert len({letter.id for letter in await rig.letters()}) == 1


async def test_poison_among_another_services_events(rig: Rig) -> None:
    event = rig.encoded(CrateArrived(box="a", revision=1, total=5), "crate:1")
    await rig.put_raw(event._replace(value=b"{"), event)
    await rig.run(OpenBox(box="a"))
    (letter,) = await rig.letters()
    assert letter.reason.startswith("invalid-data: ")
    assert letter.topic == event.topic
    assert (await rig.box("a")).supplied == 5 or await rig.refusals() == ["no-such-box"]  # two topics, no order


async def test_letter_can_be_sent_again_as_it_was(rig: Rig) -> None:
    bad = labelled(rig, ("dead_id", b"forged"), ("trace", b"\xff"), ce_type=b"kentongan.toy.Dance.v1")
    await rig.put_raw(bad)
    await rig.run()
    (letter,) = await rig.letters()
    await rig.put_raw(Published(letter.topic, letter.key, letter.value, letter.headers))
    first, again = await rig.inbox()
    assert (first.key, first.value, first.headers) == (again.key, again.value, again.headers)


async def test_letter_of_a_letter_is_told_from_its_origin(rig: Rig) -> None:
    """Who puts dead letters back as they are, markings and all, gets letters about these."""
    await rig.put_raw(spoilt(rig, value=b"{"))
    await rig.run()
    (record,) = await rig.bus.read(rig.bus.topic(dead_topic(SERVICE)))
    await rig.put_raw(Published((await rig.letters())[0].topic, record.key, record.value, record.headers))
    await rig.run()
    first, second = sorted(await rig.letters(), key=lambda letter: len(letter.headers))
    assert first.id != second.id
    assert second.headers == record.headers


async def test_monstrous_message_is_cut_to_what_a_letter_holds(rig: Rig) -> None:
    """A broker takes none, but for a sender that compresses. The decoder must have said no to it already."""
    headers: Any = (("x" * 5_000, b"h" * 900_000), ("n", None))
    monster = Record("toy.commands.v1", 0, 7, 0, b"k" * 100_000, b"v" * 3_000_000, headers)
    letter = dead.letter(monster, "too-large: why", rig.now)
    assert letter.reason == "too-large: why (cut: it had 4005001 bytes)"
    await rig.bus.publish([dead.write(letter, rig.bus.topic(dead_topic(SERVICE)))])
    (found,) = await rig.letters()
    assert found == letter
    assert found.value == b"v" * 1_000_000


# A handler's bug ---------------------------------------------------------------------------------------------


async def test_bug_in_a_handler_is_a_letter_and_the_others_go_on(rig: Rig) -> None:
    await rig.run(OpenBox(box="a"), PutItem(box="a", tag="red"), Break(box="a"), PutItem(box="a"), OpenBox(box="b"))
    (letter,) = await rig.letters()
    assert letter.reason == "failed: RuntimeError: a bug in a handler"
    assert [(item.serial, item.tag) for item in await rig.items("a")] == [(1, "red"), (2, None)]
    assert await rig.entry("msg-0003") is None
    assert rig.store.commits == 1


async def test_message_whose_handler_was_mended_can_be_replayed(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    await rig.run(OpenBox(box="a"), Break(box="a"))
    (letter,) = await rig.letters()

    async def mended(command: Break, _work: Any) -> list[Event]:
        return [ItemPut(box=command.box, item="mended", serial=0)]

    route = rig.loop._routes[Break.type()]
    monkeypatch.setitem(rig.loop._routes, Break.type(), replace(route, handler=mended))
    await rig.put_raw(Published(letter.topic, letter.key, letter.value, letter.headers))
    await rig.run()
    assert (await rig.facts())[-1] == ItemPut(box="a", item="mended", serial=0)


async def test_needs_that_fail_cost_their_own_message_only(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_message: Any, _work: Any) -> Any:
        raise ZeroDivisionError

    route = rig.loop._routes[Boast.type()]
    monkeypatch.setitem(rig.loop._routes, Boast.type(), replace(route, needs=broken))
    await rig.run(OpenBox(box="a"), Boast(box="a", bytes=1), PutItem(box="a"))
    (letter,) = await rig.letters()
    assert letter.reason.startswith("failed: ZeroDivisionError")
    assert len(await rig.items("a")) == 1


# Reading -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        (),
        (("dead_id", b"x"),),
        (("dead_id", None), ("dead_reason", b"r"), ("dead_at", b"2026-03-02T08:00:00+00:00"), ("dead_topic", b"t")),
        (("dead_id", b"\xff"), ("dead_reason", b"r"), ("dead_at", b"2026-03-02T08:00:00+00:00"), ("dead_topic", b"t")),
        (("dead_id", b"x"), ("dead_reason", b"r"), ("dead_at", b"never"), ("dead_topic", b"t")),
    ],
)
async def test_record_that_is_no_letter_is_told(rig: Rig, headers: Any) -> None:
    await rig.put_raw(Published(rig.bus.topic(dead_topic(SERVICE)), None, b"x", headers))
    (record,) = await rig.bus.read(rig.bus.topic(dead_topic(SERVICE)))
    with pytest.raises(ValueError, match="not a dead letter"):
        dead.read(record)
