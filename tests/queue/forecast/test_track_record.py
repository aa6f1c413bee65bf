"""What a page may say about how good its ranges have been."""

from random import Random

import pytest

from services.queue.domain.forecast.track_record import ENOUGH, REMEMBERED, Tried, how_good, latest
from shared.contracts.queue import Promise

TOLD = Promise(likely_seconds=300, at_most_seconds=600)


def tried(*waits: float) -> list[Tried]:
    """One after the other took a ticket, and waited so long."""
    return [Tried(1000.0 * n + seconds, f"{n:04d}", 1000.0 * n, TOLD) for n, seconds in enumerate(waits)]


def test_nothing_is_said_of_a_few() -> None:
    assert how_good(tried(*[300.0] * (ENOUGH - 1))) is None


def test_it_says_how_often_the_range_held_and_how_far_it_was_off() -> None:
    good = how_good(tried(*[200.0] * 15, *[400.0] * 15, *[900.0] * 10))
    assert good is not None
    assert (good.count, good.within) == (40, 0.75)
    assert good.mean_error == pytest.approx((15 * 100 + 15 * 100 + 10 * 600) / 40)
    assert good.mean_excess == pytest.approx(10 * 600 / 40)


def test_only_the_latest_count_in_whatever_order_they_are_known() -> None:
    known = tried(*[900.0] * 500, *[300.0] * REMEMBERED)
    Random(20).shuffle(known)
    good = how_good(latest(known))
    assert good is not None
    assert (good.count, good.within) == (REMEMBERED, 1.0)


def test_of_those_who_were_called_at_the_same_moment_the_same_count_everywhere() -> None:
    known = [Tried(900.0, f"{n:04d}", 0.0, TOLD) for n in range(2 * REMEMBERED)]
    assert latest(known) == latest(known[::-1])
