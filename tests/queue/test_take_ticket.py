"""Joining a line."""

from dataclasses import replace
from datetime import timedelta

from services.queue.domain.line import Line
from services.queue.domain.order import number_of, rank_of
from services.queue.domain.ticket import Ticket
from shared.contracts.queue import CancelTicket, CloseLine, LineClosed, Promise, TakeTicket, TicketTaken
from tests.queue.scene import MONDAY, OFFICE, PHONE, PLAN, Scene, service, with_quota


async def test_first_ticket_of_the_day_is_number_one_and_next() -> None:
    scene = await Scene.opened()
    event = await scene.done(TakeTicket(office=OFFICE, service="sim"), id="wish-1", actor="citizen")
    assert event == TicketTaken(
        office=OFFICE,
        service="sim",
        line="polres-palu:sim:2026-03-02",
        revision=1,
        ticket="wish-1",
        number="A-001",
        sequence=1,
        rank=rank_of(MONDAY, timedelta(0), "2026-03-02", number_of("A", 1)),
        place=1,
    )


async def test_each_line_counts_its_own_numbers() -> None:
    scene = await Scene.opened()
    taken = [scene.ticket(await scene.take(service)).number for service in ("sim", "skck", "sim", "skck")]
    assert taken == ["A-001", "B-001", "A-002", "B-002"]


async def test_redelivered_take_ticket_gives_one_ticket() -> None:
    scene = await Scene.opened()
    for _ in range(3):
        scene.put(TakeTicket(office=OFFICE, service="sim"), id="wish-1", actor="citizen")
    await scene.run()
    assert [ticket.number for ticket in scene.tickets()] == ["A-001"]
    told = {event for event, cause in scene.events() if cause == "wish-1"}
    assert len(told) == 1


async def test_take_ticket_that_comes_again_when_the_forecast_is_another_is_the_same_wish() -> None:
    scene = await Scene.opened()
    for promise in (Promise(100, 300), Promise(200, 500), None):
        scene.put(TakeTicket(office=OFFICE, service="sim", promise=promise), id="wish-1", actor="citizen")
    await scene.run()
    assert [ticket.promise for ticket in scene.tickets()] == [Promise(100, 300)]
    assert len({event for event, cause in scene.events() if cause == "wish-1"}) == 1


async def test_batch_of_takes_numbers_them_in_the_order_they_came() -> None:
    scene = await Scene.opened()
    for n in range(1, 21):
        scene.put(TakeTicket(office=OFFICE, service="sim"), id=f"wish-{n}")
    await scene.run()
    assert {t.id: t.sequence for t in scene.tickets()} == {f"wish-{n}": n for n in range(1, 21)}
    assert scene.line().waiting == 20


async def test_person_may_hold_one_active_ticket_in_a_line() -> None:
    scene = await Scene.opened()
    await scene.take(phone=PHONE)
    reason, details = await scene.refused(TakeTicket(office=OFFICE, service="sim", phone=PHONE))
    assert (reason, details) == ("already-waiting", {})


async def test_two_wishes_of_one_person_in_one_batch_give_one_ticket() -> None:
    scene = await Scene.opened()
    for wish in ("wish-1", "wish-2"):
        scene.put(TakeTicket(office=OFFICE, service="sim", phone=PHONE), id=wish)
    await scene.run()
    assert [ticket.id for ticket in scene.tickets()] == ["wish-1"]


async def test_person_may_wait_in_two_lines() -> None:
    scene = await Scene.opened()
    await scene.take("sim", PHONE)
    await scene.take("skck", PHONE)
    assert scene.line("sim").waiting == scene.line("skck").waiting == 1


async def test_person_may_take_another_ticket_after_cancelling() -> None:
    scene = await Scene.opened()
    first = await scene.take(phone=PHONE)
    await scene.done(CancelTicket(office=OFFICE, ticket=first), actor="citizen")
    second = await scene.take(phone=PHONE)
    assert scene.ticket(second).number == "A-002"


async def test_person_may_take_another_ticket_after_being_served() -> None:
    scene = await Scene.opened()
    await scene.take(phone=PHONE)
    await scene.call()
    await scene.serve()
    await scene.finish()
    await scene.take(phone=PHONE)


