"""What makes an office's plan one that an office can work by."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from zoneinfo import ZoneInfo

from services.queue.domain import errors
from services.queue.domain.hours import MIDNIGHT
from shared.contracts.queue import WAYS, CounterPlan, OfficePlan, Opening, ServicePlan


def check(plan: OfficePlan) -> None:
    """Raises `PlanInvalid` with the first problem."""
    for problem in _problems(plan):
        raise errors.PlanInvalid(problem=problem)


def _problems(plan: OfficePlan) -> Iterator[str]:
    if not _is_zone(plan.time_zone):
        yield f"the time zone {plan.time_zone!r} is unknown"
    for service in _repeated(service.id for service in plan.services):
        yield f"there are two services {service}"
    for prefix in _repeated(service.prefix for service in plan.services):
        yield f"two services number their tickets with {prefix}"
    for counter in _repeated(counter.id for counter in plan.counters):
        yield f"there are two counters {counter}"
    for service_plan in plan.services:
        yield from _problems_of_hours(service_plan)
        yield from _problems_of_shares(service_plan)
    offered = {service.id for service in plan.services}
    for counter_plan in plan.counters:
        yield from _problems_of_counter(counter_plan, offered)


def _problems_of_hours(service: ServicePlan) -> Iterator[str]:
    for opening in service.hours:
        told = f"{service.id}, weekday {opening.weekday}, {opening.opens} to {opening.closes}"
        if not opening.opens < opening.closes and opening.closes != MIDNIGHT:
            yield f"an opening must end after it begins: {told}"
    for before, after in pairwise(sorted(service.hours, key=_order_of_opening)):
        if before.weekday == after.weekday and (before.closes == MIDNIGHT or after.opens < before.closes):
            yield f"two openings overlap: {service.id}, weekday {after.weekday}, {after.opens}"


def _problems_of_counter(counter: CounterPlan, offered: set[str]) -> Iterator[str]:
    if not counter.services:
        yield f"the counter {counter.id} serves nothing"
    for service in counter.services:
        if service not in offered:
            yield f"the counter {counter.id} serves {service}, which the office does not offer"
    for service in _repeated(counter.services):
        yield f"the counter {counter.id} names {service} twice"


def _problems_of_shares(service: ServicePlan) -> Iterator[str]:
    for way in WAYS:
        share = getattr(service.shares, way)
        if share is not None and share > service.quota:
            yield f"{service.id} gives {share} tickets by {way}, but only {service.quota} in all"


def _order_of_opening(opening: Opening) -> tuple[int, str]:
    return opening.weekday, opening.opens.isoformat()


def _repeated(names: Iterable[str]) -> Iterator[str]:
    return (name for name, times in Counter(names).items() if times > 1)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # not there, not a name, a directory of names
        return False
    return True
