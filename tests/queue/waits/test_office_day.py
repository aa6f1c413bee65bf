"""What a process is told of an office's day and what the database says of it come to the same."""

from dataclasses import replace
from datetime import timedelta
from math import inf

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.queue.domain.forecast import watch
from services.queue.domain.forecast.learner import PAUSING, Learner, Priors
from services.queue.domain.forecast.told import priors_of
from services.queue.domain.ticket import Ticket
from services.queue.waits.office_day import LEEWAY, OfficeDay, teach
from shared.contracts import queue
from tests.queue.scene import MONDAY, OFFICE
from tests.queue.waits.happened import BUSY, WISHES, Play, Wishes, empty_day, seen, take

PROPERTY = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No counter is taken for left: since when it has been free is not kept."""
    monkeypatch.setattr(watch, "SILENT_MOST", inf)


@PROPERTY
@given(wishes=WISHES, more=WISHES)
async def test_whoever_was_told_knows_what_whoever_reads_knows(wishes: list[Wishes], more: list[Wishes]) -> None:
    play = await Play.opened()
    told = empty_day()
    await play.does(wishes)
    take(told, play.told())
    begun = empty_day()
    begun.begin(play.kept(), play.scene.now.timestamp())
    before = len(play.told())
    now = play.scene.now.timestamp()
    assert seen(told, now) == seen(begun, now)

    await play.does(more)
    take(told, play.told()[before:])
    take(begun, play.told()[before:])
    read = empty_day()
    read.settle(play.kept(), play.scene.now.timestamp())
    now = play.scene.now.timestamp()
    assert seen(told, now) == seen(read, now)
    assert seen(begun, now) == seen(read, now)


@PROPERTY
@given(wishes=WISHES, data=st.data())
async def test_what_is_told_again_or_late_changes_nothing(wishes: list[Wishes], data: st.DataObject) -> None:
    play = await Play.opened()
    await play.does(wishes)
    play.scene.pass_time(seconds=LEEWAY + 1)
    told, read = empty_day(), empty_day()
    take(told, play.told())
    read.begin(play.kept(), play.scene.now.timestamp())
    again = data.draw(st.lists(st.sampled_from(play.told()), max_size=20))
    now = play.scene.now.timestamp()
    right = seen(read, now)
    assert take(told, again) <= {"nothing"}
    assert take(read, again) <= {"nothing"}
    assert seen(told, now) == seen(read, now) == right


@PROPERTY
@given(wishes=WISHES)
async def test_people_are_forecast_in_the_order_in_which_they_will_be_called(wishes: list[Wishes]) -> None:
    play = await Play.opened()
    await play.does(wishes)
    told = empty_day()
    take(told, play.told())
    waiting = told.situation(play.scene.now.timestamp()).waiting
    for service in ("sim", "skck"):
        line = sorted((w for w in waiting if w.service == service), key=told.order.key)
        numbers = {ticket.id: ticket.number for ticket in play.scene.tickets()}
        assert [numbers[w.ticket] for w in line] == play.scene.waiting(service)


async def test_an_event_that_never_came_is_noticed() -> None:
    play = await Play.opened()
    for _ in range(3):
        await play.scene.take()
    *before, skipped, last = play.told()
    told = empty_day()
    assert "lost" not in take(told, before)
    assert take(told, [last]) == {"lost"}
    assert "lost" not in take(empty_day(), [*before, skipped, last])


async def test_another_day_and_another_plan_ask_for_another_reading() -> None:
    play = await Play.opened()
    configured = play.told()[0].message
    assert isinstance(configured, queue.OfficeConfigured)
    told = empty_day()
    assert told.apply(configured, "1", 0.0) == "lost"
    play.scene.pass_time(days=1)
    await play.scene.take()
    assert take(told, play.told()[-1:]) == {"lost"}


async def a_morning(play: Play) -> None:
    """Forty people, of whom some do not come, at two counters of different pace, of which one pauses now and then."""
    for n in range(40):
        await play.scene.take("sim", need="elderly" if n % 7 == 0 else None)
        play.scene.pass_time(seconds=20)
    for n in range(40):
        counter = f"loket-{1 + n % 2}"
        await play.scene.call(counter)
        play.scene.pass_time(seconds=15)
        if n % 9 == 4:
            await play.scene.no_show(counter)
            continue
        await play.scene.serve(counter)
        play.scene.pass_time(seconds=100 + 40 * (n % 5) + 60 * (n % 2))
        await play.scene.finish(counter)
        play.scene.pass_time(seconds=5)
        if n % 10 == 8:
            await play.scene.done(queue.PauseCounter(office=OFFICE, counter=counter))
            play.scene.pass_time(minutes=3 + n)
            await play.scene.done(queue.ResumeCounter(office=OFFICE, counter=counter))
            play.scene.pass_time(seconds=40)
    for counter in ("loket-1", "loket-2"):
        await play.scene.done(queue.SignOff(office=OFFICE, counter=counter))


async def test_a_process_that_starts_anew_believes_what_the_former_had_learned() -> None:
    play = await Play.opened()
    told, begun = empty_day(), empty_day()
    await a_morning(play)
    take(told, play.told())
    begun.begin(play.kept(), play.scene.now.timestamp())
    assert told.learner.beliefs().work["sim"].mean < 300
    assert told.learner.beliefs().pausing.mean > PAUSING.mean
    assert told.learner.beliefs().pause_rate > Priors().pause_rate
    for before, after in zip(beliefs_of(told.learner), beliefs_of(begun.learner), strict=True):
        assert after == pytest.approx(before)


async def test_days_that_are_over_teach_what_they_would_have_taught_while_they_went_on() -> None:
    play = await Play.opened()
    told = empty_day()
    await a_morning(play)
    take(told, play.told())
    tomorrow = (MONDAY + timedelta(days=1)).date().isoformat()
    anew = Learner(priors_of(BUSY))
    teach(anew, BUSY, play.kept())
    OfficeDay(BUSY, tomorrow, told.learner)
    OfficeDay(BUSY, tomorrow, anew)
    for before, after in zip(beliefs_of(told.learner), beliefs_of(anew), strict=True):
        assert after == pytest.approx(before)


async def test_an_appointment_that_was_not_kept_teaches_that_some_are_not() -> None:
    play = await Play.opened()
    slot = MONDAY + timedelta(hours=1)
    for n in range(5):
        await play.scene.done(
            queue.BookAppointment(office=OFFICE, service="skck", slot=slot, phone=f"+62810000{n:04d}"), actor="citizen"
        )
    anew, never = Learner(priors_of(BUSY)), Learner(priors_of(BUSY))
    teach(anew, BUSY, play.kept())
    teach(never, BUSY, replace(play.kept(), expected=()))
    assert anew.beliefs().absent > never.beliefs().absent


async def test_time_for_which_a_person_was_parked_is_nobodys_work() -> None:
    play = await Play.opened()
    ticket = await play.scene.call()
    await play.scene.serve()
    play.scene.pass_time(minutes=2)
    await play.scene.done(queue.ParkTicket(office=OFFICE, counter="loket-1"))
    play.scene.pass_time(minutes=30)
    await play.scene.done(queue.ResumeTicket(office=OFFICE, counter="loket-1", ticket=ticket))
    play.scene.pass_time(minutes=3)
    await play.scene.finish()
    finished: Ticket = play.scene.ticket(ticket)
    assert finished.serving_at is not None
    assert finished.changed_at - finished.serving_at == timedelta(minutes=5)


def beliefs_of(learner: Learner) -> tuple[list[float], ...]:
    """Everything that was learned, as numbers."""
    b = learner.beliefs()
    return (
        [table.mean for table in b.work.values()],
        [b.coming.mean, b.holding.mean, b.switching.mean, b.noticing.mean, b.leave_rate, b.today.mean],
        [b.pausing.mean, b.pause_rate],
        [value for _, value in sorted(b.no_shows.items())],
        [pace.mean for _, pace in sorted(b.paces.items())],
        [b.arrivals["sim", "priority"].share[0], float(b.arrivals["sim", "priority"].reached[-1])],
    )
