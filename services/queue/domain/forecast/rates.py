"""Shares and rates learned from counts, shrunk to what was configured, the past halved every half-life."""

from dataclasses import dataclass


@dataclass(slots=True)
class Share:
    """The probability of an event: beta-binomial with prior Beta(a·p, a·(1-p)).

    (a · p + Σ wᵢ yᵢ) / (a + Σ wᵢ)
    """

    prior: float
    strength: float = 20.0
    hits: float = 0.0
    trials: float = 0.0

    def see(self, hit: bool) -> None:
        """One trial."""
        self.hits += hit
        self.trials += 1.0

    def turn(self) -> None:
        """A trial that looked like none has become a hit after all."""
        self.hits += 1.0

    def fade(self, factor: float) -> None:
        """The past weighs less."""
        self.hits *= factor
        self.trials *= factor

    @property
    def value(self) -> float:
        """The posterior mean."""
        return (self.strength * self.prior + self.hits) / (self.strength + self.trials)


@dataclass(slots=True)
class Rate:
    """Events per second of exposure: gamma-Poisson with prior Gamma(n, n/λ), where n events are its strength.

    (n + Σ wᵢ kᵢ) / (n/λ + Σ wᵢ tᵢ)
    """

    prior: float
    """Per second, more than 0."""
    strength: float = 3.0
    events: float = 0.0
    exposure: float = 0.0

    def see(self, events: float, exposure: float) -> None:
        """So many events in so much time."""
        self.events += events
        self.exposure += exposure

    def fade(self, factor: float) -> None:
        """The past weighs less."""
        self.events *= factor
        self.exposure *= factor

    @property
    def value(self) -> float:
        """The posterior mean."""
        return (self.strength + self.events) / (self.strength / self.prior + self.exposure)


@dataclass(slots=True)
class Effect:
    """A deviation on the logarithmic scale, of a counter or of a day, shrunk to none.

    The normal-normal model: with residuals rᵢ of standard deviation s and effects of standard deviation t,

        mean = Σ wᵢ rᵢ / (Σ wᵢ + s²/t²),      variance = s² / (Σ wᵢ + s²/t²)
    """

    spread: float
    """t, how far such effects lie apart."""
    total: float = 0.0
    weight: float = 0.0

    def see(self, residual: float, weight: float = 1.0) -> None:
        """One residual, already without outliers."""
        self.total += weight * residual
        self.weight += weight

    def fade(self, factor: float) -> None:
        """The past weighs less."""
        self.total *= factor
        self.weight *= factor

    def posterior(self, noise: float) -> tuple[float, float]:
        """Mean and standard deviation, given the residuals' own."""
        precision = self.weight + (noise / self.spread) ** 2
        return self.total / precision, noise / precision**0.5
