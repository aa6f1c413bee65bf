"""The five kinds of day, and who comes on one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from services.queue.simulation.truth import FIRST_TICKET, HOUR, LAST_TICKET, MINUTE, TrueOffice
from shared.contracts.queue import Group

Kind = Literal["quiet", "surge", "breakdown", "priorities", "appointments"]
KINDS: tuple[Kind, ...] = ("quiet", "surge", "breakdown", "priorities", "appointments")

HALF_HOURS = (1.6, 1.5, 1.4, 1.3, 1.2, 1.1, 0.9, 0.7, 0.5, 0.6, 0.7, 0.5)
"""How the people of a day spread over the half-hours from eight to two."""
SURGE_LENGTH = 20 * MINUTE
SLOT_LENGTH = 15 * MINUTE


@dataclass(frozen=True, slots=True)
class Make:
    """What makes a day of a kind."""

    load: float
    """Work that comes, as a share of what the counters can do until the last ticket."""
    at_once: float = 0.0
    """Share of the people who come within `SURGE_LENGTH` of the opening."""
    priority: float = 0.08
    booked: float = 0.1
    breaks_down: bool = False


MAKES: dict[Kind, Make] = {
    "quiet": Make(load=0.7),
    "surge": Make(load=0.9, at_once=0.4),
    "breakdown": Make(load=0.9, breaks_down=True),
    "priorities": Make(load=0.92, priority=0.35),
    "appointments": Make(load=0.92, booked=0.45),
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who will come. Times are seconds from midnight."""

    service: str
    group: Group
    comes: float | None
    """None: has an appointment and stays away."""
    slot: float | None = None
    in_time: bool = True


def people(office: TrueOffice, make: Make, chance: np.random.Generator) -> list[Person]:
    """Who comes on a day, and who has an appointment, in the order of their coming."""
    number = int(chance.poisson(make.load * office.capacity() / office.mean_demand()))
    shares = [service.demand for service in office.services.values()]
    services = chance.choice(list(office.services), size=number, p=np.array(shares) / sum(shares))
    found = list(_people(office, make, [str(service) for service in services], chance))
    return sorted(found, key=lambda person: person.comes or 0.0)


def _people(office: TrueOffice, make: Make, services: list[str], chance: np.random.Generator) -> Iterator[Person]:
    for service in services:
        if chance.random() < make.booked:
            yield _booked(office, service, chance)
        else:
            group: Group = "priority" if chance.random() < make.priority else "ordinary"
            yield Person(service, group, _arrival(make, chance))


def _arrival(make: Make, chance: np.random.Generator) -> float:
    if chance.random() < make.at_once:
        return FIRST_TICKET + SURGE_LENGTH * float(chance.beta(1.0, 2.5))
    weights = np.array(HALF_HOURS)
    half_hour = int(chance.choice(len(weights), p=weights / weights.sum()))
    return FIRST_TICKET + HOUR / 2 * (half_hour + float(chance.random()))


def _booked(office: TrueOffice, service: str, chance: np.random.Generator) -> Person:
    slots = round((LAST_TICKET - FIRST_TICKET) / SLOT_LENGTH)
    slot = FIRST_TICKET + SLOT_LENGTH * float(chance.integers(1, slots))
    if chance.random() < office.booking_absent:
        return Person(service, "appointment", None, slot)
    comes = slot + float(chance.normal(office.check_in_mean, office.check_in_deviation))
    comes = min(max(comes, FIRST_TICKET), LAST_TICKET)
    in_time = comes <= slot + 15 * MINUTE
    return Person(service, "appointment" if in_time else "ordinary", comes, slot, in_time)
