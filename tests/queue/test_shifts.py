"""Working at a counter: signing on for some services, pauses, signing off; and none of it on the next day."""

from dataclasses import replace

import pytest

from shared.contracts.queue import (
    CallNext,
    CounterPaused,
    CounterResumed,
    CounterSignedOff,
    CounterSignedOn,
    ParkTicket,
    PauseCounter,
    ResumeCounter,
    ResumeTicket,
    SignOff,
    SignOn,
    UndoStep,
)
from tests.queue.scene import OFFICE, PLAN, Scene, counter

LOKET_2 = {"office": OFFICE, "counter": "loket-2"}
"""Planned for both services."""
CALL, PAUSE, RESUME, SIGN_OFF = (kind(**LOKET_2) for kind in (CallNext, PauseCounter, ResumeCounter, SignOff))


def sign_on(*services: str) -> SignOn:
    return SignOn(**LOKET_2, services=services)


async def test_who_signs_on_serves_all_that_the_counter_is_planned_for() -> None:
    scene = await Scene.opened()
    assert await scene.done(sign_on()) == CounterSignedOn(**LOKET_2, services=("sim", "skck"))
    assert scene.counter("loket-2").is_signed_on("2026-03-02")


async def test_who_signs_on_for_one_service_calls_only_its_people() -> None:
    scene = await Scene.opened()
    await scene.take("sim")
    scene.pass_time(minutes=1)
    skck = await scene.take("skck")
    assert await scene.done(sign_on("skck")) == CounterSignedOn(**LOKET_2, services=("skck",))
    assert await scene.call("loket-2") == skck
    await scene.no_show("loket-2")
    assert await scene.refused(CALL) == ("nobody-waiting", {})


async def test_a_counter_takes_on_only_what_it_is_planned_for() -> None:
    scene = await Scene.opened()
    assert await scene.refused(SignOn(office=OFFICE, counter="loket-1", services=("sim", "skck"))) == (
        "not-served-here",
        {"service": "skck"},
    )


async def test_services_can_be_changed_while_somebody_is_served() -> None:
    scene = await Scene.opened()
    first = await scene.take("sim")
    skck = await scene.take("skck")
    await scene.done(sign_on("sim"))
    await scene.call("loket-2")
    await scene.serve("loket-2")
    await scene.done(sign_on("skck"))
    await scene.finish("loket-2")
    assert scene.ticket(first).state == "finished"
    assert await scene.call("loket-2") == skck


async def test_who_has_signed_on_for_what_the_counter_is_planned_for_no_more_serves_what_it_is() -> None:
    scene = await Scene.opened()
    await scene.done(sign_on("skck"))
    ticket = await scene.take("sim")
    await scene.configure(replace(PLAN, counters=(counter("loket-2", "sim"), counter("loket-3", "skck"))))
    assert await scene.call("loket-2") == ticket


async def test_a_counter_calls_nobody_before_somebody_has_signed_on() -> None:
    scene = await Scene.opened(by_hand=True)
    ticket = await scene.take("skck")
    for command in (CALL, PAUSE, SIGN_OFF):
        assert await scene.refused(command) == ("counter-signed-off", {})
    await scene.done(sign_on())
    assert await scene.call("loket-2") == ticket
    assert await scene.refused(SIGN_OFF) == ("counter-busy", {"number": "B-001"})


async def test_who_fetched_something_comes_back_to_a_counter_at_which_somebody_works() -> None:
    scene = await Scene.opened(by_hand=True)
    ticket = await scene.take()
    await scene.done(sign_on())
    await scene.call("loket-2")
    await scene.serve("loket-2")
    await scene.done(ParkTicket(**LOKET_2))
    await scene.done(SIGN_OFF)
    resume = ResumeTicket(**LOKET_2, ticket=ticket)
    assert await scene.refused(resume) == ("counter-signed-off", {})
    await scene.done(sign_on("skck"))
    await scene.done(resume)


async def test_who_is_there_is_served_to_the_end_though_nobody_has_signed_on() -> None:
    """A step that is taken back after signing off brings a person to an empty chair."""
    scene = await Scene.opened(by_hand=True)
    await scene.take()
    await scene.done(sign_on())
    await scene.call("loket-2")
    await scene.serve("loket-2")
    await scene.finish("loket-2")
    await scene.done(SIGN_OFF)
    await scene.done(UndoStep(**LOKET_2))
    await scene.finish("loket-2")
    assert await scene.refused(CALL) == ("counter-signed-off", {})


async def test_nobody_leaves_a_person_alone_at_the_counter() -> None:
    scene = await Scene.opened()
    await scene.take()
    await scene.done(sign_on())
    await scene.call("loket-2")
    for command in (SIGN_OFF, PAUSE):
        assert await scene.refused(command) == ("counter-busy", {"number": "A-001"})
    await scene.no_show("loket-2")
    assert await scene.done(SIGN_OFF) == CounterSignedOff(**LOKET_2)
    assert await scene.refused(SIGN_OFF) == ("counter-signed-off", {})


async def test_a_pause_calls_nobody_until_it_ends() -> None:
    scene = await Scene.opened()
    await scene.take()
    await scene.done(sign_on("sim"))
    assert await scene.done(PAUSE) == CounterPaused(**LOKET_2)
    for command in (CALL, PAUSE):
        assert await scene.refused(command) == ("counter-paused", {})
    assert await scene.done(RESUME) == CounterResumed(**LOKET_2)
    assert await scene.refused(RESUME) == ("counter-not-paused", {})
    await scene.call("loket-2")


async def test_a_pause_keeps_what_was_signed_on_for() -> None:
    scene = await Scene.opened()
    await scene.take("skck")
    await scene.done(sign_on("sim"))
    await scene.done(PAUSE)
    await scene.done(RESUME)
    assert await scene.refused(CALL) == ("nobody-waiting", {})


async def test_signing_on_ends_a_pause() -> None:
    scene = await Scene.opened()
    await scene.take()
    await scene.done(PAUSE)
    await scene.done(sign_on())
    await scene.call("loket-2")


@pytest.mark.parametrize("command", [sign_on("skck"), PAUSE])
async def test_a_shift_is_over_with_its_day(command: SignOn | PauseCounter) -> None:
    scene = await Scene.opened()
    await scene.done(command)
    scene.pass_time(days=1)
    ticket = await scene.take("sim")
    assert await scene.refused(SIGN_OFF) == ("counter-signed-off", {})
    assert await scene.refused(RESUME) == ("counter-not-paused", {})
    assert await scene.call("loket-2") == ticket


async def test_a_service_that_the_plan_takes_away_is_called_no_more() -> None:
    scene = await Scene.opened()
    await scene.take("skck")
    sim = await scene.take("sim")
    await scene.done(sign_on("sim", "skck"))
    await scene.configure(replace(PLAN, counters=(counter("loket-2", "sim"), counter("loket-3", "skck"))))
    assert await scene.call("loket-2") == sim
    await scene.no_show("loket-2")
    assert await scene.refused(CALL) == ("nobody-waiting", {})


async def test_a_redelivered_pause_is_one_pause() -> None:
    scene = await Scene.opened()
    await scene.on_duty("loket-2")
    for _ in range(3):
        scene.put(PAUSE, id="pause-1")
    await scene.run()
    await scene.done(RESUME)
    assert await scene.refused(RESUME) == ("counter-not-paused", {})
