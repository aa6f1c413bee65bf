"""What an operator sees of dead letters, and how a message gets its second chance."""

import asyncio
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from shared.contracts.message import dead_topic
from shared.messaging import cli
from shared.messaging.dead_box import DeadBox, chosen, opened
from shared.messaging.envelope import Headers
from shared.messaging.errors import Transient
from shared.messaging.store import Published
from shared.settings import Settings
from tests.support import crew
from tests.support.crew import Floor
from tests.support.toy.messages import SERVICE, Break, OpenBox, PutItem

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
async def floor(toy: Settings) -> AsyncIterator[Floor]:
    async with crew.floor(toy) as found:
        yield found


@pytest.fixture
async def box(floor: Floor) -> AsyncIterator[DeadBox]:
    async with opened(floor.settings, SERVICE, clock=lambda: NOW) as found:
        yield found


def bad(floor: Floor, id: str = "bad", **headers: bytes | None) -> Published:
    return floor.rig.encoded(PutItem(box="a"), id, ce_type=b"kentongan.toy.Dance.v1", **headers)


async def test_letters_are_listed_in_order_with_all_that_was_in_them(floor: Floor, box: DeadBox) -> None:
    first, second = bad(floor), bad(floor)._replace(key=None, value=b"\xff", headers=(("x", b"\xff"),))
    await floor.rig.put_raw(first)
    await floor.rig.run()
    floor.rig.now = floor.rig.now.replace(hour=13)
    await floor.rig.put_raw(second)
    await floor.rig.run(OpenBox(box="a"))
    found = [kept.letter for kept in await box.letters()]
    assert [(letter.key, letter.value, letter.headers) for letter in found] == [
        (message.key, message.value, message.headers) for message in (first, second)
    ]
    assert [kept.reason_kind for kept in await box.letters()] == ["unknown-type", "not-cloudevents"]


async def test_nothing_is_listed_where_nothing_is(box: DeadBox) -> None:
    assert await box.letters() == []


async def test_letters_about_one_message_are_one(floor: Floor, box: DeadBox) -> None:
    await floor.rig.put_raw(bad(floor))
    await floor.rig.run()
    await floor.rig.deliver(await floor.rig.inbox())
    assert len(await floor.rig.letters()) == 2
    assert len(await box.letters()) == 1


async def test_replay_sends_the_message_as_it_was_and_marks_the_letter(floor: Floor, box: DeadBox) -> None:
    await floor.rig.put_raw(bad(floor, dead_id=b"forged", x=b"\xff"))
    await floor.rig.run()
    (kept,) = await box.letters()
    await box.replay([kept.letter])
    first, again = await floor.rig.inbox()
    assert (first.key, first.value, first.headers) == (again.key, again.value, again.headers)
    assert [kept.replayed_at for kept in await box.letters()] == [NOW]


async def test_replayed_message_has_its_effect_once(floor: Floor, box: DeadBox) -> None:
    """Even where the first try had one after all."""
    await floor.rig.run(OpenBox(box="a"))
    floor.rig.store.fail_after_commits.append(RuntimeError("nobody knows"))
    await floor.rig.run(PutItem(box="a"))
    for _ in range(2):
        await box.replay([kept.letter for kept in await box.letters()])
        await floor.rig.run()
    assert await floor.serials("a") == [("a", 1)]


async def test_message_that_dies_again_is_a_new_letter(floor: Floor, box: DeadBox) -> None:
    await floor.rig.run(OpenBox(box="a"), Break(box="a"))
    await box.replay(chosen(await box.letters(), [], everything=True, reason=None))
    await floor.rig.run()
    first, second = await box.letters()
    assert (first.replayed_at, second.replayed_at) == (NOW, None)
    assert first.letter.value == second.letter.value


async def test_all_means_those_still_open_of_the_wanted_kind(floor: Floor, box: DeadBox) -> None:
    await floor.rig.put_raw(bad(floor, "one"), bad(floor, "two"), bad(floor, "three", ce_specversion=None))
    await floor.rig.run()
    first, second, third = (kept.letter for kept in await box.letters())
    await box.replay([first])
    kept = await box.letters()
    assert chosen(kept, [], everything=True, reason=None) == [second, third]
    assert chosen(kept, [], everything=True, reason="unknown-type") == [second]
    assert chosen(kept, [first.id], everything=False, reason=None) == [first]
    with pytest.raises(KeyError):
        chosen(kept, ["nowhere/0/0"], everything=False, reason=None)


AT = b"2026-03-02T08:00:00+00:00"


@pytest.mark.parametrize(
    "headers",
    [
        (),
        (("dead_replayed", b"x"),),
        (("dead_replayed", b"\xff"), ("dead_replayed_at", AT)),
        (("dead_replayed", b"x"), ("dead_replayed_at", b"never")),
        (("dead_replayed", None), ("dead_replayed_at", None)),
        (("dead_id", b"x"), ("dead_reason", None), ("dead_at", AT), ("dead_topic", b"t")),
    ],
)
async def test_what_is_neither_letter_nor_mark_hides_no_letter(floor: Floor, box: DeadBox, headers: Headers) -> None:
    await floor.rig.put_raw(bad(floor), Published(floor.settings.topic(dead_topic(SERVICE)), b"a", b"", headers))
    await floor.rig.run()
    assert len(await box.letters()) == 1


