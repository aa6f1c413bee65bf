"""What an office teaches about itself, visit by visit.

Invariants: before anything is seen the beliefs are the configured priors; each second of work is attributed
to its service, to its counter's pace and to the day, in this order of shrinkage.

The logarithm of a service time is taken as

    log x = middle of the service + pace of the counter + effect of the day + noise

and fitted by one pass of backfitting as the observations come: a counter's pace is the shrunk mean of what
its service leaves over, the day's effect the shrunk mean of what both leave over. The service's distribution
keeps the times divided by the pace of their counter, so that a fast counter does not make the service look
short. Residuals are winsorised at `RESIDUAL_MOST` deviations, and weigh as much as the service is known: what a
wrong prior leaves over is nobody's pace.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import exp, hypot, log
from statistics import fmean

from services.queue.domain.forecast.arrivals import Profiles
from services.queue.domain.forecast.beliefs import BOOKING_ORIGIN, Beliefs, Pace
from services.queue.domain.forecast.durations import Durations, Prior
from services.queue.domain.forecast.rates import Effect, Rate, Share
from shared.contracts.queue import Group

HOUR = 3600.0
DAY = 24 * HOUR
RESIDUAL_MOST = 2.5

# What is expected of an office of which nothing is known.
OTHER_WORK = Prior(600.0)
COMING = Prior(25.0, 0.6)
HOLDING = Prior(90.0, 0.4)
SWITCHING = Prior(20.0, 0.8)
NOTICING = Prior(10.0, 0.8)
PAUSING = Prior(600.0, 1.0)
OPENING = Prior(180.0, 1.0)
STRETCHING = Prior(1.0, 0.15)
CHECK_IN = Prior(BOOKING_ORIGIN - 300.0, 0.1)


@dataclass(frozen=True, slots=True)
class Priors:
    """What an office configures before its first day. Every value is a guess that the days correct."""

    work: Mapping[str, Prior] = field(default_factory=dict)
    """Service → its expected service time."""
    other_work: Prior = OTHER_WORK
    coming: Prior = COMING
    holding: Prior = HOLDING
    switching: Prior = SWITCHING
    noticing: Prior = NOTICING
    pausing: Prior = PAUSING
    opening: Prior = OPENING
    stretching: Prior = STRETCHING
    check_in: Prior = CHECK_IN
    no_show: float = 0.06
    comes_back: float = 0.2
    absent: float = 0.15
    pause_rate: float = 0.15 / HOUR
    leave_rate: float = 0.05 / HOUR
    pace_spread: float = 0.15
    """How far officers lie apart, as a standard deviation of the logarithm."""
    day_spread: float = 0.07
    """The same of days."""
    counter_day_spread: float = 0.05
    """The same of one officer's days, whatever is known of the officer."""
    half_life_days: float = 15.0


