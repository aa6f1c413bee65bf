"""CheckIn: come for an appointment."""

from collections.abc import Iterator

from services.queue.domain import errors
from services.queue.domain.appointment import Appointment
from services.queue.domain.line import Line
from services.queue.domain.ticket import Arrival, Ticket
from services.queue.handlers.lookup import (
    holder_in,
    needs_appointment,
    the_agenda,
    the_appointment,
    todays_line,
)
from services.queue.handlers.take_ticket import enter
from shared.contracts.queue import AppointmentPlan, CheckIn, TicketTaken
from shared.messaging.routes import Ref
from shared.messaging.work import Work


def needs(command: CheckIn, work: Work) -> Iterator[Ref]:
    """The appointment, and the line of its day."""
    yield from needs_appointment(command, work)
    appointment = work.loaded(Appointment, command.appointment)
    if appointment is not None:
        yield Ref(Line, appointment.agenda)


async def check_in(command: CheckIn, work: Work) -> list[TicketTaken]:
    """Join the line from the slot's time on; who is late joins it like everybody."""
    office, appointment = await the_appointment(command, work)
    appointment.check_open()
    service = office.service(appointment.service)
    plan = service.appointments or AppointmentPlan()  # given up since: what was promised still holds
    opens = office.check_in_opens(appointment.slot, plan)
    if work.now < opens:
        raise errors.CheckInTooEarly(opens=opens.isoformat())
    in_time = not appointment.is_past(plan, work.now)
    line = await todays_line(office, service, work)
    holder = None if appointment.person is None else holder_in(line.id, appointment.person, work)
    if holder is not None and await work.select(Ticket, {"claim": holder}, limit=1):
        raise errors.AlreadyWaiting
    agenda = await the_agenda(appointment.agenda, work)
    agenda.keep(appointment.id)
    slot = appointment.slot if in_time else None
    arrival = Arrival(
        "appointment", command.need, holder, appointment=appointment.id, slot=slot, proven=appointment.proven
    )
    taken = await enter(line, arrival, office, service, work)
    appointment.keep(taken.ticket, work.now, work.actor)
    return [taken]
