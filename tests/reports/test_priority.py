"""Type, severity and certainty say together what comes first."""

from itertools import product
from typing import get_args

from services.reports.domain.priority import priority_of
from shared.contracts.reports.office import Certainty, Severity, Urgency

URGENCIES: tuple[Urgency, ...] = get_args(Urgency)
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
CERTAINTIES: tuple[Certainty, ...] = get_args(Certainty)
EVERY = list(product(range(3), range(4), range(4)))


def priority(urgency: int, severity: int, certainty: int) -> int:
    return priority_of(URGENCIES[urgency], SEVERITIES[severity], CERTAINTIES[certainty])


def test_nothing_comes_later_for_being_more_urgent_more_severe_or_more_certain() -> None:
    for less, more in product(EVERY, EVERY):
        if all(a <= b for a, b in zip(more, less, strict=True)):
            assert priority(*more) <= priority(*less)


def test_every_priority_is_in_use_and_no_other() -> None:
    assert {priority(*judged) for judged in EVERY} == {1, 2, 3, 4}


def test_until_the_desk_has_looked_a_report_counts_as_true() -> None:
    for urgency, severity in product(URGENCIES, SEVERITIES):
        assert priority_of(urgency, severity, None) == priority_of(urgency, severity, "observed")


def test_what_threatens_life_now_comes_first_unless_it_is_hardly_true() -> None:
    assert [priority_of("immediate", "extreme", certainty) for certainty in CERTAINTIES] == [1, 1, 1, 2]


def test_what_can_wait_and_harms_nobody_comes_last() -> None:
    assert {priority_of("future", "minor", certainty) for certainty in CERTAINTIES} == {4}
