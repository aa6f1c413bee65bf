"""Beside waiting: wait later, bring the family, say how it was. And the ways by which people come."""

from dataclasses import replace

import pytest

from services.queue.domain.feedback import Feedback
from services.queue.domain.ticket import DELAYS_MOST, FAMILY_MOST
from shared.contracts.queue import (
    DelayTicket,
    FeedbackGiven,
    GiveFeedback,
    Need,
    OfficePlan,
    Shares,
    TakeTicket,
    TicketDelayed,
    Way,
)
from tests.queue.scene import OFFICE, PHONE, PLAN, Scene


def with_shares(shares: Shares, quota: int = 100) -> OfficePlan:
    return replace(PLAN, services=tuple(replace(s, quota=quota, shares=shares) for s in PLAN.services))


def numbers(scene: Scene, *tickets: str) -> list[str]:
    return [scene.ticket(ticket).number for ticket in tickets]


# Later ----------------------------------------------------------------------------------------------------


async def test_who_lets_others_go_first_stands_where_who_comes_that_much_later_would() -> None:
    scene = await Scene.opened()
    first = await scene.take()
    for _ in range(2):
        scene.pass_time(minutes=4)
        await scene.take()
    event = await scene.done(DelayTicket(office=OFFICE, ticket=first, minutes=5), actor="citizen")
    assert isinstance(event, TicketDelayed)
    assert (event.place, event.minutes) == (3, 5)
    scene.pass_time(minutes=4, seconds=59)
    await scene.take()
    scene.pass_time(seconds=2)
    await scene.take()
    assert scene.waiting() == ["A-002", "A-003", "A-004", "A-001", "A-005"]


async def test_delays_are_bounded_in_number_and_length() -> None:
    scene = await Scene.opened()
    ticket = await scene.take()
    for _ in range(DELAYS_MOST):
        await scene.done(DelayTicket(office=OFFICE, ticket=ticket, minutes=30), actor="citizen")
    refused = await scene.refused(DelayTicket(office=OFFICE, ticket=ticket, minutes=5))
    assert refused == ("delay-exhausted", {"times": DELAYS_MOST})
    for minutes in (4, 31):
        with pytest.raises(ValueError, match="minutes"):
            DelayTicket(office=OFFICE, ticket=ticket, minutes=minutes)


async def test_who_is_called_does_not_let_others_go_first() -> None:
    scene = await Scene.opened()
    ticket = await scene.take()
    await scene.call()
    refused = await scene.refused(DelayTicket(office=OFFICE, ticket=ticket, minutes=5))
    assert refused == ("ticket-not-waiting", {"number": "A-001", "state": "called"})


async def test_letting_others_go_first_gains_nothing_on_those_who_came_meanwhile() -> None:
    scene = await Scene.opened()
    ticket = await scene.take(need="elderly")
    await scene.take()
    await scene.done(DelayTicket(office=OFFICE, ticket=ticket, minutes=5), actor="citizen")
    assert scene.waiting() == ["A-002", "A-001"]


async def test_redelivered_delay_counts_once() -> None:
    scene = await Scene.opened()
    ticket = await scene.take()
    for _ in range(3):
        scene.put(DelayTicket(office=OFFICE, ticket=ticket, minutes=5), id="later-1")
    await scene.run()
    assert scene.ticket(ticket).delays == 1


# Families -------------------------------------------------------------------------------------------------


async def test_a_family_s_tickets_know_their_first() -> None:
    scene = await Scene.opened()
    first = await scene.take(phone=PHONE)
    second = await scene.take(family=first)
    third = await scene.take("skck", family=second)
    assert [scene.ticket(id).family for id in (first, second, third)] == [None, first, first]
    assert [scene.ticket(id).relatives for id in (first, second, third)] == [(second, third), (), ()]
    assert numbers(scene, first, second, third) == ["A-001", "A-002", "B-001"]


async def test_a_family_is_bounded_whichever_of_its_tickets_is_named() -> None:
    scene = await Scene.opened()
    tickets = [await scene.take()]
    for _ in range(FAMILY_MOST - 1):
        tickets.append(await scene.take(family=tickets[-1]))
    for ticket in (tickets[0], tickets[-1]):
        refused = await scene.refused(TakeTicket(office=OFFICE, service="skck", family=ticket))
        assert refused == ("family-too-large", {"most": FAMILY_MOST})


