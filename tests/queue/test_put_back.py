"""Putting a called or missed person back into the line."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from services.queue.domain.order import PLACES_BEHIND, number_of, rank_behind, rank_of
from services.queue.domain.ticket import PUT_BACKS_MOST
from shared.contracts.queue import CallNext, PutBackTicket, TakeTicket
from tests.queue.scene import OFFICE, PHONE, Scene

DAY = "2026-03-02"


def put_back(ticket: str, counter: str = "loket-1") -> PutBackTicket:
    return PutBackTicket(office=OFFICE, counter=counter, ticket=ticket)


async def test_missed_person_goes_behind_the_third_who_waits() -> None:
    scene = await Scene.opened()
    missed = await scene.take()
    for _ in range(5):
        await scene.take()
    await scene.call()
    await scene.no_show()
    event = await scene.put_back(missed)
    assert event.place == PLACES_BEHIND + 1
    assert scene.waiting() == ["A-002", "A-003", "A-004", "A-001", "A-005", "A-006"]
    assert scene.line().waiting == 6


async def test_called_person_is_put_back_and_the_counter_is_free() -> None:
    scene = await Scene.opened()
    called = await scene.take()
    await scene.take()
    await scene.call()
    assert (await scene.put_back(called)).place == 2
    assert scene.ticket(await scene.call()).number == "A-002"


async def test_only_person_is_put_back_to_the_head() -> None:
    scene = await Scene.opened()
    called = await scene.take()
    await scene.call()
    assert (await scene.put_back(called)).place == 1
    assert await scene.call() == called


async def test_people_put_back_to_one_place_keep_the_order_in_which_they_came_back() -> None:
    scene = await Scene.opened()
    missed = [await scene.take() for _ in range(10)]
    for _ in range(5):
        await scene.take()
    for _ in missed:
        await scene.call()
        await scene.no_show()
    places = [(await scene.put_back(ticket)).place for ticket in missed]
    assert places == list(range(4, 14))
    numbers = [scene.ticket(ticket).number for ticket in missed]
    assert scene.waiting() == ["A-011", "A-012", "A-013", *numbers, "A-014", "A-015"]


async def test_new_ticket_stands_behind_whoever_was_put_back() -> None:
    scene = await Scene.opened()
    missed = await scene.take()
    await scene.call()
    await scene.no_show()
    await scene.put_back(missed)
    await scene.take()
    assert scene.waiting() == ["A-001", "A-002"]


async def test_nobody_is_put_back_for_ever() -> None:
    scene = await Scene.opened()
    ticket = await scene.take()
    for _ in range(PUT_BACKS_MOST):
        await scene.call()
        await scene.put_back(ticket)
    await scene.call()
    assert await scene.refused(put_back(ticket)) == ("put-back-exhausted", {"times": PUT_BACKS_MOST})
    assert (await scene.refused(CallNext(office=OFFICE, counter="loket-1")))[0] == "counter-busy"


async def test_put_back_person_does_not_shut_out_another_line_of_the_counter() -> None:
    scene = await Scene.opened()
    missed = await scene.take("sim")
    scene.pass_time(minutes=1)
    other = await scene.take("skck")
    scene.pass_time(minutes=1)
    await scene.call("loket-2")
    await scene.no_show("loket-2")
    await scene.put_back(missed, "loket-2")
    assert await scene.call("loket-2") == other


async def test_another_counters_person_is_not_put_back() -> None:
    scene = await Scene.opened()
    called = await scene.take()
    await scene.call("loket-1")
    assert await scene.refused(put_back(called, "loket-2")) == ("ticket-elsewhere", {"counter": "loket-1"})


async def test_any_counter_puts_a_missed_person_back() -> None:
    scene = await Scene.opened()
    missed = await scene.take()
    await scene.call("loket-1")
    await scene.no_show("loket-1")
    await scene.put_back(missed, "loket-3")
    assert scene.waiting() == ["A-001"]


async def test_waiting_served_and_finished_people_are_not_put_back() -> None:
    scene = await Scene.opened()
    ticket = await scene.take()
    assert await scene.refused(put_back(ticket)) == ("ticket-not-called", {"number": "A-001", "state": "waiting"})
    await scene.call()
    await scene.serve()
    assert await scene.refused(put_back(ticket)) == ("ticket-not-called", {"number": "A-001", "state": "serving"})
    await scene.finish()
    assert await scene.refused(put_back(ticket)) == ("ticket-not-called", {"number": "A-001", "state": "finished"})


async def test_missed_person_may_take_a_new_ticket_but_not_hold_both() -> None:
    scene = await Scene.opened()
    missed = await scene.take(phone=PHONE)
    await scene.call()
    await scene.no_show()
    await scene.take(phone=PHONE)
    assert await scene.refused(put_back(missed)) == ("already-waiting", {})


async def test_person_put_back_is_active_again() -> None:
    scene = await Scene.opened()
    missed = await scene.take(phone=PHONE)
    await scene.call()
    await scene.no_show()
    await scene.put_back(missed)
    again = TakeTicket(office=OFFICE, service="sim", phone=PHONE)
    assert (await scene.refused(again))[0] == "already-waiting"


async def test_redelivered_put_back_puts_back_once() -> None:
    scene = await Scene.opened()
    ticket = await scene.take()
    await scene.call()
    for _ in range(3):
        scene.put(put_back(ticket), id="back-1")
    await scene.run()
    assert scene.ticket(ticket).put_backs == 1
    assert scene.line().waiting == 1


async def test_batch_of_calls_and_put_backs_keeps_the_order() -> None:
    scene = await Scene.opened()
    tickets = [await scene.take() for _ in range(6)]
    await scene.on_duty("loket-1")
    for n, ticket in enumerate(tickets[:2]):
        scene.put(CallNext(office=OFFICE, counter="loket-1"), id=f"call-{n}")
        scene.put(put_back(ticket), id=f"back-{n}")
    await scene.run()
    assert scene.waiting() == ["A-003", "A-004", "A-001", "A-002", "A-005", "A-006"]


@given(st.lists(st.sampled_from(["take", "call", "back"]), max_size=60), st.integers(2, 12))
def test_a_place_is_always_found_between_distinct_ranks(steps: list[str], reach: int) -> None:
    waiting = [_standing(n, 0) for n in range(1, 6)]
    away = []
    taken = len(waiting)
    for second, step in enumerate(steps):
        if step == "take":
            taken += 1
            waiting.append(_standing(taken, second))
            waiting.sort(key=lambda person: person.rank)  # who was put back at the end may stand behind a newcomer
        elif step == "call" and waiting:
            away.append(waiting.pop(0))
        elif step == "back" and away:
            person = away.pop(0)
            person.rank = _find(waiting, person, second, reach)
            place = 1 + sum(other.rank < person.rank for other in waiting)
            assert place > min(PLACES_BEHIND, len(waiting))
            waiting.insert(place - 1, person)
        ranks = [person.rank for person in waiting]
        assert ranks == sorted(set(ranks))


def _at(second: int) -> datetime:
    return datetime(2026, 3, 2, tzinfo=UTC) + timedelta(seconds=second)


def _standing(sequence: int, second: int) -> SimpleNamespace:
    number = number_of("A", sequence)
    return SimpleNamespace(number=number, rank=rank_of(_at(second), timedelta(0), DAY, number))


def _find(waiting: list[SimpleNamespace], person: SimpleNamespace, second: int, reach: int) -> int:
    rank = None
    while rank is None:
        seen = waiting[:reach]
        rank = rank_behind(seen, person.number, _at(second), DAY, whole=len(seen) < reach)
        reach *= 2
    return rank
