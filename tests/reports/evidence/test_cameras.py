"""Cameras see what lies in front of them; owners are asked in time, and the desk is reminded until then."""

import math
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reports.domain.view import FieldOfView
from shared.contracts.message import Command
from shared.contracts.reports.cameras import (
    AddCamera,
    AnswerRequest,
    CameraChecked,
    ChangeCamera,
    CheckCamera,
    CheckRequest,
    FootageOverwritten,
    FootageReminderDue,
    RequestFootage,
    RetireCamera,
    WithdrawRequest,
)
from shared.contracts.reports.evidence import AddEvidence
from tests.reports.evidence.scene import PLAN, Room, photo
from tests.reports.scene import OFFICE

EAST = FieldOfView(-0.8917, 119.87, 90, 60, 100)


def at(view: FieldOfView, bearing: float, metres: float) -> tuple[float, float]:
    """A place as seen from a camera."""
    degrees = metres / 111_195
    north, east = degrees * math.cos(math.radians(bearing)), degrees * math.sin(math.radians(bearing))
    return view.latitude + north, view.longitude + east / math.cos(math.radians(view.latitude))


@pytest.mark.parametrize(
    ("bearing", "metres", "sees"),
    [
        (90, 50, True), (90, 99, True), (90, 105, False), (119, 50, True), (121.5, 50, False), (61, 50, True),
        (58, 50, False), (270, 50, False), (0, 10, False), (200, 0.5, True),
    ],
)  # fmt: skip
def test_what_a_camera_sees(bearing: float, metres: float, sees: bool) -> None:
    assert EAST.covers(*at(EAST, bearing, metres)) is sees


def test_a_camera_that_looks_north_sees_both_sides_of_it() -> None:
    north = replace(EAST, bearing=5, angle=40)
    assert north.covers(*at(north, 350, 50))
    assert north.covers(*at(north, 20, 50))
    assert not north.covers(*at(north, 330, 50))


def test_a_dome_sees_all_around() -> None:
    dome = replace(EAST, angle=360)
    assert all(dome.covers(*at(dome, bearing, 90)) for bearing in range(0, 360, 30))


def test_a_place_that_is_known_roughly_may_be_seen() -> None:
    beside = at(EAST, 130, 60)
    assert not EAST.covers(*beside)
    assert EAST.covers(*beside, within=30)


@given(
    bearing=st.integers(0, 359), angle=st.integers(1, 359), off=st.floats(-179, 179), metres=st.floats(2, 200),
    latitude=st.floats(-60, 60),
)  # fmt: skip
def test_it_sees_exactly_its_slice(bearing: int, angle: int, off: float, metres: float, latitude: float) -> None:
    view = FieldOfView(latitude, 119.87, bearing, angle, 100)
    if abs(abs(off) - angle / 2) < 0.5 or abs(metres - 100) < 0.5:
        return  # the very edge
    assert view.covers(*at(view, bearing + off, metres)) == (abs(off) < angle / 2 and metres < 100)


def test_its_outline_begins_and_ends_where_it_hangs() -> None:
    outline = EAST.outline()
    assert outline[0] == outline[-1] == (EAST.latitude, EAST.longitude)
    assert all(EAST.covers(*edge, within=1) for edge in outline)


async def opened() -> tuple[Room, str, str]:
    room = await Room.opened()
    assert isinstance(room, Room)
    return room, await room.file(), await room.hang()


async def test_a_clock_that_was_compared_counts_from_then_on() -> None:
    room, incident, camera = await opened()
    checked = await room.done(CheckCamera(office=OFFICE, camera=camera, health="working", clock_offset_seconds=125))
    assert isinstance(checked, CameraChecked)
    assert (checked.health, checked.clock_offset_seconds) == ("working", 125)
    request = room.request(await room.ask_owner(incident, camera))
    assert request.camera_starts_at - request.starts_at == timedelta(seconds=125)
    await room.done(CheckCamera(office=OFFICE, camera=camera, health="faulty", note="gambar kabur"))
    assert room.camera(camera).clock_offset_seconds == 125  # nobody has compared it anew
    evidence = await room.add(incident, recording={"camera": camera, "starts_at": room.now})
    facts = room.evidence(evidence).camera
    assert facts is not None
    assert (facts.name, facts.clock_offset_seconds) == (PLAN.name, 125)


async def test_the_deadline_is_when_the_camera_records_over_it() -> None:
    room, incident, camera = await opened()
    request = room.request(await room.ask_owner(incident, camera, ago=timedelta(hours=10)))
    assert request.deadline == room.now - timedelta(hours=10) + timedelta(hours=PLAN.retention_hours)


async def test_what_is_half_overwritten_can_be_asked_for_quickly() -> None:
    room, incident, camera = await opened()
    ago = timedelta(hours=PLAN.retention_hours, minutes=-5) + timedelta(minutes=10)
    request = room.request(await room.ask_owner(incident, camera, ago=ago))
    assert timedelta() < request.deadline - room.now <= timedelta(minutes=15)


