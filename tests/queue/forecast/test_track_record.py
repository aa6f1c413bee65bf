"""What a page may say about how good its ranges have been."""

import pytest

from services.queue.domain.forecast.forecast import Range
from services.queue.domain.forecast.track_record import ENOUGH, REMEMBERED, TrackRecord

TOLD = Range(likely=300.0, at_most=600.0)


def record_of(*waits: float) -> TrackRecord:
    record = TrackRecord()
    for n, seconds in enumerate(waits):
        record.told(str(n), 1000.0, TOLD)
        record.called(str(n), 1000.0 + seconds)
    return record


def test_nothing_is_said_of_a_few() -> None:
    assert record_of(*[300.0] * (ENOUGH - 1)).how_good() is None


def test_it_says_how_often_the_range_held_and_how_far_it_was_off() -> None:
    good = record_of(*[200.0] * 15, *[400.0] * 15, *[900.0] * 10).how_good()
    assert good is not None
    assert (good.count, good.within) == (40, 0.75)
    assert good.mean_error == pytest.approx((15 * 100 + 15 * 100 + 10 * 600) / 40)
    assert good.mean_excess == pytest.approx(10 * 600 / 40)


def test_only_the_latest_count() -> None:
    good = record_of(*[900.0] * 500, *[300.0] * REMEMBERED).how_good()
    assert good is not None
    assert (good.count, good.within) == (REMEMBERED, 1.0)


def test_the_first_range_counts_and_who_left_does_not() -> None:
    record = record_of(*[300.0] * ENOUGH)
    record.told("x", 1000.0, TOLD)
    record.told("x", 1290.0, Range(1.0, 2.0))
    record.told("y", 1000.0, TOLD)
    record.left(["y"])
    record.called("x", 1300.0)
    record.called("y", 9000.0)
    good = record.how_good()
    assert good is not None
    assert (good.count, good.within, good.mean_error) == (ENOUGH + 1, 1.0, 0.0)
