"""The arithmetic of the figures."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.queue.views.tally import (
    Answer,
    Hour,
    Opinion,
    Part,
    Spread,
    Stay,
    by_hour,
    opinions_of,
    parts_of,
    quantile,
    tallies,
    tally,
)

EIGHT = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)


def stay(*, waited: float | None = 10, handled: float | None = 5, came: float = 0, **more: Any) -> Stay:
    joined = EIGHT + timedelta(minutes=came)
    called = None if waited is None else joined + timedelta(minutes=waited)
    ended = None if called is None or handled is None else called + timedelta(minutes=1 + handled)
    values: dict[str, Any] = {
        "service": "sim",
        "day": "2026-03-02",
        "outcome": "served",
        "counter": "loket-1",
        "joined_at": joined,
        "called_at": called,
        "serving_at": None if ended is None else called and called + timedelta(minutes=1),
        "ended_at": ended,
        "way": "online",
        "group": "ordinary",
        "put_backs": 0,
        "delays": 0,
    }
    return Stay(**values | more)


def summed_up(*stays: Stay) -> list[Part]:
    """The parts of some stays, in Palu."""
    return parts_of(stays, lambda moment: moment + timedelta(hours=8))


def test_nothing_is_no_figure_rather_than_nought_minutes() -> None:
    nothing = tally(())
    assert (nothing.people, nothing.waiting, nothing.handling, nothing.opinion.average) == (0, None, None, None)


def test_each_outcome_is_counted_once() -> None:
    outcomes = ("served", "served", "sent-on", "missed", "cancelled", "open")
    summed = tally(summed_up(*(stay(outcome=outcome) for outcome in outcomes)))
    assert (summed.people, summed.served, summed.missed, summed.cancelled, summed.open) == (6, 3, 1, 1, 1)


def test_waiting_counts_for_all_who_were_called_handling_for_who_was_served() -> None:
    stays = stay(waited=4), stay(waited=8, outcome="missed"), stay(waited=None, outcome="cancelled")
    summed = tally(summed_up(*stays))
    assert summed.waiting is not None
    assert summed.waiting == pytest.approx((6.0, 7.6))
    assert summed.handling == Spread(5.0, 5.0)


def test_half_of_two_days_is_not_the_middle_of_their_halves() -> None:
    monday = [stay(waited=minutes) for minutes in (1, 2, 3)]
    tuesday = [stay(waited=minutes, day="2026-03-03", counter="loket-2") for minutes in (50, 60, 70, 80, 90)]
    parts = summed_up(*monday, *tuesday)
    medians = [tally(some).waiting.median for some in (parts[:1], parts[1:], parts)]  # type: ignore[union-attr]
    assert medians == [2, 70, 55]


def test_a_call_that_lies_before_the_place_in_the_line_is_of_an_earlier_one() -> None:
    assert stay(called_at=EIGHT - timedelta(minutes=1)).waited is None


def test_feedback_is_averaged_and_distributed() -> None:
    places = ("sim", "loket-1", 5), ("sim", None, 4), ("skck", "loket-1", 4)
    parts = opinions_of(Answer(f"v-{n}", "2026-03-02", *place, in_words=n > 0) for n, place in enumerate(places))
    assert {id for part in parts for id in part.wrote} == {"v-1", "v-2"}
    opinion = tally([*summed_up(stay()), *parts]).opinion
    assert opinion == Opinion((0, 0, 0, 2, 1))
    assert opinion.number == 3
    assert opinion.average == pytest.approx(13 / 3)


def test_who_has_no_counter_counts_for_none() -> None:
    found = tallies(summed_up(stay(), stay(counter=None), stay(counter="loket-2")), lambda part: part.counter)
    assert {counter: summed.people for counter, summed in found.items()} == {"loket-1": 1, "loket-2": 1}


def test_the_hours_of_a_day_have_no_gap() -> None:
    stays = stay(came=10), stay(came=20, waited=150), stay(came=30, outcome="missed", day="2026-03-03")
    hours = by_hour(summed_up(*stays))
    assert hours == [Hour(8, 3, 1), Hour(9, 0, 0), Hour(10, 0, 1)]


@given(st.lists(st.floats(0, 600), min_size=1, max_size=50), st.floats(0, 1))
def test_a_quantile_lies_among_its_values(values: list[float], share: float) -> None:
    values.sort()
    assert values[0] - 1e-9 <= quantile(values, share) <= values[-1] + 1e-9
    assert quantile(values, 0) == values[0]
    assert quantile(values, 1) == values[-1]
