"""What makes an office's plan one that an office can work by."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from zoneinfo import ZoneInfo

from services.queue.domain.errors import PlanInvalid
from services.queue.domain.hours import MIDNIGHT
from shared.contracts.queue import WAYS, CounterPlan, OfficePlan, Opening, ServicePlan


def check(plan: OfficePlan) -> None:
    """Raises `PlanInvalid` with the first problem."""
    for problem in _problems(plan):
        raise problem


def _problems(plan: OfficePlan) -> Iterator[PlanInvalid]:
    if not _is_zone(plan.time_zone):
        yield PlanInvalid("zone-unknown", zone=plan.time_zone)
    for service in _repeated(service.id for service in plan.services):
        yield PlanInvalid("service-twice", service=service)
    for prefix in _repeated(service.prefix for service in plan.services):
        yield PlanInvalid("prefix-twice", prefix=prefix)
    for counter in _repeated(counter.id for counter in plan.counters):
        yield PlanInvalid("counter-twice", counter=counter)
    for service_plan in plan.services:
        yield from _problems_of_hours(service_plan)
        yield from _problems_of_shares(service_plan)
    offered = {service.id for service in plan.services}
    for counter_plan in plan.counters:
        yield from _problems_of_counter(counter_plan, offered)


def _problems_of_hours(service: ServicePlan) -> Iterator[PlanInvalid]:
    for opening in service.hours:
        if not opening.opens < opening.closes and opening.closes != MIDNIGHT:
            yield PlanInvalid("opening-backwards", service=service.id, **_told(opening))
    for before, after in pairwise(sorted(service.hours, key=_order_of_opening)):
        if before.weekday == after.weekday and (before.closes == MIDNIGHT or after.opens < before.closes):
            yield PlanInvalid("openings-overlap", service=service.id, **_told(after))


def _problems_of_counter(counter: CounterPlan, offered: set[str]) -> Iterator[PlanInvalid]:
    if not counter.services:
        yield PlanInvalid("counter-serves-nothing", counter=counter.id)
    for service in counter.services:
        if service not in offered:
            yield PlanInvalid("counter-serves-unoffered", counter=counter.id, service=service)
    for service in _repeated(counter.services):
        yield PlanInvalid("counter-serves-twice", counter=counter.id, service=service)


def _problems_of_shares(service: ServicePlan) -> Iterator[PlanInvalid]:
    for way in WAYS:
        share = getattr(service.shares, way)
        if share is not None and share > service.quota:
            yield PlanInvalid("share-above-quota", service=service.id, way=way, share=share, quota=service.quota)


def _told(opening: Opening) -> dict[str, str | int]:
    return {
        "weekday": opening.weekday,
        "opens": opening.opens.isoformat("minutes"),
        "closes": opening.closes.isoformat("minutes"),
    }


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
