"""Appointments: a person's reserved slot, and a day's agenda of all slots of one service.

    booked → kept         by checking in, which gives a ticket
      │  ↺ moved          at most `MOVES_MOST` times
      └→ cancelled, missed

Invariants: no slot has more people than its capacity; a place that was given back stays taken for some minutes, that
nobody can foresee, so that a dealer cannot hand slots over; tickets given out and places still reserved together are
never more than the day's quota; a number has one open appointment for a service, and one that was only claimed does not
stand in the way of who proves that it is theirs.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from services.queue.domain import errors
from services.queue.domain.line import Line
from shared.contracts.queue import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentMoved,
    AppointmentPlan,
    ServicePlan,
)

MOVES_MOST = 3
"""Plans change; more often than this is not a plan."""
FREE_AFTER_LEAST = timedelta(minutes=2)
FREE_AFTER_MOST = timedelta(minutes=20)
"""When a place that was given back can be had by others."""

AppointmentState = Literal["booked", "kept", "cancelled", "missed"]


@dataclass(frozen=True, slots=True)
class Place:
    """One person's place in a slot."""

    appointment: str
    slot: datetime
    kept: bool = False
    free_at: datetime | None = None
    """From when others can have it, where it was given back."""


@dataclass(slots=True)
class Agenda:
    """The slots of one service on one local day, as far as somebody has reserved them."""

    id: str
    """As the line's: `<office>:<service>:<local day>`."""
    places: tuple[Place, ...] = ()
    version: int = 0

    def left(
        self, slots: Iterable[datetime], service: ServicePlan, line: Line | None, now: datetime
    ) -> dict[datetime, int]:
        """How many places of each slot can be had now. `line` is the day's, once it has begun: closed, it has none."""
        plan = service.appointments
        if plan is None:
            return {}
        given, closed = (line.sequence, line.closed) if line else (0, False)
        room = 0 if closed else service.quota - given - self.reserved(plan, now)
        if service.shares.appointment is not None:
            room = min(room, service.shares.appointment - self.taken)
        taken = Counter(place.slot.astimezone(UTC) for place in self.places if _is_taken(place, now))
        return {slot: max(0, min(plan.capacity - taken[slot.astimezone(UTC)], room)) for slot in slots}

    def reserved(self, plan: AppointmentPlan, now: datetime) -> int:
        """How many people are still expected."""
        latest = timedelta(minutes=plan.late_minutes)
        return sum(not p.kept and p.free_at is None and now <= p.slot + latest for p in self.places)

    @property
    def taken(self) -> int:
        """How many appointments the day has, kept or still to come."""
        return sum(place.free_at is None for place in self.places)

    def reserve(self, appointment: str, slot: datetime, service: ServicePlan, line: Line | None, now: datetime) -> None:
        """Take a place, while the slot and the day have one. Raises `LineClosed`, `SlotFull`."""
        if line is not None and line.closed:
            raise errors.LineClosed
        if not any(self.left([slot], service, line, now).values()):
            raise errors.SlotFull
        self.places = (*(p for p in self.places if _is_taken(p, now)), Place(appointment, slot))

    def give_back(self, appointment: str, free_at: datetime) -> None:
        """Leave a place to others, from some moment on."""
        self._change(appointment, free_at=free_at)

    def keep(self, appointment: str) -> None:
        """The person has come."""
        self._change(appointment, kept=True)

    def _change(self, appointment: str, *, kept: bool = False, free_at: datetime | None = None) -> None:
        self.places = tuple(
            replace(p, kept=kept, free_at=free_at) if p.appointment == appointment and p.free_at is None else p
            for p in self.places
        )


@dataclass(slots=True)
class Appointment:
    """One person's appointment."""

    id: str
    office: str
    service: str
    slot: datetime
    agenda: str
    """The agenda that has its place, by the slot's local day: `<office>:<service>:<local day>`."""
    person: str | None
    """Keyed hash of the telephone number, another one where it was proven; kept until the appointment is over."""
    changed_at: datetime
    changed_by: str
    claim: str | None = None
    """Keyed hash of service and telephone number while it is open, another one where the number was proven: a unique
    index allows a number one of each."""
    proven: bool = False
    """Whether who booked it has proven that the telephone number is theirs."""
    state: AppointmentState = "booked"
    moves: int = 0
    ticket: str | None = None
    """The ticket that checking in gave."""
    version: int = 0

    @property
    def day(self) -> str:
        """The local day of the slot."""
        return self.agenda.rpartition(":")[2]

    @property
    def can_be_moved(self) -> bool:
        """Whether `move` would be allowed."""
        return self.state == "booked" and self.moves < MOVES_MOST

    def booked(self) -> AppointmentBooked:
        """The event of its beginning."""
        return AppointmentBooked(appointment=self.id, office=self.office, service=self.service, slot=self.slot)

    def is_past(self, plan: AppointmentPlan | None, now: datetime) -> bool:
        """Whether nobody is expected for it any more. Without a plan, as offices usually have it."""
        return now > self.slot + timedelta(minutes=(plan or AppointmentPlan()).late_minutes)

    def move(self, slot: datetime, agenda: str, at: datetime, by: str) -> AppointmentMoved:
        """Take another slot. Raises `AppointmentOver`, `MoveExhausted`."""
        self.check_open()
        if slot == self.slot:
            raise errors.SlotUnknown
        if self.moves >= MOVES_MOST:
            raise errors.MoveExhausted(times=self.moves)
        former, self.slot, self.agenda = self.slot, slot, agenda
        self.moves += 1
        self._change("booked", at, by)
        return AppointmentMoved(appointment=self.id, office=self.office, service=self.service, slot=slot, former=former)

    def cancel(self, at: datetime, by: str) -> AppointmentCancelled:
        """Give the slot back. Raises `AppointmentOver`."""
        self.check_open()
        self._end("cancelled", at, by)
        return AppointmentCancelled(appointment=self.id, office=self.office, service=self.service, slot=self.slot)

    def keep(self, ticket: str, at: datetime, by: str) -> None:
        """The person has come and has a ticket. Raises `AppointmentOver`."""
        self.check_open()
        self.ticket = ticket
        self._end("kept", at, by)

    def lapse(self, at: datetime, by: str) -> None:
        """The person has not come."""
        self._end("missed", at, by)

    def check_open(self) -> None:
        """Raises `AppointmentOver` where nothing can change any more."""
        if self.state != "booked":
            raise errors.AppointmentOver(state=self.state)

    def _change(self, to: AppointmentState, at: datetime, by: str) -> None:
        self.state = to
        self.changed_at = at
        self.changed_by = by

    def _end(self, to: AppointmentState, at: datetime, by: str) -> None:
        self._change(to, at, by)
        self.person = self.claim = None


def free_at(now: datetime, dice: str) -> datetime:
    """When a place given back now can be had by others. `dice` is a hash (hex) that nobody outside can compute."""
    span = FREE_AFTER_MOST - FREE_AFTER_LEAST
    return now + FREE_AFTER_LEAST + span * (int(dice[:8], 16) / 0xFFFFFFFF)


def _is_taken(place: Place, now: datetime) -> bool:
    return place.free_at is None or now < place.free_at
