"""A distribution is learned from what was seen, and is the configured prior where nothing was."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.queue.domain.forecast.durations import CELLS, Durations, Prior, Table

PRIOR = Prior(mean=600.0, variation=0.6, strength=8.0)
SECONDS = st.floats(1.0, 10_000.0)


def learned(values: list[float], prior: Prior = PRIOR) -> Durations:
    durations = Durations(prior)
    for value in values:
        durations.see(value)
    return durations


def test_nothing_seen_is_the_prior() -> None:
    table = Durations(PRIOR).table()
    assert table.mean == pytest.approx(600.0)
    assert np.std(np.log(table.values)) == pytest.approx(PRIOR.spread, rel=0.1)


def test_little_seen_stays_near_the_prior_and_much_leaves_it() -> None:
    assert learned([60.0]).table().mean == pytest.approx((8 * 600 + 60) / 9, rel=0.01)
    assert learned([60.0] * 300).table().mean == pytest.approx(60.0, rel=0.3)


@pytest.mark.parametrize("shape", ["gamma", "two ways"])
def test_a_distribution_is_recovered_whatever_its_shape(shape: str) -> None:
    chance = np.random.default_rng(5)
    seen = chance.gamma(3.0, 140.0, 400)
    if shape == "two ways":
        seen = np.where(chance.random(400) < 0.3, chance.gamma(20.0, 6.0, 400), chance.gamma(20.0, 45.0, 400))
    table = learned(seen.tolist(), Prior(1800.0, 0.6, 8.0)).table()
    for share in (0.1, 0.25, 0.5, 0.75, 0.9):
        assert np.quantile(table.values, share) == pytest.approx(np.quantile(seen, share), rel=0.12)


def test_what_was_seen_long_ago_weighs_less() -> None:
    durations = learned([120.0] * 100)
    durations.fade(1 / 8)
    for _ in range(100):
        durations.see(480.0)
    assert durations.weight == pytest.approx(100 + 100 / 8)
    assert durations.table().mean > 420.0


def test_a_visit_finished_the_next_morning_changes_little() -> None:
    before = learned([300.0, 400.0, 500.0, 600.0] * 25)
    mean = before.table().mean
    before.see(18 * 3600.0)
    assert before.table().mean == pytest.approx(mean, rel=0.06)


@given(st.lists(SECONDS, max_size=40), st.floats(0.0, 50_000.0))
def test_what_still_runs_ends_later_than_now(values: list[float], elapsed: float) -> None:
    drawn = learned(values).table().draw_beyond(np.random.default_rng(1), elapsed, 50)
    assert (drawn >= elapsed).all()
    assert np.isfinite(drawn).all()


@given(st.lists(SECONDS, max_size=40))
def test_values_ascend_and_stay_within_what_was_seen_and_configured(values: list[float]) -> None:
    durations = learned(values)
    table = durations.table()
    assert len(table.values) == CELLS
    assert (np.diff(table.values) >= 0).all()
    assert table.values[0] >= min([*values, *PRIOR.atoms()]) * 0.999
    assert table.values[-1] <= max([*values, *PRIOR.atoms()]) * 1.001


@given(st.lists(SECONDS, min_size=1, max_size=40), st.floats(0.0, 20_000.0), st.floats(0.0, 20_000.0))
def test_longer_is_less_probable_and_never_impossible(values: list[float], one: float, other: float) -> None:
    table = Table.of(values)
    assert 0.0 < table.exceeds(max(one, other)) <= table.exceeds(min(one, other)) <= 1.0
