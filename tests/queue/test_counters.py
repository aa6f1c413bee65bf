"""Calling, serving and finishing at a counter."""

from services.queue.domain.counter import CALL_SPACING, CALLS_MOST, RECENT_KEPT
from services.queue.domain.line import STRETCH
from shared.contracts.queue import (
    CallNext,
    CancelTicket,
    FinishTicket,
    MarkNoShow,
    RecallTicket,
    ServeTicket,
    ServingFinished,
    ServingStarted,
    TicketCalled,
    TicketMissed,
    TicketRecalled,
)
from tests.queue.scene import OFFICE, Scene, with_quota

CALL = CallNext(office=OFFICE, counter="loket-1")
RECALL = RecallTicket(office=OFFICE, counter="loket-1")
SERVE = ServeTicket(office=OFFICE, counter="loket-1")
FINISH = FinishTicket(office=OFFICE, counter="loket-1")
NO_SHOW = MarkNoShow(office=OFFICE, counter="loket-1")


async def test_counter_calls_who_came_first() -> None:
    scene = await Scene.opened()
    first = await scene.take()
    await scene.take()
    event = await scene.done(CALL)
    assert event == TicketCalled(
        office=OFFICE,
        service="sim",
        line="polres-palu:sim:2026-03-02",
        revision=3,
        ticket=first,
        number="A-001",
        counter="loket-1",
    )
    assert scene.line().waiting == 1


async def test_a_counter_remembers_its_latest_people_of_the_day() -> None:
    scene = await Scene.opened()
    tickets = [await scene.take() for _ in range(RECENT_KEPT + 1)]
    for _ in tickets:
        await scene.call()
        await scene.no_show()
    assert scene.counter("loket-1").recent == tuple(reversed(tickets[1:]))
    scene.pass_time(days=1)
    later = await scene.take()
    await scene.call()
    assert scene.counter("loket-1").recent == (later,)


async def test_who_waits_is_found_behind_many_who_have_left() -> None:
    scene = await Scene.opened()
    *left, last = [await scene.take() for _ in range(4 * STRETCH)]
    for ticket in left:
        await scene.done(CancelTicket(office=OFFICE, ticket=ticket))
    assert await scene.call() == last
    assert await scene.refused(CallNext(office=OFFICE, counter="loket-2")) == ("nobody-waiting", {})


async def test_a_crowd_that_came_at_once_is_not_looked_through_at_each_call() -> None:
    """However far away those stand who came later."""
    scene = await Scene.opened(with_quota(300))
    crowd = [await scene.take() for _ in range(200)]
    scene.pass_time(hours=2)
    late = await scene.take()
    for n, first in enumerate(crowd[: 4 * STRETCH]):
        begin, end = next(scene.line().stretches(1))
        looked_at = [id for id in crowd[n:] if begin <= scene.ticket(id).rank < end]
        assert n == 0 or len(looked_at) <= 2 * STRETCH
        assert await scene.call() == first
        await scene.no_show()
    for ticket in crowd[4 * STRETCH :]:
        await scene.done(CancelTicket(office=OFFICE, ticket=ticket))
    assert await scene.call() == late


async def test_person_who_is_put_back_into_an_empty_line_is_called_again() -> None:
    scene = await Scene.opened()
    early, late = await scene.take(), await scene.take()
    for _ in (early, late):
        await scene.call()
        await scene.no_show()
    await scene.put_back(early)
    assert await scene.call() == early


async def test_person_is_called_served_and_done() -> None:
    scene = await Scene.opened()
    taken = await scene.take()
    await scene.call()
    assert isinstance(await scene.serve(), ServingStarted)
    assert scene.ticket(taken).state == "serving"
    assert isinstance(await scene.finish(), ServingFinished)
    assert scene.ticket(taken).state == "finished"


async def test_ticket_remembers_who_did_the_last_step_when_and_where() -> None:
    scene = await Scene.opened()
    taken = await scene.take()
    scene.pass_time(minutes=5)
    await scene.done(CALL, actor="staff/budi")
    ticket = scene.ticket(taken)
    assert (ticket.changed_by, ticket.changed_at, ticket.counter) == ("staff/budi", scene.now, "loket-1")
    assert ticket.called_at == scene.now


async def test_redelivered_call_next_calls_one_ticket() -> None:
    scene = await Scene.opened()
    await scene.take()
    await scene.take()
    await scene.on_duty("loket-1")
    for _ in range(3):
        scene.put(CALL, id="call-1")
    await scene.run()
    assert [ticket.state for ticket in scene.tickets()] == ["called", "waiting"]


async def test_two_counters_that_call_at_once_get_two_people() -> None:
    scene = await Scene.opened()
    await scene.take()
    await scene.take()
    await scene.on_duty("loket-1", "loket-2")
    scene.put(CALL, id="call-1")
    scene.put(CallNext(office=OFFICE, counter="loket-2"), id="call-2")
    await scene.run()
    assert [(t.number, t.counter) for t in scene.tickets()] == [("A-001", "loket-1"), ("A-002", "loket-2")]


