"""How urgent an incident is: type, severity and certainty.

The three are those of the Common Alerting Protocol 1.2; that standard leaves it to the receiver what comes first.
"""

from collections.abc import Mapping

from shared.contracts.reports.office import Certainty, Priority, Severity, Urgency

_URGENCY: Mapping[Urgency, int] = {"immediate": 0, "expected": 1, "future": 2}
_SEVERITY: Mapping[Severity, int] = {"extreme": 0, "severe": 1, "moderate": 2, "minor": 3}
_CERTAINTY: Mapping[Certainty, int] = {"observed": 0, "likely": 0, "possible": 1, "unlikely": 2}
_FIRST_AFTER = (1, 3, 4)
"""The most points with which an incident has priority 1, 2, 3."""


def priority_of(urgency: Urgency, severity: Severity, certainty: Certainty | None) -> Priority:
    """1 to 4. Before the desk has looked (`certainty` None) a report counts as likely true.

    Never worse for being more urgent, more severe or more certain.
    """
    points = _URGENCY[urgency] + _SEVERITY[severity] + (_CERTAINTY[certainty] if certainty else 0)
    return 1 + sum(points > most for most in _FIRST_AFTER)
