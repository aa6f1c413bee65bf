"""What is believed about an office: everything random that the forward simulation draws from.

The learner makes one of what it has seen; the evaluation makes one of the truth, as the ceiling of what any
forecast can reach.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from services.queue.domain.forecast.arrivals import Arrivals
from services.queue.domain.forecast.durations import Floats, Table
from shared.contracts.queue import Group

BOOKING_ORIGIN = 7200.0
"""Check-ins are counted from two hours before the appointment, so that being early is a duration too."""


@dataclass(frozen=True, slots=True)
class Pace:
    """A factor of service times, log-normal: its logarithm's mean and standard deviation."""

    mean: float = 0.0
    deviation: float = 0.0


@dataclass(frozen=True, slots=True)
class Beliefs:
    """All durations are in seconds, all rates per second."""

    work: Mapping[str, Table]
    """Service → from the person's coming to the end, at a counter of ordinary pace."""
    other_work: Table
    """The same for a service of which nothing is known."""
    coming: Table
    """From the call to the person's coming."""
    holding: Table
    """From the call until a person who does not come is given up."""
    switching: Table
    """From a person's end to the next call, while somebody waits."""
    noticing: Table
    """From a ticket's taking to its call at a counter that had nobody."""
    pausing: Table
    """Breaks that no plan knows."""
    opening: Table
    """From a counter's planned opening to the real one."""
    stretching: Table
    """A planned break's length, as a factor of the planned one."""
    check_in: Table
    """From `BOOKING_ORIGIN` before an appointment to the person's coming."""
    no_shows: Mapping[tuple[str, Group], float]
    """The probability that a called person does not come."""
    other_no_show: float
    """The same where nothing is known."""
    comes_back: float
    """The probability that who did not come is put back and served after all."""
    absent: float
    """The probability that an appointment is not kept."""
    pause_rate: float
    """Unplanned breaks per second of an open counter."""
    leave_rate: float
    """Cancellations per second of waiting."""
    paces: Mapping[str, Pace] = field(default_factory=dict)
    """Counter → its pace."""
    today: Pace = Pace()
    """The whole office's, today."""
    arrivals: Mapping[tuple[str, Group], Arrivals] = field(default_factory=dict)

    def work_of(self, service: str) -> Table:
        """A service's work."""
        return self.work.get(service, self.other_work)

    def no_show(self, service: str, group: Group) -> float:
        """Whether a called person does not come."""
        return self.no_shows.get((service, group), self.other_no_show)

    def draw_paces(self, chance: np.random.Generator, counters: Sequence[str], futures: int) -> Floats:
        """A factor for each future and counter. What is not known of today is the same for all its counters."""
        known = [self.paces.get(counter, _UNKNOWN) for counter in counters]
        means = np.array([pace.mean for pace in known]) + self.today.mean
        own = chance.standard_normal((futures, len(known))) * np.array([pace.deviation for pace in known])
        common = chance.standard_normal((futures, 1)) * self.today.deviation
        return np.asarray(np.exp(means + own + common))


_UNKNOWN = Pace(0.0, 0.15)