async def test_counter_of_two_services_calls_who_has_waited_longest() -> None:
    scene = await Scene.opened()
    order = []
    for service in ("skck", "sim", "skck", "sim"):
        order.append(await scene.take(service))
        scene.pass_time(minutes=1)
    for expected in order:
        assert await scene.call("loket-2") == expected
        await scene.no_show("loket-2")


async def test_counter_never_calls_for_a_service_it_does_not_serve() -> None:
    scene = await Scene.opened()
    await scene.take("skck")
    assert await scene.refused(CALL) == ("nobody-waiting", {})


async def test_empty_line_refuses_the_call() -> None:
    scene = await Scene.opened()
    assert await scene.refused(CALL) == ("nobody-waiting", {})


async def test_busy_counter_calls_nobody_else() -> None:
    scene = await Scene.opened()
    await scene.take()
    await scene.take()
    await scene.call()
    assert await scene.refused(CALL) == ("counter-busy", {"number": "A-001"})
    await scene.serve()
    assert await scene.refused(CALL) == ("counter-busy", {"number": "A-001"})
    await scene.finish()
    assert scene.ticket(await scene.call()).number == "A-002"


async def test_idle_counter_has_nobody_to_recall_serve_finish_or_miss() -> None:
    scene = await Scene.opened()
    await scene.take()
    for command in (RECALL, SERVE, FINISH, NO_SHOW):
        assert await scene.refused(command) == ("counter-idle", {})


async def test_unknown_counter_is_refused() -> None:
    scene = await Scene.opened()
    await scene.take()
    for command in (CALL, RECALL, SERVE, FINISH, NO_SHOW):
        assert await scene.refused(command.model_copy(update={"counter": "loket-9"})) == ("counter-unknown", {})


async def test_called_person_is_not_finished_before_being_served() -> None:
    scene = await Scene.opened()
    await scene.take()
    await scene.call()
    assert await scene.refused(FINISH) == ("ticket-not-serving", {"number": "A-001", "state": "called"})


async def test_served_person_cannot_be_recalled_missed_or_served_again() -> None:
    scene = await Scene.opened()
    await scene.take()
    await scene.call()
    await scene.serve()
    scene.pass_time(minutes=1)
    for command in (RECALL, NO_SHOW, SERVE):
        assert await scene.refused(command) == ("ticket-not-called", {"number": "A-001", "state": "serving"})


async def test_missed_person_frees_the_counter() -> None:
    scene = await Scene.opened()
    missed = await scene.take()
    await scene.take()
    await scene.call()
    event = await scene.no_show()
    assert isinstance(event, TicketMissed)
    assert event.ticket == missed
    assert scene.ticket(await scene.call()).number == "A-002"


async def test_recalls_are_counted_spaced_and_bounded() -> None:
    scene = await Scene.opened()
    await scene.take()
    await scene.call()
    for times in range(2, CALLS_MOST + 1):
        scene.pass_time(seconds=CALL_SPACING.seconds)
        recalled = await scene.done(RECALL)
        assert isinstance(recalled, TicketRecalled)
        assert recalled.times == times
    scene.pass_time(hours=1)
    assert await scene.refused(RECALL) == ("recall-exhausted", {"calls": CALLS_MOST})


async def test_recall_in_quick_succession_is_refused_with_the_seconds_to_wait() -> None:
    scene = await Scene.opened()
    await scene.take()
    await scene.call()
    scene.pass_time(seconds=CALL_SPACING.seconds - 0.5)
    assert await scene.refused(RECALL) == ("recall-too-soon", {"seconds": 1})


async def test_next_person_may_be_recalled_afresh() -> None:
    scene = await Scene.opened()
    await scene.take()
    await scene.take()
    for _ in range(2):
        await scene.call()
        scene.pass_time(minutes=1)
        await scene.done(RECALL)
        await scene.no_show()


async def test_waiting_person_leaves_the_line() -> None:
    scene = await Scene.opened()
    taken = await scene.take()
    await scene.done(CancelTicket(office=OFFICE, ticket=taken))
    assert scene.line().waiting == 0
    assert await scene.refused(CALL) == ("nobody-waiting", {})


async def test_called_person_who_leaves_frees_the_counter() -> None:
    scene = await Scene.opened()
    taken = await scene.take()
    await scene.take()
    await scene.call()
    await scene.done(CancelTicket(office=OFFICE, ticket=taken), actor="citizen")
    assert scene.line().waiting == 1
    assert scene.ticket(await scene.call()).number == "A-002"


async def test_person_who_is_served_missed_or_gone_cannot_leave() -> None:
    scene = await Scene.opened()
    taken = await scene.take()
    leave = CancelTicket(office=OFFICE, ticket=taken)
    await scene.call()
    await scene.serve()
    assert await scene.refused(leave) == ("ticket-not-waiting", {"number": "A-001", "state": "serving"})
    await scene.finish()
    assert await scene.refused(leave) == ("ticket-not-waiting", {"number": "A-001", "state": "finished"})


async def test_unknown_ticket_is_refused() -> None:
    scene = await Scene.opened()
    assert await scene.refused(CancelTicket(office=OFFICE, ticket="no-such")) == ("ticket-unknown", {})
