"""Promises that run out are told once each, at whatever time and however often somebody looks."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reports.domain import clocks
from services.reports.domain.clocks import Clocks
from shared.contracts.reports import incidents, units
from shared.contracts.reports.incidents import Clock, DeadlineMissed
from tests.reports.scene import NOW, OFFICE, Scene

NAMES: st.SearchStrategy[Clock] = st.sampled_from(["triage", "dispatch", "accept", "arrive", "check-in", "resolve"])
MINUTES = st.integers(1, 600)
UNITS = st.none() | st.sampled_from(["patrol-1", "patrol-2"])
STARTED = st.lists(st.tuples(NAMES, MINUTES, UNITS), max_size=8)


def running(started: list[tuple[Clock, int, str | None]]) -> Clocks:
    result: Clocks = ()
    for clock, minutes, unit in started:
        result = clocks.start(result, clock, minutes, NOW, unit)
    return result


@given(STARTED, st.lists(st.integers(0, 900), max_size=6))
def test_each_clock_is_missed_once_whenever_somebody_looks(
    started: list[tuple[Clock, int, str | None]], looks: list[int]
) -> None:
    now, missed = running(started), []
    for minutes in sorted(looks):
        at = NOW + timedelta(minutes=minutes)
        late = clocks.late(now, at)
        assert late == sorted(late, key=lambda clock: clock.due_at)
        now = clocks.miss(now, late)
        missed += [(clock.clock, clock.unit) for clock in late]
        assert clocks.late(now, at) == []
        due = clocks.next_due(now)
        assert due is None or due > at
    assert len(missed) == len(set(missed))


@given(STARTED, NAMES, MINUTES, st.datetimes(NOW.replace(tzinfo=None), timezones=st.timezones()))
def test_another_promise_counts_from_the_same_moment(
    started: list[tuple[Clock, int, str | None]], clock: Clock, minutes: int, since: datetime
) -> None:
    now = running(started)
    before = next((r for r in now if (r.clock, r.unit) == (clock, None)), None)
    adjusted = clocks.adjust(now, clock, minutes, since)
    (after,) = [r for r in adjusted if (r.clock, r.unit) == (clock, None)]
    assert after.since == (before.since if before else since)
    assert after.due_at == after.since + timedelta(minutes=minutes)
    assert clocks.stop(adjusted, clock) == clocks.stop(now, clock)
    assert clocks.adjust(adjusted, clock, None, since) == clocks.stop(now, clock)


def test_nothing_begins_to_run_of_which_nothing_is_waited_for() -> None:
    assert clocks.adjust((), "dispatch", 5, None) == ()


async def test_late_is_from_the_very_moment_on() -> None:
    scene = await Scene.opened()
    id = await scene.file("fight")
    scene.pass_time(seconds=59.999)
    assert await scene.check(id) == []
    scene.pass_time(seconds=0.001)
    (missed,) = await scene.check(id)
    assert isinstance(missed, DeadlineMissed)
    assert missed.due_at == scene.now


async def test_what_ran_out_while_nobody_looked_is_told_in_order_and_says_what_it_was() -> None:
    scene = await Scene.opened()
    id = await scene.file("fight")
    await scene.dispatch(id)
    scene.pass_time(days=1)
    events = await scene.check(id)
    assert [event.clock for event in events] == ["triage", "accept", "arrive", "resolve"]  # type: ignore[attr-defined]
    lines = [entry.about for entry in scene.timeline(id) if entry.what == "DeadlineMissed"]
    assert lines == ["triage", "accept:patrol-1", "arrive", "resolve"]
    assert scene.incident(id).late == 4


async def test_a_unit_on_scene_must_be_heard_of() -> None:
    scene = await Scene.opened()
    id = await scene.file()
    await scene.dispatch(id)
    await scene.of_unit(units.ArriveOnScene)
    for _ in range(2):
        scene.pass_time(minutes=19)
        assert not [e for e in await scene.check(id) if getattr(e, "clock", "") == "check-in"]
        await scene.of_unit(units.CheckIn)
    scene.pass_time(minutes=20)
    (missed,) = [e for e in await scene.check(id) if isinstance(e, DeadlineMissed) and e.unit]
    assert (missed.clock, missed.unit) == ("check-in", "patrol-1")
    assert not [e for e in await scene.check(id) if isinstance(e, DeadlineMissed) and e.unit]
    await scene.of_unit(units.CheckIn)
    scene.pass_time(minutes=20)
    assert [e for e in await scene.check(id) if isinstance(e, DeadlineMissed) and e.unit]


async def test_a_report_that_was_set_aside_can_be_late_too() -> None:
    scene = await Scene.opened()
    id = await scene.file("fight")
    await scene.done(incidents.QuarantineIncident(office=OFFICE, incident=id, reason="iseng"))
    scene.pass_time(minutes=1)
    (missed,) = await scene.check(id)
    assert isinstance(missed, DeadlineMissed)
    assert missed.clock == "triage"


@pytest.mark.parametrize("way", ["resolved", "duplicate"])
async def test_what_is_over_is_not_late(way: str) -> None:
    scene = await Scene.opened()
    id, other = await scene.file("fight"), await scene.file("fight")
    if way == "resolved":
        await scene.resolve(id)
    else:
        await scene.done(incidents.LinkDuplicate(office=OFFICE, incident=id, original=other))
    scene.pass_time(days=6)
    assert await scene.check(id) == []
    assert scene.incident(id).clocks == ()


async def test_looking_at_the_wrong_moment_does_not_close_a_reopened_incident() -> None:
    scene = await Scene.opened()
    id = await scene.file()
    await scene.resolve(id)
    scene.pass_time(days=6)
    reopen = incidents.ReopenIncident(office=OFFICE, incident=id, words="Belum", via="reporter")
    await scene.done(reopen, actor="citizen")
    scene.pass_time(days=1)
    await scene.check(id)
    assert scene.incident(id).state == "received"
