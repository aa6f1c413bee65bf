"""When people of a group come, by the hour, and what today is like."""

import numpy as np
import pytest

from services.queue.domain.forecast.arrivals import Profiles, crowds

HOUR = 3600.0
NINE, TEN = 9 * HOUR, 10 * HOUR


def morning(profiles: Profiles, until: float, priority_an_hour: float, others_an_hour: float = 24.0) -> None:
    """People come from eight on."""
    for second in np.arange(8 * HOUR, until, HOUR / priority_an_hour):
        profiles.see("skck", "priority", float(second))
    for second in np.arange(8 * HOUR, until, HOUR / others_an_hour):
        profiles.see("skck", "ordinary", float(second))


def office() -> Profiles:
    """Ten days on which, from eight to twelve, 24 people came an hour and 6 of priority."""
    profiles = Profiles()
    for _ in range(10):
        morning(profiles, 12 * HOUR, 6.0)
        profiles.begin_day(0.95)
    return profiles


def between(profiles: Profiles, begin: float, end: float) -> float:
    """How many people of priority come in between on average."""
    believed, chance = profiles.believed(0.0), np.random.default_rng(3)
    drawn = believed["skck", "priority"].draw(chance, begin, end, crowds(believed, chance, 4000)["priority"])
    assert ((drawn >= begin - 1) & (drawn <= end + 1) | np.isinf(drawn)).all()
    return float(np.isfinite(drawn).sum() / 4000)


def test_past_days_tell_when_people_come() -> None:
    profiles = office()
    morning(profiles, NINE, 6.0)
    assert between(profiles, NINE, TEN) == pytest.approx(6.0, rel=0.15)
    assert between(profiles, 15 * HOUR, 16 * HOUR) < 0.3


def test_a_day_of_other_people_is_noticed_within_an_hour() -> None:
    profiles = office()
    morning(profiles, NINE, 24.0, 6.0)
    assert between(profiles, NINE, TEN) > 14.0


def test_a_crowd_at_eight_is_not_taken_for_more_people_all_day() -> None:
    profiles = office()
    morning(profiles, NINE, 30.0, 120.0)
    assert between(profiles, NINE, TEN) == pytest.approx(6.0, rel=0.15)


def test_no_time_is_no_arrivals() -> None:
    assert between(office(), NINE, NINE) == 0.0


def test_a_crowd_of_a_future_is_one_at_all_services() -> None:
    """Else what is not known of a day would even out over its lines, and every range be too narrow."""
    profiles = office()
    profiles.see("sim", "priority", NINE)
    believed, chance = profiles.believed(0.0), np.random.default_rng(3)
    crowd = crowds(believed, chance, 4000)
    numbers = [
        np.isfinite(believed[service, "priority"].draw(chance, 8 * HOUR, 12 * HOUR, crowd["priority"])).sum(axis=1)
        for service in ("skck", "skck")
    ]
    assert crowd.keys() == {"priority", "ordinary"}
    assert np.corrcoef(numbers)[0, 1] > 0.5