class Learner:
    """One office's memory. To be told of every ended visit, in the order of time."""

    def __init__(self, priors: Priors | None = None) -> None:
        self.priors = priors or Priors()
        self.midnight: float | None = None
        self._work: dict[str, Durations] = {}
        self._paces: dict[str, Effect] = {}
        self._today = Effect(self.priors.day_spread)
        self._no_shows: dict[tuple[str, Group], Share] = {}
        self._comes_back = Share(self.priors.comes_back)
        self._absent = Share(self.priors.absent)
        self._pauses = Rate(self.priors.pause_rate)
        self._leaves = Rate(self.priors.leave_rate)
        self._arrivals = Profiles()
        self._other_work = Durations(self.priors.other_work).table()
        self._coming = Durations(self.priors.coming)
        self._holding = Durations(self.priors.holding)
        self._switching = Durations(self.priors.switching)
        self._noticing = Durations(self.priors.noticing)
        self._pausing = Durations(self.priors.pausing)
        self._opening = Durations(self.priors.opening)
        self._stretching = Durations(self.priors.stretching)
        self._check_in = Durations(self.priors.check_in)

    def begin_day(self, midnight: float) -> None:
        """A new local day, whose midnight is given: the past grows older, the day's own effect is unknown."""
        before, self.midnight = self.midnight, midnight
        if before is None or before >= midnight:
            return
        factor = 0.5 ** ((midnight - before) / DAY / self.priors.half_life_days)
        for memory in self._memories():
            memory.fade(factor)
        self._arrivals.begin_day(factor)
        self._today = Effect(self.priors.day_spread)

    def worked(self, service: str, counter: str, seconds: float) -> None:
        """A person was served."""
        durations = self._work_of(service)
        middle, spread = durations.level()
        pace = self._paces.setdefault(counter, Effect(self.priors.pace_spread))
        residual = log(max(seconds, 1.0)) - middle
        known, _ = pace.posterior(spread)
        today, _ = self._today.posterior(spread)
        reach = RESIDUAL_MOST * spread
        pace.see(min(max(residual - today, -reach), reach), durations.trust)
        self._today.see(min(max(residual - known, -reach), reach), durations.trust)
        durations.see(seconds / exp(known))

    def came(self, seconds: float) -> None:
        """A called person came, so long after the call."""
        self._coming.see(seconds)

    def showed_up(self, service: str, group: Group, came: bool) -> None:
        """A called person came, or did not."""
        self._no_show_of(service, group).see(not came)

    def gave_up(self, seconds: float) -> None:
        """A counter waited so long for a person who did not come."""
        self._holding.see(seconds)
        self._comes_back.see(False)

    def came_back(self) -> None:
        """A person who was given up came after all and was put back."""
        self._comes_back.turn()

    def switched(self, seconds: float) -> None:
        """A counter called the next waiting person so long after the last was done."""
        self._switching.see(seconds)

    def noticed(self, seconds: float) -> None:
        """A counter that had nobody called a new ticket so long after it was taken."""
        self._noticing.see(seconds)

    def paused(self, seconds: float, planned: float | None) -> None:
        """A break ended. `planned` is the length that it should have had; None where no plan knew it."""
        if planned is None:
            self._pausing.see(seconds)
            self._pauses.see(1.0, 0.0)
        else:
            self._stretching.see(seconds / planned)

    def opened(self, seconds_late: float) -> None:
        """A counter opened so long after the planned time; early ones are as good as punctual."""
        self._opening.see(max(seconds_late, 1.0))

    def was_open(self, seconds: float) -> None:
        """A counter served so long without a break."""
        self._pauses.see(0.0, seconds)

    def waited(self, seconds: float, *, left: bool) -> None:
        """A person's waiting ended so long after it began, by a call or by leaving."""
        self._leaves.see(float(left), seconds)

    def took_ticket(self, service: str, group: Group, at: float) -> None:
        """A person joined a line without an appointment."""
        self._arrivals.see(service, group, at - (self.midnight or 0.0))

    def kept_booking(self, slot: float, at: float) -> None:
        """A person came for an appointment."""
        self._absent.see(False)
        self._check_in.see(max(at - slot + BOOKING_ORIGIN, 1.0))

    def missed_booking(self) -> None:
        """The day ended without a person who had an appointment."""
        self._absent.see(True)

    def beliefs(self) -> Beliefs:
        """What is believed now."""
        noise = fmean([d.level()[1] for d in self._work.values()] or [self.priors.other_work.spread])
        return Beliefs(
            work={service: durations.table() for service, durations in self._work.items()},
            other_work=self._other_work,
            coming=self._coming.table(),
            holding=self._holding.table(),
            switching=self._switching.table(),
            noticing=self._noticing.table(),
            pausing=self._pausing.table(),
            opening=self._opening.table(),
            stretching=self._stretching.table(),
            check_in=self._check_in.table(),
            no_shows={key: share.value for key, share in self._no_shows.items()},
            other_no_show=self.priors.no_show,
            comes_back=self._comes_back.value,
            absent=self._absent.value,
            pause_rate=self._pauses.value,
            leave_rate=self._leaves.value,
            paces={counter: self._pace(effect, noise) for counter, effect in self._paces.items()},
            today=Pace(*self._today.posterior(noise)),
            arrivals=self._arrivals.believed(self.midnight or 0.0),
        )

    def _pace(self, effect: Effect, noise: float) -> Pace:
        mean, deviation = effect.posterior(noise)
        return Pace(mean, hypot(deviation, self.priors.counter_day_spread))

    def _memories(self) -> Iterator[Durations | Effect | Share | Rate]:
        """All that fades, but for today's own."""
        yield from self._work.values()
        yield from self._paces.values()
        yield from self._no_shows.values()
        yield from (self._coming, self._holding, self._switching, self._noticing)
        yield from (self._pausing, self._opening, self._stretching, self._check_in)
        yield from (self._comes_back, self._absent, self._pauses, self._leaves)

    def _work_of(self, service: str) -> Durations:
        if service not in self._work:
            self._work[service] = Durations(self.priors.work.get(service, self.priors.other_work))
        return self._work[service]

    def _no_show_of(self, service: str, group: Group) -> Share:
        return self._no_shows.setdefault((service, group), Share(self.priors.no_show))
