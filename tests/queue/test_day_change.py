"""The office's own clock decides the day: an hour after midnight UTC changes nothing in Palu."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from shared.contracts.queue import CallNext, CancelTicket, FinishTicket, PutBackTicket, RecallTicket, TakeTicket
from tests.queue.scene import MONDAY, OFFICE, PHONE, PLAN, Scene, daily, service

ALWAYS = daily(time(0), time(0), range(7))
DAY_AND_NIGHT = replace(PLAN, services=(service("sim", "A", hours=ALWAYS), service("skck", "B", hours=ALWAYS)))
MIDNIGHT = datetime(2026, 3, 2, 16, tzinfo=UTC)
"""00:00 on Tuesday in Palu."""


@pytest.fixture
async def scene() -> Scene:
    """Open day and night, a minute before midnight in Palu."""
    return await Scene.opened(DAY_AND_NIGHT, MIDNIGHT - timedelta(minutes=1))


async def test_numbers_go_on_over_midnight_utc() -> None:
    scene = await Scene.opened(DAY_AND_NIGHT, datetime(2026, 3, 2, 23, 59, tzinfo=UTC))
    await scene.take()
    scene.pass_time(minutes=2)
    assert scene.ticket(await scene.take()).number == "A-002"
    assert {ticket.day for ticket in scene.tickets()} == {"2026-03-03"}


async def test_numbers_begin_anew_at_local_midnight(scene: Scene) -> None:
    await scene.take()
    scene.pass_time(minutes=1)
    assert scene.ticket(await scene.take()).number == "A-001"
    assert [(t.day, t.sequence) for t in scene.tickets()] == [("2026-03-02", 1), ("2026-03-03", 1)]


async def test_late_command_of_yesterday_joins_yesterdays_line(scene: Scene) -> None:
    scene.pass_time(minutes=1)
    await scene.take()
    scene.pass_time(minutes=-1)
    await scene.take()
    assert [(t.day, t.sequence) for t in scene.tickets()] == [("2026-03-03", 1), ("2026-03-02", 1)]


async def test_yesterdays_people_are_not_called(scene: Scene) -> None:
    await scene.take()
    scene.pass_time(minutes=1)
    assert (await scene.refused(CallNext(office=OFFICE, counter="loket-1")))[0] == "nobody-waiting"


async def test_counter_is_free_of_yesterdays_person(scene: Scene) -> None:
    yesterday = await scene.take()
    await scene.call()
    scene.pass_time(minutes=1)
    for command in (RecallTicket, FinishTicket):
        assert (await scene.refused(command(office=OFFICE, counter="loket-1")))[0] == "counter-idle"
    today = await scene.take()
    assert await scene.call() == today
    assert scene.ticket(yesterday).state == "called"


async def test_late_call_of_yesterday_does_not_take_the_counter_from_todays_person(scene: Scene) -> None:
    await scene.take()
    scene.pass_time(minutes=1)
    today = await scene.take()
    await scene.call()
    scene.pass_time(minutes=-1)
    refusal = await scene.refused(CallNext(office=OFFICE, counter="loket-1"))
    assert refusal == ("counter-busy", {"number": "A-001"})
    assert scene.counter("loket-1").ticket == today


async def test_yesterdays_ticket_is_neither_cancelled_nor_put_back(scene: Scene) -> None:
    waiting, missed = await scene.take("sim"), await scene.take("skck")
    await scene.call("loket-3")
    await scene.no_show("loket-3")
    scene.pass_time(minutes=1)
    expired = ("ticket-expired", {"day": "2026-03-02"})
    assert await scene.refused(CancelTicket(office=OFFICE, ticket=waiting)) == expired
    assert await scene.refused(PutBackTicket(office=OFFICE, counter="loket-3", ticket=missed)) == expired


async def test_yesterdays_ticket_does_not_keep_its_holder_from_todays_line(scene: Scene) -> None:
    await scene.take(phone=PHONE)
    scene.pass_time(minutes=1)
    assert scene.ticket(await scene.take(phone=PHONE)).day == "2026-03-03"


async def test_person_is_known_under_another_hash_each_day(scene: Scene) -> None:
    await scene.take(phone=PHONE)
    scene.pass_time(minutes=1)
    await scene.take(phone=PHONE)
    first, second = [ticket.holder for ticket in scene.tickets()]
    assert first != second


async def test_ticket_of_another_office_is_unknown() -> None:
    scene = await Scene.opened()
    await scene.configure(replace(PLAN, id="polres-poso"))
    taken = await scene.take()
    for command in (
        CancelTicket(office="polres-poso", ticket=taken),
        PutBackTicket(office="polres-poso", counter="loket-1", ticket=taken),
    ):
        assert (await scene.refused(command))[0] == "ticket-unknown"


async def test_offices_in_two_time_zones_have_their_own_days() -> None:
    scene = await Scene.opened(DAY_AND_NIGHT, MONDAY.replace(hour=15, minute=30))
    jayapura = replace(DAY_AND_NIGHT, id="polres-jayapura", time_zone="Asia/Jayapura")
    await scene.configure(jayapura)
    await scene.take()
    await scene.done(TakeTicket(office="polres-jayapura", service="sim"))
    assert [ticket.line for ticket in scene.tickets()] == [
        "polres-palu:sim:2026-03-02",
        "polres-jayapura:sim:2026-03-03",
    ]
