"""Shares, rates and effects are shrunk to what was configured, and fade."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.queue.domain.forecast.rates import Effect, Rate, Share


def test_nothing_seen_is_what_was_configured() -> None:
    assert Share(0.07).value == pytest.approx(0.07)
    assert Rate(0.002).value == pytest.approx(0.002)
    assert Effect(0.15).posterior(0.5) == pytest.approx((0.0, 0.15))


@given(st.floats(0.01, 0.99), st.lists(st.booleans(), max_size=50))
def test_a_share_lies_between_what_was_configured_and_what_was_seen(prior: float, seen: list[bool]) -> None:
    share = Share(prior)
    for hit in seen:
        share.see(hit)
    observed = sum(seen) / len(seen) if seen else prior
    assert min(prior, observed) - 1e-9 <= share.value <= max(prior, observed) + 1e-9


def test_much_seen_outweighs_what_was_configured() -> None:
    share, rate, effect = Share(0.5), Rate(1.0), Effect(0.1)
    for n in range(2000):
        share.see(n % 10 == 0)
        rate.see(1.0, 100.0)
        effect.see(0.2)
    assert share.value == pytest.approx(0.1, abs=0.01)
    assert rate.value == pytest.approx(0.01, rel=0.01)
    mean, deviation = effect.posterior(0.5)
    assert mean == pytest.approx(0.2, rel=0.02)
    assert deviation < 0.02


def test_what_faded_is_believed_less() -> None:
    share = Share(0.1)
    for _ in range(100):
        share.see(True)
    before = share.value
    share.fade(0.01)
    assert 0.1 < share.value < before


def test_who_comes_back_after_all_turns_a_miss_into_a_hit() -> None:
    share = Share(0.0, strength=1.0)
    share.see(False)
    share.turn()
    assert share.value == pytest.approx(0.5)
