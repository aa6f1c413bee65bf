"""How long people will wait who come in the next hours: the rest of the day run forward with everybody to come.

As in `forecast`, in many futures; but here those who are expected are people of the lines like those who wait, and who
comes in an hour is asked how long it took. What is shown is therefore an expectation of the office, not a promise to
anybody.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from services.queue.domain.forecast.beliefs import Beliefs
from services.queue.domain.forecast.counters import Counters
from services.queue.domain.forecast.durations import Floats
from services.queue.domain.forecast.forecast import AT_MOST, LIKELY, Range
from services.queue.domain.forecast.forward import NEVER, Lane, call_times
from services.queue.domain.forecast.order import Order
from services.queue.domain.forecast.people import People
from services.queue.domain.forecast.situation import Situation

FUTURES = 40
"""Each hour pools the people of all of them."""
HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Hour:
    """What is expected of one hour."""

    begins: float
    people: float
    """How many will come."""
    wait: Range | None
    """How long they will wait. None where nobody is expected, or too many would not be called any more."""


def outlook(
    situation: Situation,
    beliefs: Beliefs,
    closes: Mapping[str, float],
    chance: np.random.Generator,
    *,
    order: Order,
) -> dict[str, list[Hour]]:
    """Service → the hours from now until it closes. `closes`: the services that are open, until when."""
    services = sorted({service for counter in situation.counters for service in counter.services} & closes.keys())
    if not services:
        return {}
    people = People.of(situation, beliefs, order, chance, FUTURES, services)
    lanes: list[Lane] = []
    of_lane: list[str] = []
    for service in services:
        line = sorted((w for w in situation.waiting if w.service == service), key=order.key)
        found = [people.waiting(service, line), *people.expected(service, closes[service])]
        lanes += found
        of_lane += [service] * len(found)
    counters = Counters(situation, beliefs, chance, FUTURES)
    times = call_times(lanes, [people.nobody()], counters.desks(), counters.serving([*of_lane, ""]))
    return _hours(situation.now, times, lanes, of_lane, closes)


def _hours(
    now: float, times: Floats, lanes: list[Lane], of_lane: list[str], closes: Mapping[str, float]
) -> dict[str, list[Hour]]:
    came: dict[str, list[Floats]] = {service: [] for service in of_lane}
    called: dict[str, list[Floats]] = {service: [] for service in of_lane}
    first = 0
    for lane, service in zip(lanes, of_lane, strict=True):
        ready = np.broadcast_to(lane.ready, (FUTURES, lane.width))
        later = (ready > now) & (ready < NEVER)
        came[service].append(ready[later])
        called[service].append(times[:, first : first + lane.width][later])
        first += lane.width
    return {
        service: list(_of_service(now, closes[service], np.concatenate(came[service]), np.concatenate(called[service])))
        for service in came
    }


def _of_service(now: float, closes: float, came: Floats, called: Floats) -> list[Hour]:
    begins = now - now % HOUR
    hours = []
    while begins < closes:
        inside = (came >= begins) & (came < begins + HOUR)
        hours.append(Hour(begins, float(np.count_nonzero(inside)) / FUTURES, _range(called[inside] - came[inside])))
        begins += HOUR
    return hours


def _range(waits: Floats) -> Range | None:
    if not len(waits):
        return None
    likely, at_most = np.quantile(waits, (LIKELY, AT_MOST), method="higher")
    return Range(max(float(likely), 0.0), max(float(at_most), 0.0)) if at_most < NEVER else None
