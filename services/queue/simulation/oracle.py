"""What a forecaster would believe who knew the made-up office: the ceiling of what any can reach.

It knows every distribution, each counter's pace of that very day and the kind of day, but no single time
before it has passed.
"""

from functools import partial
from math import log
from typing import cast

import numpy as np

from services.queue.domain.forecast.arrivals import BIN, BINS, Arrivals
from services.queue.domain.forecast.beliefs import BOOKING_ORIGIN, Beliefs, Pace
from services.queue.domain.forecast.durations import Floats, Table
from services.queue.domain.forecast.situation import GROUPS
from services.queue.simulation.days import RecordedDay
from services.queue.simulation.kinds import HALF_HOURS, MAKES, SURGE_LENGTH, Kind, Make
from services.queue.simulation.truth import AFTERNOON, FIRST_TICKET, HOUR, TrueOffice, TrueService, Way
from shared.contracts.queue import Group

DRAWS = 10_000
"""So many draws stand for a true distribution."""
USUAL_WAIT_HOURS = 0.25
CERTAIN = 1e6


class Oracle:
    """Beliefs that are the truth."""

    def __init__(self, office: TrueOffice, chance: np.random.Generator) -> None:
        self._office = office
        more = USUAL_WAIT_HOURS * office.more_no_shows_an_hour
        no_shows: dict[tuple[str, Group], float] = {
            (id, group): service.no_show + more for id, service in office.services.items() for group in GROUPS
        }
        check_ins = chance.normal(office.check_in_mean, office.check_in_deviation, DRAWS)
        table = partial(_table, chance)
        self._always = partial(
            Beliefs,
            work={id: table(service) for id, service in office.services.items()},
            other_work=table(office.coming),
            coming=table(office.coming),
            holding=table(office.holding),
            switching=table(office.switching),
            noticing=table(office.noticing),
            pausing=table(office.pausing),
            opening=table(office.opening),
            stretching=table(office.stretching),
            check_in=Table.of(check_ins + BOOKING_ORIGIN),
            no_shows=no_shows,
            other_no_show=more,
            comes_back=office.comes_back,
            absent=office.booking_absent,
            pause_rate=office.pauses_an_hour / HOUR,
            leave_rate=office.leaves_an_hour / HOUR,
        )

    def beliefs(self, day: RecordedDay, now: float) -> Beliefs:
        """The truth about the rest of a day."""
        make = MAKES[cast(Kind, day.kind)]
        drag = log(self._office.afternoon) if now - day.midnight >= AFTERNOON else 0.0
        number = make.load * self._office.capacity() / self._office.mean_demand()
        number *= 1 - make.booked
        share = CERTAIN * make.priority, CERTAIN * (1 - make.priority)
        profile = np.concatenate(([0.0], np.cumsum(_profile(make))))
        arrivals: dict[tuple[str, Group], Arrivals] = {
            (id, "priority"): Arrivals(day.midnight, service.demand * number * profile, share, CERTAIN)
            for id, service in self._office.services.items()
        }
        return self._always(
            paces={counter: Pace(log(pace)) for counter, pace in day.paces.items()},
            today=Pace(drag),
            arrivals=arrivals,
        )


def _table(chance: np.random.Generator, thing: TrueService | Way) -> Table:
    return Table.of(thing.draw(chance) for _ in range(DRAWS))


def _profile(make: Make) -> Floats:
    """How the people without an appointment spread over the half-hours of the day; sums to 1."""
    profile = np.zeros(BINS)
    first = int(FIRST_TICKET // BIN)
    profile[first : first + len(HALF_HOURS)] = np.array(HALF_HOURS) / sum(HALF_HOURS) * (1 - make.at_once)
    assert SURGE_LENGTH <= BIN
    profile[first] += make.at_once
    return profile
