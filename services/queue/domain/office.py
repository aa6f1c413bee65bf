"""Office: what it offers and when. Its own time zone decides what day it is, whatever UTC says.

Invariant: its plan is always one that an office can work by (`plan.check`).
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from services.queue.domain import errors, hours, plan
from shared.contracts.queue import CounterPlan, OfficeConfigured, OfficePlan, ServicePlan


@dataclass(slots=True)
class Office:
    """An office, by its plan."""

    id: str
    plan: OfficePlan
    revision: int = 0
    """Counts the plans that took effect."""
    version: int = 0

    def configure(self, to: OfficePlan) -> OfficeConfigured:
        """Work by another plan from now on."""
        if to.id != self.id:
            raise errors.PlanInvalid(problem=f"it is the plan of {to.id}, not of {self.id}")
        plan.check(to)
        self.plan = to
        self.revision += 1
        return OfficeConfigured(office=self.id, plan=to, revision=self.revision)

    def service(self, id: str) -> ServicePlan:
        """A service the office offers."""
        for service in self.plan.services:
            if service.id == id:
                return service
        raise errors.ServiceUnknown

    def counter(self, id: str) -> CounterPlan:
        """A counter the office has."""
        for counter in self.plan.counters:
            if counter.id == id:
                return counter
        raise errors.CounterUnknown

    def day(self, now: datetime) -> str:
        """The office's local date, `2026-08-17`: the day of its lines and of its ticket numbers."""
        return now.astimezone(self._zone).date().isoformat()

    def is_open(self, service: ServicePlan, now: datetime) -> bool:
        """Whether `now` is in the service's hours and no holiday."""
        return hours.is_open(service, self.plan.holidays, self._zone, now)

    def check_open(self, service: ServicePlan, now: datetime) -> None:
        """Raises `ServiceClosed` outside the service's hours and on holidays."""
        if not self.is_open(service, now):
            raise errors.ServiceClosed(**self.reopening(service, now))

    def next_opening(self, service: ServicePlan, now: datetime, *, not_today: bool = False) -> datetime | None:
        """When the service opens next, in local time; None where it does not within a year."""
        return hours.next_opening(service, self.plan.holidays, self._zone, now, not_today=not_today)

    def reopening(self, service: ServicePlan, now: datetime, *, not_today: bool = False) -> dict[str, str]:
        """The detail `next_opening` of a refusal, in local time with its offset; empty where there is none."""
        opening = self.next_opening(service, now, not_today=not_today)
        return {} if opening is None else {"next_opening": opening.isoformat()}

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.plan.time_zone)  # which keeps the zones it has read
