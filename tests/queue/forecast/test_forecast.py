"""The forecast says what must follow from the live state."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.queue.domain.forecast.beliefs import Pace
from services.queue.domain.forecast.learner import Learner
from services.queue.domain.forecast.order import FIRST_COME, MERGED
from services.queue.domain.forecast.situation import Booking, Break, Situation, Waiting
from tests.queue.forecast.office import MINUTE, NINE, always, at_nine, certain, counter, line, spread, told

DAY = 86400.0
SERVICES = ("sim", "skck")


def minutes(situation: Situation, ticket: str, **options: object) -> float:
    """The certain wait of a ticket, in minutes."""
    range_ = told(situation, certain(), **options).tickets[ticket]  # type: ignore[arg-type]
    assert range_.likely == pytest.approx(range_.at_most, abs=0.1)
    return range_.likely / MINUTE


def test_each_place_costs_a_visit_divided_by_the_counters() -> None:
    one, two = counter(busy_since=NINE), counter("2", busy_since=NINE)
    assert minutes(at_nine(line(4), one), "skck-4") == pytest.approx(20.0, abs=0.01)
    assert minutes(at_nine(line(4), one, two), "skck-4") == pytest.approx(10.0, abs=0.01)


def test_who_has_been_served_for_a_while_is_done_sooner() -> None:
    assert minutes(at_nine(line(1), counter(busy_since=NINE - 3 * MINUTE)), "skck-1") == pytest.approx(2.0, abs=0.01)


def test_a_counter_that_serves_other_things_helps_nobody_here() -> None:
    situation = at_nine(line(2), counter(busy_since=NINE), counter("2", "sim"))
    assert minutes(situation, "skck-2") == pytest.approx(10.0, abs=0.01)


def test_a_shared_counter_takes_who_came_first_of_all_lines() -> None:
    sim = tuple(replace(w, since=w.since - 30 * MINUTE) for w in line(2, "sim"))
    situation = at_nine(line(1) + sim, counter("1", "sim", "skck", busy_since=NINE))
    assert minutes(situation, "sim-2") == pytest.approx(10.0, abs=0.01)
    assert minutes(situation, "skck-1") == pytest.approx(15.0, abs=0.01)


def test_a_slow_officer_is_reckoned_with() -> None:
    beliefs = certain(paces={"1": Pace(0.5)})
    waits = told(at_nine(line(2), counter(busy_since=NINE)), beliefs).tickets
    assert waits["skck-2"].likely == pytest.approx(2 * 5 * MINUTE * 2.718281828**0.5, rel=0.01)


def test_a_planned_break_is_waited_for() -> None:
    lunch = Break(NINE + 6 * MINUTE, NINE + 36 * MINUTE)
    situation = at_nine(line(3), replace(counter(busy_since=NINE), breaks=(lunch,)))
    assert minutes(situation, "skck-2") == pytest.approx(40.0, abs=0.1)


def test_a_counter_on_a_planned_break_comes_back_when_it_ends() -> None:
    lunch = Break(NINE - 10 * MINUTE, NINE + 20 * MINUTE)
    situation = at_nine(line(1), replace(counter(), paused_at=lunch.begins, pause=lunch))
    assert minutes(situation, "skck-1") == pytest.approx(20.0, abs=0.1)


def test_a_counter_that_is_to_open_is_waited_for() -> None:
    opening = replace(counter(), is_open=False, opens=NINE + 30 * MINUTE)
    assert minutes(at_nine(line(2), opening), "skck-2") == pytest.approx(35.0, abs=0.1)


def test_nobody_is_promised_anything_where_no_counter_will_call() -> None:
    closing = replace(counter(busy_since=NINE), closes=NINE + 7 * MINUTE)
    tickets = told(at_nine(line(3), closing), certain()).tickets
    assert "skck-1" in tickets
    assert "skck-3" not in tickets
    assert told(at_nine(line(2)), certain()).tickets == {}
    assert told(at_nine(line(2), counter("1", "sim")), certain()).tickets == {}


def test_who_would_come_now_is_told_too_and_delays_nobody() -> None:
    situation = at_nine(line(2), counter("1", "skck", "sim", busy_since=NINE))
    forecast = told(situation, certain())
    assert forecast.newcomers["skck"].likely == pytest.approx(15 * MINUTE, abs=1)
    assert forecast.newcomers["sim"].likely == pytest.approx(15 * MINUTE, abs=1)


def test_people_who_do_not_come_when_called_cost_less() -> None:
    beliefs = replace(certain(), other_no_show=1.0, holding=always(60.0))
    waits = told(at_nine(line(4), counter(busy_since=NINE)), beliefs).tickets
    assert waits["skck-4"].likely == pytest.approx(8 * MINUTE, abs=1)


def test_an_appointment_goes_ahead_of_who_came_less_than_its_head_start_earlier() -> None:
    situation = replace(
        at_nine(
            (Waiting("early", "skck", NINE - 40 * MINUTE), Waiting("late", "skck", NINE)),
            counter(busy_since=NINE),
        ),
        bookings=(Booking("b", "skck", NINE + 3 * MINUTE),),
    )
    assert minutes(situation, "early", order=MERGED) == pytest.approx(5.0, abs=0.1)
    assert minutes(situation, "late", order=MERGED) == pytest.approx(15.0, abs=0.1)
    assert minutes(situation, "late", order=FIRST_COME) == pytest.approx(10.0, abs=0.1)


def test_priority_people_who_are_still_to_come_are_reckoned_with() -> None:
    learner = Learner()
    for day in range(10):
        learner.begin_day(day * DAY)
        for second in range(8 * 3600, 12 * 3600, 300):
            learner.took_ticket("skck", "priority", day * DAY + second)
    learner.begin_day(10 * DAY)
    beliefs = replace(certain(), arrivals=learner.beliefs().arrivals)
    now = 10 * DAY + NINE
    waiting = tuple(Waiting(f"skck-{n}", "skck", now - 12.0 + n, rank=n) for n in range(12))
    situation = Situation(now, waiting, (counter(busy_since=now),))
    merged, first = (told(situation, beliefs, order=order).tickets["skck-11"] for order in (MERGED, FIRST_COME))
    assert merged.likely > first.likely + 5 * MINUTE
    assert merged.at_most > merged.likely


@settings(max_examples=25, deadline=None)
@given(
    lines=st.tuples(st.integers(0, 12), st.integers(0, 12)),
    skills=st.lists(st.sets(st.sampled_from(SERVICES), min_size=1), min_size=1, max_size=4),
    seed=st.integers(0, 1000),
)
def test_along_a_line_the_ranges_never_go_back(lines: tuple[int, int], skills: list[set[str]], seed: int) -> None:
    waiting = line(lines[0], "sim") + line(lines[1], "skck")
    counters = [counter(str(n), *sorted(own), busy_since=NINE - 60.0 * n) for n, own in enumerate(skills)]
    beliefs = replace(certain(), other_work=spread(400.0), other_no_show=0.1, leave_rate=1e-5, pause_rate=1e-4)
    forecast = told(at_nine(waiting, *counters), beliefs, order=MERGED, futures=30, seed=seed)
    for service, number in zip(SERVICES, lines, strict=True):
        if not any(service in own for own in skills):
            assert service not in forecast.newcomers
            continue
        ranges = [forecast.tickets[f"{service}-{n}"] for n in range(1, number + 1)] + [forecast.newcomers[service]]
        assert all(0 <= r.likely <= r.at_most for r in ranges)
        assert all(a.likely <= b.likely and a.at_most <= b.at_most for a, b in pairwise(ranges))


def test_the_less_was_seen_the_wider_is_the_range() -> None:
    def width(visits: int) -> float:
        learner = Learner()
        for n in range(visits):
            learner.worked("skck", "1", 300.0 if n % 2 else 900.0)
        range_ = told(at_nine(line(30), counter(busy_since=NINE)), learner.beliefs(), futures=300).tickets["skck-30"]
        return range_.at_most / range_.likely

    assert width(0) > width(20) > width(400)


def test_the_same_chance_gives_the_same_forecast() -> None:
    situation = at_nine(line(20), counter(busy_since=NINE))
    beliefs = replace(certain(), other_work=spread(400.0))
    assert told(situation, beliefs) == told(situation, beliefs)
    assert told(situation, beliefs) != told(situation, beliefs, seed=2)