async def test_person_who_is_called_or_served_is_still_in_the_line() -> None:
    scene = await Scene.opened()
    await scene.take(phone=PHONE)
    again = TakeTicket(office=OFFICE, service="sim", phone=PHONE)
    await scene.call()
    assert (await scene.refused(again))[0] == "already-waiting"
    await scene.serve()
    assert (await scene.refused(again))[0] == "already-waiting"


async def test_phone_number_is_kept_as_a_hash_until_the_ticket_is_over() -> None:
    scene = await Scene.opened()
    taken = await scene.take(phone=PHONE)
    assert scene.ticket(taken).claim
    assert PHONE not in repr(scene.ticket(taken))
    await scene.done(CancelTicket(office=OFFICE, ticket=taken))
    assert scene.ticket(taken).claim is None
    assert scene.ticket(taken).holder is None


async def test_quota_ends_the_numbers_of_the_day_and_tells_the_next() -> None:
    scene = await Scene.opened(with_quota(2))
    await scene.take()
    await scene.take()
    refusal = await scene.refused(TakeTicket(office=OFFICE, service="sim"))
    assert refusal == ("quota-reached", {"next_opening": "2026-03-03T08:00:00+08:00"})
    await scene.take("skck")


async def test_cancelled_ticket_gives_no_number_back() -> None:
    scene = await Scene.opened(with_quota(1))
    await scene.done(CancelTicket(office=OFFICE, ticket=await scene.take()))
    assert (await scene.refused(TakeTicket(office=OFFICE, service="sim")))[0] == "quota-reached"


async def test_closed_line_gives_no_more_tickets_and_tells_when_the_next_does() -> None:
    scene = await Scene.opened()
    await scene.take()
    closed = await scene.done(CloseLine(office=OFFICE, service="sim"))
    assert isinstance(closed, LineClosed)
    assert closed.waiting == 1
    refusal = await scene.refused(TakeTicket(office=OFFICE, service="sim"))
    assert refusal == ("line-closed", {"next_opening": "2026-03-03T08:00:00+08:00"})
    assert (await scene.refused(CloseLine(office=OFFICE, service="sim")))[0] == "line-closed"


async def test_who_waits_in_a_closed_line_is_still_called() -> None:
    scene = await Scene.opened()
    taken = await scene.take()
    await scene.done(CloseLine(office=OFFICE, service="sim"))
    assert await scene.call() == taken


async def test_line_may_be_closed_before_its_first_ticket() -> None:
    scene = await Scene.opened()
    await scene.done(CloseLine(office=OFFICE, service="sim"))
    assert (await scene.refused(TakeTicket(office=OFFICE, service="sim")))[0] == "line-closed"


async def test_line_closed_on_one_day_is_open_on_the_next() -> None:
    scene = await Scene.opened()
    await scene.done(CloseLine(office=OFFICE, service="sim"))
    scene.pass_time(days=1)
    await scene.take()


async def test_before_hours_the_refusal_names_the_opening() -> None:
    scene = await Scene.opened()
    scene.pass_time(seconds=-1)
    refusal = await scene.refused(TakeTicket(office=OFFICE, service="sim"))
    assert refusal == ("service-closed", {"next_opening": "2026-03-02T08:00:00+08:00"})
    scene.pass_time(seconds=1)
    await scene.take()


async def test_service_without_hours_is_refused_without_an_opening() -> None:
    scene = await Scene.opened(replace(PLAN, services=(service("sim", "A", hours=()), service("skck", "B"))))
    assert await scene.refused(TakeTicket(office=OFFICE, service="sim")) == ("service-closed", {})


async def test_unknown_office_and_service_are_refused() -> None:
    scene = await Scene.opened()
    assert (await scene.refused(TakeTicket(office="polres-poso", service="sim")))[0] == "office-unknown"
    assert (await scene.refused(TakeTicket(office=OFFICE, service="stnk")))[0] == "service-unknown"


async def test_refused_take_leaves_no_line_behind() -> None:
    scene = await Scene.opened(now=MONDAY.replace(hour=20))
    await scene.refused(TakeTicket(office=OFFICE, service="sim"))
    assert scene.all(Line) == []
    assert scene.all(Ticket) == []
