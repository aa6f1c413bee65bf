"""A counter takes its latest step back: within ten seconds, and while nothing has come of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.queue.domain.counter import CALL_SPACING, UNDO_WITHIN
from shared.contracts.message import Command
from shared.contracts.queue import (
    CallNext,
    CancelTicket,
    FinishTicket,
    MarkNoShow,
    ParkTicket,
    PauseCounter,
    PutBackTicket,
    RecallTicket,
    ResumeCounter,
    ResumeTicket,
    ServeTicket,
    SignOff,
    StepUndone,
    TicketTransferred,
    TransferTicket,
    UndoStep,
)
from tests.queue.scene import OFFICE, PHONE, PLAN, Scene, counter

HERE = {"office": OFFICE, "counter": "loket-1"}
UNDO = UndoStep(**HERE)
WAIT: tuple[Callable[[str], Command], ...] = ()
CALLED = (lambda _: CallNext(**HERE),)
SERVED = (*CALLED, lambda _: ServeTicket(**HERE))
STEPS: dict[str, tuple[tuple[Callable[[str], Command], ...], Callable[[str], Command]]] = {
    "call": (WAIT, lambda _: CallNext(**HERE)),
    "serve": (CALLED, lambda _: ServeTicket(**HERE)),
    "no-show": (CALLED, lambda _: MarkNoShow(**HERE)),
    "put back": (CALLED, lambda ticket: PutBackTicket(**HERE, ticket=ticket)),
    "put back one who did not come": (
        (*CALLED, lambda _: MarkNoShow(**HERE)),
        lambda ticket: PutBackTicket(**HERE, ticket=ticket),
    ),
    "finish": (SERVED, lambda _: FinishTicket(**HERE)),
    "park": (SERVED, lambda _: ParkTicket(**HERE)),
    "resume": ((*SERVED, lambda _: ParkTicket(**HERE)), lambda ticket: ResumeTicket(**HERE, ticket=ticket)),
    "transfer": (SERVED, lambda _: TransferTicket(**HERE, service="skck")),
}
"""What leads to a step, and the step."""


def kept(scene: Scene, ticket: str) -> dict[str, Any]:
    """Everything that a step changes and taking it back restores."""
    found, desk = scene.ticket(ticket), scene.counter("loket-1")
    lines = {line.service: line.waiting for line in (scene.line("sim"), scene.line("skck"))}
    of_ticket = ("line", "state", "rank", "moved", "counter", "called_at", "serving_at", "put_backs")
    of_counter = ("ticket", "number", "calls", "called_at", "day")
    return {
        "lines": lines,
        "waiting": (scene.waiting("sim"), scene.waiting("skck")),
        **{name: getattr(found, name) for name in of_ticket},
        **{f"counter's {name}": getattr(desk, name) for name in of_counter},
    }


async def staged(*before: Callable[[str], Command], phone: str | None = None) -> tuple[Scene, str]:
    """Some people in both lines, of whom the first has come as far as these steps lead."""
    scene = await Scene.opened()
    ticket = await scene.take(phone=phone)
    for service in ("sim", "skck", "sim"):
        await scene.take(service)
    await scene.done(CallNext(office=OFFICE, counter="loket-3"))
    for command in (PauseCounter(**HERE), ResumeCounter(**HERE)):  # so that the counter is there from the beginning
        await scene.done(command)
    for step in before:
        scene.pass_time(seconds=30)
        await scene.done(step(ticket))
    scene.pass_time(seconds=30)
    return scene, ticket


@pytest.mark.parametrize("name", STEPS)
async def test_everything_is_as_before_the_step(name: str) -> None:
    before, step = STEPS[name]
    scene, ticket = await staged(*before)
    stood = kept(scene, ticket)
    await scene.send(step(ticket))
    assert kept(scene, ticket) != stood
    scene.pass_time(seconds=UNDO_WITHIN.seconds)
    *_, undone = await scene.send(UNDO)
    assert isinstance(undone, StepUndone), undone
    assert (undone.ticket, undone.state) == (ticket, stood["state"])
    assert kept(scene, ticket) == stood


@pytest.mark.parametrize("name", STEPS)
async def test_after_taking_a_step_back_it_can_be_taken_again(name: str) -> None:
    before, step = STEPS[name]
    scene, ticket = await staged(*before)
    for _ in range(2):
        await scene.send(step(ticket))
        await scene.send(UNDO)
    assert await scene.refused(UNDO) == ("nothing-to-undo", {})
    first, *_ = await scene.send(step(ticket))
    assert getattr(first, "ticket", None) == ticket


@pytest.mark.parametrize("name", STEPS)
async def test_ten_seconds_later_it_is_too_late(name: str) -> None:
    before, step = STEPS[name]
    scene, ticket = await staged(*before)
    await scene.send(step(ticket))
    scene.pass_time(seconds=UNDO_WITHIN.seconds, milliseconds=1)
    assert await scene.refused(UNDO) == ("nothing-to-undo", {})


async def test_who_has_done_nothing_has_nothing_to_take_back() -> None:
    scene = await Scene.opened()
    assert await scene.refused(UNDO) == ("nothing-to-undo", {})


async def test_a_transfer_that_is_taken_back_is_told_to_both_lines() -> None:
    scene, ticket = await staged(*SERVED)
    await scene.send(TransferTicket(**HERE, service="skck"))
    left, undone = await scene.send(UNDO)
    assert isinstance(left, TicketTransferred)
    assert (left.service, left.to) == ("skck", "sim")
    assert isinstance(undone, StepUndone)
    assert (undone.service, undone.state, undone.rank) == ("sim", "serving", None)
    assert scene.ticket(ticket).line == "polres-palu:sim:2026-03-02"


async def test_a_call_that_is_taken_back_leaves_the_person_at_the_head() -> None:
    scene, ticket = await staged()
    await scene.call()
    (undone,) = await scene.send(UNDO)
    assert isinstance(undone, StepUndone)
    assert (undone.place, undone.rank) == (1, scene.ticket(ticket).rank)
    assert await scene.call() == ticket


# Where something has come of it ---------------------------------------------------------------------------


async def test_who_has_cancelled_meanwhile_is_not_brought_back() -> None:
    scene, ticket = await staged()
    await scene.call()
    await scene.done(CancelTicket(office=OFFICE, ticket=ticket), actor="citizen")
    assert await scene.refused(UNDO) == ("nothing-to-undo", {})


async def test_who_was_recalled_was_called() -> None:
    scene, _ = await staged()
    await scene.call()
    scene.now += CALL_SPACING
    await scene.done(RecallTicket(**HERE))
    assert await scene.refused(UNDO) == ("nothing-to-undo", {})


async def test_who_was_called_elsewhere_meanwhile_is_not_sent_back() -> None:
    scene, ticket = await staged(*SERVED)
    await scene.send(TransferTicket(**HERE, service="skck"))
    await scene.no_show("loket-3")
    assert await scene.call("loket-3") == ticket
    assert await scene.refused(UNDO) == ("nothing-to-undo", {})


async def test_who_was_resumed_elsewhere_stays_there() -> None:
    scene, ticket = await staged(*SERVED)
    await scene.done(ParkTicket(**HERE))
    await scene.done(ResumeTicket(office=OFFICE, counter="loket-2", ticket=ticket))
    assert await scene.refused(UNDO) == ("nothing-to-undo", {})


async def test_a_finished_person_comes_not_back_to_a_counter_that_has_somebody_else() -> None:
    """Only the latest step is taken back: here that is the call."""
    scene, ticket = await staged(*SERVED)
    await scene.finish()
    other = await scene.call()
    (undone,) = await scene.send(UNDO)
    assert isinstance(undone, StepUndone)
    assert undone.ticket == other
    assert scene.ticket(ticket).state == "finished"
    assert await scene.refused(UNDO) == ("nothing-to-undo", {})


async def test_a_counter_takes_only_its_own_steps_back() -> None:
    scene, _ = await staged()
    await scene.call()
    assert await scene.refused(UndoStep(office=OFFICE, counter="loket-2")) == ("nothing-to-undo", {})


async def test_who_took_a_new_ticket_after_missing_the_call_keeps_that_one() -> None:
    scene, _ = await staged(*CALLED, phone=PHONE)
    await scene.no_show()
    await scene.take(phone=PHONE)
    assert await scene.refused(UNDO) == ("already-waiting", {})


async def somebody_missed_is_put_back(scene: Scene, missed: str) -> str:
    """By a counter that has somebody else, who is returned."""
    await scene.no_show()
    here = await scene.call()
    scene.now += CALL_SPACING
    await scene.put_back(missed)
    return here


async def test_who_has_left_the_counter_meanwhile_does_not_come_back_with_another_s_step() -> None:
    scene, missed = await staged(*CALLED)
    here = await somebody_missed_is_put_back(scene, missed)
    await scene.done(CancelTicket(office=OFFICE, ticket=here), actor="citizen")
    await scene.done(UNDO)
    assert (scene.ticket(missed).state, scene.counter("loket-1").ticket) == ("missed", None)
    assert scene.ticket(await scene.call()).number == "A-003"


async def test_a_call_again_stays_counted_when_another_s_step_is_taken_back() -> None:
    scene, missed = await staged(*CALLED)
    here = await somebody_missed_is_put_back(scene, missed)
    await scene.done(RecallTicket(**HERE))
    await scene.done(UNDO)
    desk = scene.counter("loket-1")
    assert (desk.ticket, desk.calls, desk.called_at) == (here, 2, scene.now)


async def test_who_has_signed_off_meanwhile_stays_signed_off() -> None:
    scene, missed = await staged(*CALLED)
    await scene.no_show()
    await scene.put_back(missed)
    await scene.done(SignOff(**HERE))
    await scene.done(UNDO)
    assert not scene.counter("loket-1").is_open("2026-03-02")


async def test_a_call_for_a_service_that_was_dropped_meanwhile_stands() -> None:
    scene = await Scene.opened()
    ticket = await scene.take()
    await scene.call("loket-2")
    _, skck = PLAN.services
    await scene.configure(replace(PLAN, services=(skck,), counters=(counter("loket-2", "skck"),)))
    undo = UndoStep(office=OFFICE, counter="loket-2")
    assert await scene.refused(undo) == ("service-unknown", {})
    await scene.serve("loket-2")
    await scene.finish("loket-2")
    assert scene.ticket(ticket).state == "finished"


async def test_who_was_resumed_by_mistake_has_been_away_all_the_time() -> None:
    scene, ticket = await staged(*SERVED)
    await scene.done(ParkTicket(**HERE))
    resume = ResumeTicket(**HERE, ticket=ticket)
    scene.pass_time(minutes=10)
    await scene.done(resume)
    await scene.done(UNDO)
    scene.pass_time(minutes=10)
    await scene.done(resume)
    scene.pass_time(minutes=1)
    await scene.finish()
    served = scene.ticket(ticket)
    assert served.serving_at is not None
    assert served.changed_at - served.serving_at == timedelta(minutes=1, seconds=30)


async def test_nothing_is_taken_back_over_midnight() -> None:
    scene, _ = await staged()
    scene.pass_time(hours=5)
    await scene.call()
    scene.pass_time(hours=11)
    assert await scene.refused(UNDO) == ("nothing-to-undo", {})


async def test_a_finished_person_who_is_forgotten_comes_back_without_a_claim() -> None:
    scene, ticket = await staged(*SERVED, phone=PHONE)
    await scene.finish()
    assert scene.ticket(ticket).holder is None
    await scene.send(UNDO)
    assert (scene.ticket(ticket).state, scene.ticket(ticket).claim) == ("serving", None)


async def test_the_first_call_of_a_day_that_is_taken_back_leaves_no_number_of_yesterday() -> None:
    scene, _ = await staged(*SERVED)
    await scene.finish()
    scene.pass_time(days=1)
    await scene.take()
    await scene.call()
    await scene.send(UNDO)
    assert scene.counter("loket-1").day == "2026-03-02"


async def test_a_redelivered_undo_takes_one_step_back() -> None:
    scene, ticket = await staged(*SERVED)
    await scene.finish()
    for _ in range(3):
        scene.put(UNDO, id="undo-1")
    await scene.run()
    assert scene.ticket(ticket).state == "serving"
