"""No message, however hostile, stops a desk: it is a letter, refused or kept as it is, and its neighbours go on."""

import json
from collections.abc import Iterator
from typing import Any

import bson
import pytest

from services.reports.routes import ROUTES
from shared.contracts.message import Command, Refusal, commands_topic
from shared.contracts.reports import SERVICE
from shared.contracts.reports.incidents import AddNote, NoteAdded
from shared.messaging.envelope import LARGEST_MESSAGE_BYTES, encode_command
from shared.messaging.mongo_store import Mapper
from shared.messaging.store import Published
from tests.reports.promises import check_kept
from tests.reports.scene import DESK, OFFICE, Scene, everything
from tests.reports.wishes import COMMANDS, Wish, wish

every_command = pytest.mark.parametrize("of", COMMANDS, ids=lambda of: of.__name__)
LONG = "x" * 20_000
NOTE = AddNote(office=OFFICE, incident="incident", words="Saksi menunggu")
HOSTILE: tuple[Any, ...] = (
    None, True, -1, 0, 10**30, -0.0, 1e308, 4.000001, "", " ", "\x00", "a\x00b", LONG, "🚨" * 300, "\u202eexe.gpj",
    "'; --", "$where", {"$gt": ""}, "../../etc/passwd", "<script>alert(1)</script>", "{{7*7}}", "%s%n", [],
    [[]], [None] * 1000,
    {"a": {"b": {}}}, "incident", "other", "polres-donggala", "NaN", "1", "-1", "yes", "0001-01-01T00:00:00+14:00",
    "0001-01-01", "9999-12-31T23:59:59.999999-14:00", "9999-12-31", "1970-01-01T00:00:00Z", "2026-02-30T00:00:00Z",
    "2026-03-02T12:00:00", 253402300800, -62135596801, "999999999999999999999",
)  # fmt: skip
"""What nobody means and anybody can send."""
BROKEN: dict[str, bytes] = {
    "empty": b"",
    "no JSON": b"{",
    "not UTF-8": b"\xff\xfe\x00",
    "another shape": b"[1, 2]",
    "nothing": b"{}",
    "null": b"null",
    "too deep": b"[" * 50_000,
    "too large": b'{"office":"polres-palu","words":"' + b"x" * LARGEST_MESSAGE_BYTES + b'"}',
    "a lone surrogate": b'{"office":"polres-palu","incident":"\\ud800"}',
    "not a number": b'{"office":"polres-palu","incident":NaN}',
}


@every_command
async def test_what_is_no_message_is_a_letter_and_its_neighbours_go_on(of: type[Command]) -> None:
    found = await wish(of)
    scene = found.copy()
    key, value, headers = _encoded(found, "bad-")
    del value
    scene.put(NOTE, id="before", actor=DESK)
    for nth, broken in enumerate(BROKEN.values()):
        _publish(scene, key, broken, headers, f"bad-{nth}")
    scene.put(NOTE, id="after", actor=DESK)
    await scene.run()
    assert len(scene.letters()) == len(BROKEN)
    assert not [letter for letter in scene.letters() if letter.reason.startswith("failed")]
    assert [type(event) for event, _ in scene.events()] == [NoteAdded, NoteAdded]


@every_command
async def test_whatever_stands_in_a_field_the_desk_goes_on(of: type[Command]) -> None:
    """It is understood, refused or a letter about its data: never a failure, and what is kept the database can keep."""
    found = await wish(of)
    key, value, headers = _encoded(found, "")
    spoilt = list(_spoilt(json.loads(value)))
    assert len(spoilt) >= len(HOSTILE)
    for nth in range(0, len(spoilt), 200):
        scene = found.copy()
        for place, one in enumerate(spoilt[nth : nth + 200], nth):
            _publish(
                scene,
                _key(one, key),
                json.dumps(one, ensure_ascii=False).encode("utf-8", "replace"),
                headers,
                f"bad-{place}",
            )
        scene.put(NOTE, id="after", actor=DESK)
        await scene.run()
        _look(scene)


@every_command
async def test_hostile_values_have_no_effect_where_they_are_refused(of: type[Command]) -> None:
    found = await wish(of)
    key, value, headers = _encoded(found, "")
    for name in json.loads(value):
        scene = found.copy()
        before = everything(scene)
        one = {**json.loads(value), name: [{"$gt": ""}]}
        _publish(scene, key, json.dumps(one).encode(), headers, "bad")
        await scene.run()
        (letter,) = scene.letters()
        assert letter.reason.startswith("invalid-data: "), (name, letter.reason)
        assert everything(scene) == before


@pytest.mark.parametrize(
    "actor", ["", "staff/", "staff", "Staff/dewi", "citizen/../staff/dewi", "system\nstaff/dewi", "\x00"]
)
@every_command
async def test_an_actor_that_is_nobody_stops_nobody(of: type[Command], actor: str) -> None:
    found = await wish(of)
    scene = found.copy()
    scene.put(found.command, id="odd", actor=actor)
    scene.put(NOTE, id="after", actor=DESK)
    await scene.run()
    _look(scene)


def _look(scene: Scene) -> None:
    """Nothing has failed, everything agrees, the neighbour was handled, and the database could keep it all."""
    assert [
        letter.reason
        for letter in scene.letters()
        if not letter.reason.startswith(("invalid-data", "bad-", "missing-", "wrong-key"))
    ] == []
    outcome = [event for event, cause in scene.events() if cause == "after"]
    assert len(outcome) == 1
    assert isinstance(outcome[0], NoteAdded | Refusal)
    check_kept(everything(scene))
    for kind in ROUTES.kinds:
        mapper = Mapper(kind.type)
        for row in scene.all(kind.type):
            stored: Any = bson.decode(bson.encode(mapper.write(row)), _UTC)
            mapper.read(stored)


_UTC: Any = bson.CodecOptions(tz_aware=True)


def _encoded(found: Wish, id: str) -> tuple[bytes, bytes, Any]:
    return encode_command(
        found.command,
        id=f"{id}0",
        source="/test",
        time=found.scene.now,
        actor=found.actor,
        correlation_id="c",
        traceparent=None,
    )


def _publish(scene: Scene, key: bytes, value: bytes, headers: Any, id: str) -> None:
    own = tuple((name, id.encode() if name == "ce_id" else told) for name, told in headers)
    message = Published(commands_topic(SERVICE), key, value, own)
    scene.bus.publish(message, timestamp_ms=int(scene.now.timestamp() * 1000))


def _key(one: Any, key: bytes) -> bytes:
    """The office that it names, so that it is not refused for its key alone."""
    office = one.get("office") if isinstance(one, dict) else None
    return office.encode("utf-8", "replace") if isinstance(office, str) else key


def _spoilt(data: Any) -> Iterator[Any]:
    """The data with something hostile in the place of each of its parts, and with parts missing."""
    if isinstance(data, dict):
        for name, value in data.items():
            yield {other: data[other] for other in data if other != name}
            for one in _spoilt(value):
                yield {**data, name: one}
    elif isinstance(data, list):
        yield from HOSTILE
        for one in _spoilt(data[0]) if data else ():
            yield [one, *data[1:]]
        yield [*data, *data[:1]]
    else:
        yield from HOSTILE