async def test_message_that_looks_like_a_mark_is_a_letter(floor: Floor, box: DeadBox) -> None:
    """Its sender would have another's letter pass for replayed."""
    await floor.rig.put_raw(bad(floor))
    await floor.rig.run()
    (kept,) = await box.letters()
    forged = (("dead_replayed", kept.letter.id.encode()), ("dead_replayed_at", AT))
    await floor.rig.put_raw(bad(floor)._replace(headers=forged))
    await floor.rig.run()
    assert [kept.replayed_at for kept in await box.letters()] == [None, None]


async def test_large_letters_are_read_whole(floor: Floor, box: DeadBox) -> None:
    large = [bad(floor)._replace(value=bytes([n]) * 1_000_000) for n in range(3)]
    await floor.rig.put_raw(*large)
    await floor.rig.run()
    assert sorted(kept.letter.value or b"" for kept in await box.letters()) == [message.value for message in large]


async def test_service_that_does_not_exist_is_told(floor: Floor) -> None:
    async with opened(floor.settings, "nobody", clock=lambda: NOW) as nobodys:
        with pytest.raises(LookupError, match="nobody"):
            await nobodys.letters()


async def test_broker_that_is_away_is_told() -> None:
    away = Settings(kafka="127.0.0.1:1")
    with pytest.raises(Transient):
        async with opened(away, SERVICE, clock=lambda: NOW):
            pass


# The command line --------------------------------------------------------------------------------------------


@pytest.fixture
def here(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> Floor:
    """The environment of an operator of this installation."""
    monkeypatch.setenv("KENTONGAN_KAFKA", floor.settings.kafka)
    monkeypatch.setenv("KENTONGAN_NAMESPACE", floor.settings.namespace)
    return floor


async def test_operator_lists_looks_and_replays(here: Floor, capsys: pytest.CaptureFixture[str]) -> None:
    await here.rig.put_raw(bad(here, "one"), bad(here, "two", odd=b"\xff")._replace(value=b"\xff"))
    await here.rig.run(OpenBox(box="a"))
    one, two = (letter.id for letter in await here.rig.letters())

    capsys.readouterr()
    await cli._list(SERVICE, None, False)
    out = capsys.readouterr().out
    assert [line.split()[0] for line in out.splitlines()] == [one, two]
    assert "unknown-type: kentongan.toy.Dance.v1" in out

    await cli._show(SERVICE, two)
    out = capsys.readouterr().out
    assert "header   ce_type: kentongan.toy.Dance.v1" in out
    assert "header   odd: b'\\xff'" in out

    await cli._replay(SERVICE, [one], False, None)
    assert capsys.readouterr().out == f"{one}  sent to {here.commands}\n"
    assert len(await here.rig.inbox()) == 4

    await cli._list(SERVICE, None, False)
    await cli._list(SERVICE, "invalid-data", True)
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == [two]


async def test_senders_words_cannot_steer_the_operators_terminal(
    here: Floor, capsys: pytest.CaptureFixture[str]
) -> None:
    await here.rig.put_raw(
        bad(here, ce_source=b"\x1b]0;owned\x07")._replace(value=b"\x1b[2J\n"),
        bad(here)._replace(headers=(("ce_specversion", b"1.0"), ("ce_type", b"\x1b[2J\nfake line"))),
    )
    await here.rig.run()
    capsys.readouterr()
    await cli._list(SERVICE, None, False)
    listed = capsys.readouterr().out
    for letter in await here.rig.letters():
        await cli._show(SERVICE, letter.id)
    shown = capsys.readouterr().out
    assert len(listed.splitlines()) == 2
    assert not any(c in listed + shown for c in "\x1b\x07")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("list", "nobody"), "kentongan: there is no topic"),
        (("replay", SERVICE, "nowhere/0/0"), "kentongan: toy has no dead letter nowhere/0/0"),
        (("replay", SERVICE), "name the messages, or say --all"),
    ],
)
async def test_operator_who_errs_is_told_so(here: Floor, arguments: tuple[str, ...], told: str) -> None:
    complaint = await complained(*arguments)
    assert told in complaint
    assert "Traceback" not in complaint


async def test_broker_that_is_away_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KENTONGAN_KAFKA", "127.0.0.1:1")
    complaint = await complained("list", SERVICE)
    assert complaint.startswith("kentongan: the broker is away")
    assert complaint.count("\n") == 1


async def complained(*arguments: str) -> str:
    """What `kentongan dead` says that fails."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "deploy.cli", "dead", *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode
    assert out == b""
    return err.decode()
