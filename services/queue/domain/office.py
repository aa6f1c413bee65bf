"""Office: what it offers and when. Its own time zone decides what day it is, whatever UTC says.

Invariant: its plan is always one that an office can work by (`plan.check`).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.queue.domain import errors, hours, order, plan
from shared.contracts.queue import (
    AppointmentPlan,
    CounterPlan,
    Group,
    OfficeConfigured,
    OfficePlan,
    ProcedurePublished,
    ProcedureWithdrawn,
    QueueEvent,
    ServicePlan,
)


@dataclass(frozen=True, slots=True)
class Published:
    """Since when a service asks of citizens what it asks now."""

    service: str
    revision: int
    """The plan with which it began."""
    since: datetime


@dataclass(frozen=True, slots=True)
class Dropped:
    """A service that is not offered any more, and the local day on which it was last."""

    service: str
    day: str


@dataclass(slots=True)
class Office:
    """An office, by its plan."""

    id: str
    plan: OfficePlan
    revision: int = 0
    """Counts the plans that took effect."""
    procedures: tuple[Published, ...] = ()
    """Of every service that is offered. Empty where an earlier release wrote the plan."""
    dropped: tuple[Dropped, ...] = ()
    """Services of the day of the latest plan whose numbers of that day may still be in people's hands."""
    version: int = 0

    def configure(self, to: OfficePlan, at: datetime, *, replaces: int | None = None) -> list[QueueEvent]:
        """Work by another plan from now on. Told beside it: each procedure that is new, other or gone.

        `replaces` is the revision that the new plan was made from. Raises `PlanChangedMeanwhile` where that is not
        the present one any more, and `PlanInvalid`.
        """
        if to.id != self.id:
            raise errors.PlanInvalid("another-office", office=to.id, expected=self.id)
        if replaces is not None and replaces != self.revision:
            raise errors.PlanChangedMeanwhile(revision=self.revision)
        plan.check(to)
        former = {service.id: service for service in self.plan.services} if self.revision else {}
        self._drop(former.keys() - {service.id for service in to.services}, self.day(at))
        self.plan = to
        self.revision += 1
        unchanged = {published.service: published for published in self.procedures}
        events: list[QueueEvent] = [OfficeConfigured(office=self.id, plan=to, revision=self.revision)]
        for service in to.services:
            known = former.pop(service.id, None)
            if known is None or (known.name, known.procedure) != (service.name, service.procedure):
                unchanged.pop(service.id, None)
                events.append(
                    ProcedurePublished(
                        office=self.id,
                        service=service.id,
                        name=service.name,
                        procedure=service.procedure,
                        revision=self.revision,
                    )
                )
        events += [ProcedureWithdrawn(office=self.id, service=id, revision=self.revision) for id in former]
        self.procedures = tuple(
            unchanged.get(service.id) or Published(service.id, self.revision, at) for service in to.services
        )
        return events

    def services_of(self, day: str) -> list[str]:
        """What is offered, and what was on that day, the present or that of the latest plan."""
        offered = [service.id for service in self.plan.services]
        return [*offered, *(one.service for one in self.dropped if one.day == day and one.service not in offered)]

    def _drop(self, services: Collection[str], day: str) -> None:
        earlier = (one for one in self.dropped if one.day == day and one.service not in services)
        self.dropped = (*earlier, *(Dropped(service, day) for service in sorted(services)))

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
        return hours.local_minute(self.plan.time_zone, now).written

    def rank(self, day: str, group: Group, moment: datetime, number: int) -> int:
        """Where a person of a group stands on a day whose waiting counts from `moment`."""
        return order.rank_of(moment, self.head_start(group), day, number)

    def head_start(self, group: Group) -> timedelta:
        """How much longer a group counts as having waited."""
        if group == "ordinary":
            return order.NO_HEAD_START
        minutes = self.plan.order.priority_minutes if group == "priority" else self.plan.order.appointment_minutes
        return timedelta(minutes=minutes)

    def is_open(self, service: ServicePlan, now: datetime) -> bool:
        """Whether `now` is in the service's hours and no holiday."""
        return hours.is_open(service, self.plan.holidays, self._zone, now)

    def check_open(self, service: ServicePlan, now: datetime) -> None:
        """Raises `ServiceClosed` outside the service's hours and on holidays."""
        if not self.is_open(service, now):
            raise errors.ServiceClosed(**self.reopening(service, now))

    def has_appointments(self, service: str) -> bool:
        """Whether a service is offered, and with appointments."""
        for offered in self.plan.services:
            if offered.id == service:
                return offered.appointments is not None
        return False

    def slots(self, service: ServicePlan, day: date) -> list[datetime]:
        """When appointments of a service begin on a local day, in local time. None where it has no appointments."""
        if service.appointments is None:
            return []
        length = timedelta(minutes=service.appointments.minutes)
        return [
            (begin + n * length).astimezone(self._zone)
            for begin, end in hours.openings(service, self.plan.holidays, self._zone, day)
            for n in range((end - begin) // length)
        ]

    def bookable(self, service: ServicePlan, now: datetime) -> list[date]:
        """The local days on which a slot can be booked now, today the first. Empty without appointments."""
        if service.appointments is None:
            return []
        today = now.astimezone(self._zone).date()
        return [today + timedelta(days=ahead) for ahead in range(service.appointments.days_ahead + 1)]

    def check_slot(self, service: ServicePlan, slot: datetime, now: datetime) -> datetime:
        """The slot, in local time. Raises `NoAppointments`, `SlotUnknown`."""
        if service.appointments is None:
            raise errors.NoAppointments
        local = self.local(slot)
        begins = {begin.astimezone(UTC) for begin in self.slots(service, local.date())}
        if slot <= now or local.date() not in self.bookable(service, now) or slot.astimezone(UTC) not in begins:
            raise errors.SlotUnknown
        return local

    def check_in_opens(self, slot: datetime, plan: AppointmentPlan) -> datetime:
        """From when a person can check in for a slot, in local time: never before its day."""
        begins = datetime.combine(self.local(slot).date(), time(0), self._zone)
        return max(begins, self.local(slot - timedelta(minutes=plan.early_minutes)))

    def local(self, moment: datetime) -> datetime:
        """A moment by the office's clock."""
        return moment.astimezone(self._zone)

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