async def test_a_family_is_bounded_in_one_batch_too() -> None:
    scene = await Scene.opened()
    first = await scene.take()
    for n in range(2 * FAMILY_MOST):
        scene.put(TakeTicket(office=OFFICE, service="sim", family=first), id=f"wish-{n}")
    await scene.run()
    assert len(scene.tickets()) == FAMILY_MOST


async def test_a_family_s_ticket_is_of_this_office_and_of_today() -> None:
    scene = await Scene.opened()
    ticket = await scene.take()
    assert await scene.refused(TakeTicket(office=OFFICE, service="sim", family="nothing")) == ("ticket-unknown", {})
    await scene.configure(replace(PLAN, id="polres-sigi"))
    elsewhere = TakeTicket(office="polres-sigi", service="sim", family=ticket)
    assert await scene.refused(elsewhere) == ("ticket-unknown", {})
    scene.pass_time(days=1)
    yesterday = TakeTicket(office=OFFICE, service="sim", family=ticket)
    assert await scene.refused(yesterday) == ("ticket-expired", {"day": "2026-03-02"})


# Afterwards -----------------------------------------------------------------------------------------------


async def finished(scene: Scene) -> str:
    ticket = await scene.take()
    await scene.call()
    await scene.serve()
    await scene.finish()
    return ticket


async def test_what_somebody_says_is_kept_and_its_words_are_not_told() -> None:
    scene = await Scene.opened()
    ticket = await finished(scene)
    told = await scene.done(GiveFeedback(office=OFFICE, ticket=ticket, score=4, words=" Cepat. "), actor="citizen")
    assert told == FeedbackGiven(office=OFFICE, ticket=ticket, service="sim", day="2026-03-02", score=4)
    (feedback,) = scene.all(Feedback)
    assert (feedback.score, feedback.words, feedback.counter) == (4, "Cepat.", "loket-1")


async def test_a_visit_is_judged_once() -> None:
    scene = await Scene.opened()
    wish = GiveFeedback(office=OFFICE, ticket=await finished(scene), score=5)
    await scene.done(wish)
    assert await scene.refused(wish) == ("feedback-given", {})


async def test_a_visit_is_judged_when_it_is_over_and_within_a_week() -> None:
    scene = await Scene.opened()
    waiting = await scene.take()
    refused = await scene.refused(GiveFeedback(office=OFFICE, ticket=waiting, score=1))
    assert refused == ("ticket-not-finished", {"number": "A-001", "state": "waiting"})
    await scene.call()
    await scene.serve()
    await scene.finish()
    other = await finished(scene)
    scene.pass_time(days=7)
    await scene.done(GiveFeedback(office=OFFICE, ticket=waiting, score=1))
    scene.pass_time(days=1)
    refused = await scene.refused(GiveFeedback(office=OFFICE, ticket=other, score=1))
    assert refused == ("ticket-expired", {"day": "2026-03-02"})


# How people come ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["online", "kiosk", "counter"])
async def test_a_way_in_does_not_starve_the_others(way: Way) -> None:
    scene = await Scene.opened(with_shares(Shares(**{way: 2})))
    for _ in range(2):
        await scene.take(way=way)
    reason, details = await scene.refused(TakeTicket(office=OFFICE, service="sim", way=way))
    assert (reason, details["way"]) == ("share-reached", way)
    assert details["next_opening"] == "2026-03-03T08:00:00+08:00"
    for other in {"online", "kiosk", "counter"} - {way}:
        await scene.take(way=other)


async def test_a_day_s_numbers_end_for_every_way() -> None:
    scene = await Scene.opened(with_shares(Shares(online=3), quota=3))
    for way in ("online", "kiosk", "counter"):
        await scene.take(way=way)
    for way in ("online", "kiosk", "counter"):
        reason, _ = await scene.refused(TakeTicket(office=OFFICE, service="sim", way=way))
        assert reason == "quota-reached"


@pytest.mark.parametrize("need", ["elderly", "disabled", "pregnant", "nursing"])
async def test_who_goes_first_counts_as_having_waited_longer_and_no_more_than_that(need: Need) -> None:
    scene = await Scene.opened()
    await scene.take()
    scene.pass_time(minutes=PLAN.order.priority_minutes)
    await scene.take()
    first = await scene.take(need=need)
    assert scene.waiting() == ["A-001", "A-003", "A-002"]
    assert scene.ticket(first).need == need
    for _ in range(2):
        await scene.call()
        await scene.serve()
        await scene.finish()
    assert (scene.ticket(first).state, scene.ticket(first).need) == ("finished", None)
