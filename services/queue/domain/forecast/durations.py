"""How long something takes: a distribution learned from what was seen, shrunk to what was configured.

Invariants: with nothing seen it is the configured prior; what was seen long ago weighs less; one absurd value
(a visit that was finished the next morning) cannot move it far.

The model is a Dirichlet process (Ferguson, Annals of Statistics 1, 1973) whose base measure is a log-normal:
with prior strength a and observations xᵢ of weights wᵢ, the expected distribution is

    (a · LogNormal + Σ wᵢ δ(xᵢ)) / (a + Σ wᵢ),      wᵢ = product of what it has faded by

that is, the conjugate shrinkage of an empirical distribution, with exponential recency weights. It takes no
shape for granted: a service with a short and a long way through it has two peaks, and both are drawn. A time
that is still running is drawn from the same distribution given that it exceeds what has elapsed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from math import log, log1p, sqrt
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

CELLS = 512
"""Equally probable values by which a distribution is kept."""
PRIOR_ATOMS = 32
REMEMBERED = 400
"""Observations that are kept. More of them would be older, not better."""
OUTLIER_DEVIATIONS = 4.0
"""What lies further from the middle, in standard deviations of the logarithm, is moved to there."""
SPREAD_LEAST = 0.15
"""No smaller standard deviation of a logarithm is believed, so that few equal values do not make others absurd."""
TAIL_LEAST = 4
"""With fewer cells beyond what has elapsed, the rest is drawn from a Pareto tail."""
TAIL_INDEX = 2.0
SHORTEST = 1e-3
"""Nothing is believed to take less."""


@dataclass(frozen=True, slots=True)
class Prior:
    """What is configured: a log-normal by its mean in seconds and its coefficient of variation."""

    mean: float
    variation: float = 0.6
    strength: float = 8.0
    """How many observations it is worth."""

    @property
    def spread(self) -> float:
        """Standard deviation of the logarithm."""
        return sqrt(log1p(self.variation**2))

    @property
    def middle(self) -> float:
        """Mean of the logarithm, such that the mean is `mean`."""
        return log(self.mean) - self.spread**2 / 2

    def atoms(self) -> Floats:
        """Equally probable values that stand for it, with its mean."""
        values = np.exp(self.middle + self.spread * _normal_quantiles())
        return np.asarray(values * (self.mean / values.mean()))


@cache
def _normal_quantiles() -> Floats:
    normal = NormalDist()
    return np.array([normal.inv_cdf((k + 0.5) / PRIOR_ATOMS) for k in range(PRIOR_ATOMS)])


class Table:
    """A distribution as `CELLS` equally probable values in ascending order, from which drawing is cheap."""

    __slots__ = ("doubt", "mean", "values")

    def __init__(self, atoms: Floats, weights: Floats, doubt: float = 0.0) -> None:
        """Of weighted values, which need no order. `doubt` is the standard deviation of what is known of their
        level, on the logarithmic scale."""
        order = np.argsort(atoms, kind="stable")
        reached = np.cumsum(weights[order])
        wanted = (np.arange(CELLS) + 0.5) * (reached[-1] / CELLS)
        places = np.searchsorted(reached, wanted).clip(max=len(order) - 1)
        self.values: Floats = atoms[order][places]
        self.mean = float(np.dot(atoms, weights) / weights.sum())
        self.doubt = doubt

    @classmethod
    def of(cls, values: Iterable[float]) -> "Table":
        """Of equally probable values."""
        atoms = np.fromiter(values, dtype=np.float64)
        return cls(atoms, np.ones_like(atoms))

    def draw(self, chance: np.random.Generator, shape: int | tuple[int, ...]) -> Floats:
        """Independent values."""
        return self.values.take(chance.integers(0, CELLS, shape))

    def draw_levels(self, chance: np.random.Generator, count: int) -> Floats:
        """Factors by which everything may turn out longer or shorter than is believed, since little was seen."""
        return np.asarray(np.exp(self.doubt * chance.standard_normal(count)))

    def draw_beyond(self, chance: np.random.Generator, elapsed: float, count: int) -> Floats:
        """Values given that they exceed `elapsed`: how a time that is still running ends (right-censored).

        Beyond nearly all that was ever seen, the rest grows with what has elapsed, as in Hill, Annals of
        Statistics 3, 1975: elapsed · U^(-1/index).
        """
        return self.beyond(elapsed, chance.random(count))

    def beyond(self, elapsed: float, luck: Floats) -> Floats:
        """The values that numbers from [0, 1) pick of those that exceed `elapsed`."""
        first = int(np.searchsorted(self.values, elapsed, side="right"))
        if CELLS - first >= TAIL_LEAST:
            return self.values.take((first + luck * (CELLS - first)).astype(np.int64))
        return np.asarray(elapsed * (1.0 - luck) ** (-1.0 / TAIL_INDEX))

    def exceeds(self, elapsed: float) -> float:
        """The probability of more than `elapsed`; never 0, for nothing is impossible."""
        beyond = CELLS - int(np.searchsorted(self.values, elapsed, side="right"))
        return max(beyond, 0.5) / CELLS


class Durations:
    """Learns one distribution."""

    def __init__(self, prior: Prior) -> None:
        self._prior = prior
        self._logs = np.concatenate((np.log(prior.atoms()), np.zeros(REMEMBERED)))
        """Of the prior's atoms, then of what was seen, the oldest overwritten first."""
        self._weights = np.concatenate((np.full(PRIOR_ATOMS, prior.strength / PRIOR_ATOMS), np.zeros(REMEMBERED)))
        self._seen = 0
        self._table: Table | None = None
        self._level: tuple[float, float] | None = None

    def see(self, seconds: float) -> None:
        """Learn from one that has just ended."""
        middle, spread = self.level()
        reach = OUTLIER_DEVIATIONS * spread
        place = PRIOR_ATOMS + self._seen % REMEMBERED
        self._logs[place] = min(max(log(max(seconds, SHORTEST)), middle - reach), middle + reach)
        self._weights[place] = 1.0
        self._seen += 1
        self._table = self._level = None

    def fade(self, factor: float) -> None:
        """The past weighs less."""
        self._weights[PRIOR_ATOMS:] *= factor
        self._table = self._level = None

    def table(self) -> Table:
        """The distribution as it is known now."""
        if self._table is None:
            known = PRIOR_ATOMS + min(self._seen, REMEMBERED)
            doubt = self.level()[1] / sqrt(self._prior.strength + self.weight)
            self._table = Table(np.exp(self._logs[:known]), self._weights[:known], doubt)
        return self._table

    def level(self) -> tuple[float, float]:
        """Mean and standard deviation of the logarithm, as they are known now."""
        if self._level is None:
            total = self._weights.sum()
            middle = float(np.dot(self._logs, self._weights) / total)
            variance = float(np.dot((self._logs - middle) ** 2, self._weights) / total)
            self._level = middle, max(sqrt(variance), SPREAD_LEAST)
        return self._level

    @property
    def weight(self) -> float:
        """How many fresh observations what was seen is worth."""
        return float(self._weights[PRIOR_ATOMS:].sum())

    @property
    def trust(self) -> float:
        """The share of what was seen, not configured, in what is known."""
        return self.weight / (self.weight + self._prior.strength)
