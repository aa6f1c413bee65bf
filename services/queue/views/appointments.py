"""What a citizen sees of appointments: the slots that can be had, and one's own. Read-only, like all views.

Invariant: what is said to be left is what the domain would accept at that moment, since both ask it the same way.
"""

from datetime import date, datetime, timedelta

from services.queue.domain import errors
from services.queue.domain.appointment import MOVES_MOST, Agenda, Appointment
from services.queue.domain.line import Line, line_id
from services.queue.domain.office import Office
from services.queue.views.citizen_shown import AppointmentView, CalendarView, DayView, SlotView, Timeliness
from services.queue.views.office import Views
from shared.clock import Clock
from shared.contracts.queue import AppointmentPlan, ServicePlan, Text
from shared.messaging.mongo_store import MongoStore


class Appointments:
    """Questions of the pages. Each may raise `Transient` or a refusal for what does not exist."""

    def __init__(self, views: Views, store: MongoStore, clock: Clock) -> None:
        self._views = views
        self._store = store
        self._clock = clock

    async def calendar(self, office_id: str, service_id: str) -> CalendarView:
        """The days that can be booked. Raises `OfficeUnknown`, `ServiceUnknown`, `NoAppointments`."""
        office = await self._views.known(office_id)
        service = office.service(service_id)
        if service.appointments is None:
            raise errors.NoAppointments
        now = self._clock()
        days = office.bookable(service, now)
        ids = [line_id(office.id, service.id, day.isoformat()) for day in days]
        agendas = {agenda.id: agenda for agenda in await self._store.load(Agenda, "id", ids)}
        lines = {line.id: line for line in await self._store.load(Line, "id", ids)}
        views = [
            _day(office, service, day, agendas.get(id) or Agenda(id), lines.get(id), now)
            for day, id in zip(days, ids, strict=True)
        ]
        bookable = tuple(view for view in views if view.slots)
        return CalendarView(office.id, office.plan.name, service.id, service.name, bookable)

    async def appointment(self, id: str) -> AppointmentView:
        """One appointment. Raises `AppointmentUnknown`."""
        found = await self._store.load(Appointment, "id", [id])
        if not found:
            raise errors.AppointmentUnknown
        (appointment,) = found
        office = await self._views.known(appointment.office)
        service = next((s for s in office.plan.services if s.id == appointment.service), None)
        plan = (service.appointments if service else None) or AppointmentPlan()
        begins, now = office.local(appointment.slot), self._clock()
        opens = office.check_in_opens(appointment.slot, plan)
        state = _state(appointment, office, plan, opens, now)
        return AppointmentView(
            id=appointment.id,
            office=office.id,
            office_name=office.plan.name,
            address=office.plan.address,
            service=appointment.service,
            service_name=service.name if service else Text(appointment.service, appointment.service),
            requirements=service.procedure.requirements if service else (),
            begins=begins,
            ends=begins + timedelta(minutes=plan.minutes),
            check_in_opens=opens,
            on_time_until=begins + timedelta(minutes=plan.late_minutes),
            state=state,
            stands=service is not None and office.is_open(service, appointment.slot),
            can_move=state in ("booked", "open")
            and appointment.can_be_moved
            and bool(service and service.appointments),
            moves_left=MOVES_MOST - appointment.moves,
            ticket=appointment.ticket,
            changed_at=appointment.changed_at,
            sequence=appointment.moves + (state == "cancelled"),
            proven=appointment.proven,
        )


def _day(office: Office, service: ServicePlan, day: date, agenda: Agenda, line: Line | None, now: datetime) -> DayView:
    """A day's slots that have not begun."""
    plan = service.appointments or AppointmentPlan()
    length = timedelta(minutes=plan.minutes)
    begins = [slot for slot in office.slots(service, day) if slot > now]
    left = agenda.left(begins, service, line, now)
    return DayView(day, tuple(SlotView(slot, slot + length, left[slot]) for slot in begins))


def _state(
    appointment: Appointment, office: Office, plan: AppointmentPlan, opens: datetime, now: datetime
) -> Timeliness:
    if appointment.state != "booked":
        return appointment.state
    if appointment.day < office.day(now):
        return "missed"
    if appointment.is_past(plan, now):
        return "late"
    return "open" if now >= opens else "booked"