@pytest.mark.parametrize(
    ("ago", "lasts", "reason"),
    [
        (timedelta(hours=-1), timedelta(minutes=5), "recording-in-future"),
        (timedelta(hours=60), timedelta(hours=25), "recording-too-long"),
        (timedelta(hours=80), timedelta(hours=1), "recording-overwritten"),
    ],
)
async def test_what_cannot_be_asked_for(ago: timedelta, lasts: timedelta, reason: str) -> None:
    room, incident, camera = await opened()
    starts = room.now - ago
    command = RequestFootage(office=OFFICE, incident=incident, camera=camera, starts_at=starts, ends_at=starts + lasts)
    assert (await room.refused(command))[0] == reason


async def test_the_desk_is_reminded_and_then_it_is_too_late() -> None:
    room, incident, camera = await opened()
    id = await room.ask_owner(incident, camera)
    asked, told = room.now, []
    while room.request(id).is_open:
        due = room.request(id).due
        assert due is not None
        assert await room.send(CheckRequest(office=OFFICE, request=id), actor="system") == []  # not yet
        room.now = due
        events = await room.send(CheckRequest(office=OFFICE, request=id), actor="system")
        told += events
    assert [type(event) for event in told] == [FootageReminderDue] * 3 + [FootageOverwritten]
    assert [event.reminder for event in told if isinstance(event, FootageReminderDue)] == [1, 2, 3]
    assert room.now == room.request(id).deadline > asked
    assert await room.send(CheckRequest(office=OFFICE, request=id), actor="system") == []
    assert room.request(id).due is None


async def test_after_a_long_sleep_one_reminder_is_enough() -> None:
    room, incident, camera = await opened()
    id = await room.ask_owner(incident, camera)
    room.now = room.request(id).deadline - timedelta(minutes=1)
    (event,) = await room.send(CheckRequest(office=OFFICE, request=id), actor="system")
    assert isinstance(event, FootageReminderDue)
    assert event.reminder == 3


@pytest.mark.parametrize("answer", ["received", "refused", "overwritten"])
async def test_an_answer_ends_a_request_and_a_promise_does_not(answer: str) -> None:
    room, incident, camera = await opened()
    id = await room.ask_owner(incident, camera)
    await room.done(AnswerRequest(office=OFFICE, request=id, answer="promised", note="besok pagi"))
    assert room.request(id).is_open
    assert room.request(id).due is not None
    await room.done(AnswerRequest(office=OFFICE, request=id, answer=answer))
    for late in (
        AnswerRequest(office=OFFICE, request=id, answer="received"),
        WithdrawRequest(office=OFFICE, request=id, reason="x"),
    ):
        assert await room.refused(late) == ("request-over", {"state": answer})


async def test_a_file_that_answers_a_request_ends_it() -> None:
    room, incident, camera = await opened()
    id = await room.ask_owner(incident, camera)
    events = await room.all_done(AddEvidence(office=OFFICE, incident=incident, via="desk", request=id, **photo()))
    assert [type(event).__name__ for event in events] == ["EvidenceAdded", "FootageReceived"]
    assert room.request(id).state == "received"
    other = await room.file("noise")
    stray = AddEvidence(office=OFFICE, incident=other, via="desk", request=id, **photo(2))
    assert (await room.refused(stray))[0] == "request-unknown"


async def test_nothing_is_asked_of_a_camera_that_is_no_more() -> None:
    room, incident, camera = await opened()
    await room.done(RetireCamera(office=OFFICE, camera=camera, reason="Dibongkar"))
    starts = room.now - timedelta(hours=1)
    commands: tuple[Command, ...] = (
        ChangeCamera(office=OFFICE, camera=camera, plan=PLAN),
        CheckCamera(office=OFFICE, camera=camera, health="off"),
        RetireCamera(office=OFFICE, camera=camera, reason="x"),
        RequestFootage(office=OFFICE, incident=incident, camera=camera, starts_at=starts, ends_at=room.now),
    )
    for command in commands:
        assert (await room.refused(command))[0] == "camera-retired"


async def test_redelivered_commands_have_one_effect() -> None:
    room, incident, camera = await opened()
    starts = room.now - timedelta(hours=1)
    ask = RequestFootage(office=OFFICE, incident=incident, camera=camera, starts_at=starts, ends_at=room.now)
    for command, id in ((AddCamera(office=OFFICE, plan=PLAN), "hang-once"), (ask, "ask-once")):
        for _ in range(3):
            room.put(command, id=id, actor="staff/dewi")
        await room.run()
    from services.reports.domain.camera import Camera
    from services.reports.domain.footage import FootageRequest

    assert len(room.all(Camera)) == 2
    assert len(room.all(FootageRequest)) == 1


async def test_another_offices_camera_is_unknown_here() -> None:
    room, incident, _ = await opened()
    command = RequestFootage(
        office=OFFICE, incident=incident, camera="elsewhere", starts_at=room.now, ends_at=room.now + timedelta(hours=1)
    )
    assert (await room.refused(command))[0] == "camera-unknown"
    assert (await room.refused(CheckRequest(office=OFFICE, request="none")))[0] == "request-unknown"


async def test_no_event_says_whose_a_camera_is() -> None:
    room, incident, camera = await opened()
    await room.ask_owner(incident, camera)
    told = " ".join(event.model_dump_json() for event, _ in room.events())
    assert not any(word in told for word in (PLAN.owner, PLAN.contact, PLAN.address, PLAN.name))
