"""How good estimates were."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

Moment = Literal["joining", "later"]
"""When it was estimated: when the person took the ticket, or while they waited."""
MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Estimated:
    """One estimate, and what came of it. Seconds."""

    kind: str
    moment: Moment
    rule: str
    likely: float
    at_most: float | None
    """The upper end of the range, for a rule that has one."""
    actual: float


@dataclass(frozen=True, slots=True)
class Score:
    """How good a rule was. Minutes and shares."""

    count: int
    wait: float
    """The mean of the real waits."""
    mae: float
    rmse: float
    under: float
    """The share that took longer than the estimate."""
    covered: float | None
    """The share that was within the range."""
    covered_long: float | None
    """The same of those who waited more than a minute."""


def score(estimates: Sequence[Estimated]) -> Score:
    """Of one rule's estimates, at least one."""
    actual = np.array([e.actual for e in estimates]) / MINUTE
    errors = np.array([e.likely for e in estimates]) / MINUTE - actual
    covered = covered_long = None
    if all(e.at_most is not None for e in estimates):
        within = np.array([e.actual <= (e.at_most or 0.0) for e in estimates])
        covered = float(within.mean())
        covered_long = float(within[actual > 1.0].mean()) if (actual > 1.0).any() else None
    return Score(
        count=len(estimates),
        wait=float(actual.mean()),
        mae=float(np.abs(errors).mean()),
        rmse=float(np.sqrt((errors**2).mean())),
        under=float((errors < 0).mean()),
        covered=covered,
        covered_long=covered_long,
    )
