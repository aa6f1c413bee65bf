"""What the rest of a day is expected to be like, hour by hour."""

from dataclasses import replace
from itertools import pairwise
from time import thread_time

import numpy as np
import pytest

from services.queue.domain.forecast.arrivals import Profiles
from services.queue.domain.forecast.beliefs import Beliefs
from services.queue.domain.forecast.order import MERGED
from services.queue.domain.forecast.outlook import HOUR, Hour, outlook
from services.queue.domain.forecast.situation import Booking, Situation
from tests.queue.forecast.office import MINUTE, NINE, at_nine, certain, counter, line

CLOSES = NINE + 4 * HOUR


def usual(per_hour: dict[int, int]) -> Beliefs:
    """Every day so many people came in those hours; a visit takes five minutes."""
    profiles = Profiles()
    for _ in range(30):
        for hour, people in per_hour.items():
            for n in range(people):
                profiles.see("skck", "ordinary", hour * HOUR + n * HOUR / people)
        profiles.begin_day(1.0)
    return replace(certain(), arrivals=profiles.believed(0.0))


def expected(situation: Situation, beliefs: Beliefs) -> list[Hour]:
    return outlook(situation, beliefs, {"skck": CLOSES}, np.random.default_rng(1), order=MERGED)["skck"]


def test_a_crowd_that_comes_every_day_is_expected_when_it_comes() -> None:
    hours = expected(at_nine((), counter()), usual({9: 4, 10: 20, 11: 4, 12: 4}))
    assert [hour.begins for hour in hours] == [NINE + n * HOUR for n in range(4)]
    assert [hour.people for hour in hours] == pytest.approx([6, 16, 8, 4], abs=3)
    waits = [hour.wait for hour in hours]
    assert all(wait is not None and 0 <= wait.likely <= wait.at_most for wait in waits)
    assert waits[1] is not None
    assert waits[0] is not None
    assert waits[1].at_most > waits[0].at_most + 5 * MINUTE


def test_who_waits_now_is_waited_for_by_who_comes_next() -> None:
    beliefs = usual({9: 6, 10: 6, 11: 6, 12: 6})
    empty, full = expected(at_nine((), counter()), beliefs), expected(at_nine(line(24), counter()), beliefs)
    for before, after in zip(empty[:2], full[:2], strict=True):
        assert before.wait is not None
        assert after.wait is not None
        assert after.wait.likely > before.wait.likely + 30 * MINUTE
    first, last = full[0].wait, full[-1].wait
    assert first is not None
    assert last is not None
    assert last.likely < first.likely


def test_who_has_an_appointment_is_expected_at_its_time() -> None:
    slot = NINE + 2 * HOUR + 10 * MINUTE
    booked = replace(at_nine((), counter()), bookings=tuple(Booking(str(n), "skck", slot) for n in range(5)))
    begins, people = zip(*((hour.begins, hour.people) for hour in expected(booked, certain())), strict=True)
    assert people[begins.index(NINE + 2 * HOUR)] == 5
    assert sum(people) == 5


def test_where_no_counter_is_open_nothing_is_expected() -> None:
    assert outlook(at_nine(line(3)), certain(), {"skck": CLOSES}, np.random.default_rng(1), order=MERGED) == {}
    closed = outlook(at_nine(line(3), counter()), certain(), {}, np.random.default_rng(1), order=MERGED)
    assert closed == {}


def test_a_counter_that_closes_leaves_the_last_of_the_day_without_an_answer() -> None:
    closing = replace(counter(), closes=NINE + 2 * HOUR)
    hours = expected(at_nine((), closing), usual({9: 6, 10: 6, 11: 6, 12: 6}))
    assert hours[0].wait is not None
    assert hours[-1].wait is None


def test_a_busy_day_is_foreseen_in_a_moment() -> None:
    counters = [counter(str(n), "skck", busy_since=NINE) for n in range(6)]
    begun = thread_time()
    hours = expected(at_nine(line(100), *counters), usual({9: 60, 10: 60, 11: 60, 12: 60}))
    assert thread_time() - begun < 2.0
    assert all(a.begins < b.begins for a, b in pairwise(hours))
