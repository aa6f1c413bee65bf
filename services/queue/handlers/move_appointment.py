"""MoveAppointment: take another slot."""

from collections.abc import Iterator

from services.queue.domain import errors
from services.queue.domain.appointment import Agenda, Appointment, free_at
from services.queue.domain.line import line_id
from services.queue.domain.office import Office
from services.queue.handlers.book_appointment import reserve
from services.queue.handlers.lookup import needs_appointment, the_agenda, the_appointment
from shared.contracts.queue import AppointmentMoved, MoveAppointment
from shared.messaging.routes import Ref
from shared.messaging.work import Work


def needs(command: MoveAppointment, work: Work) -> Iterator[Ref]:
    """The appointment, and the agendas that it leaves and enters."""
    yield from needs_appointment(command, work)
    office = work.loaded(Office, command.office)
    appointment = work.loaded(Appointment, command.appointment)
    if office is not None and appointment is not None:
        yield Ref(Agenda, line_id(office.id, appointment.service, office.day(command.slot)))


async def move_appointment(command: MoveAppointment, work: Work) -> list[AppointmentMoved]:
    """Take another place; the former one comes free some minutes later."""
    office, appointment = await the_appointment(command, work)
    service = office.service(appointment.service)
    appointment.check_open()
    if appointment.is_past(service.appointments, work.now):
        raise errors.AppointmentOver(state="missed")
    slot = office.check_slot(service, command.slot, work.now)
    former = await the_agenda(appointment.agenda, work)
    moved = appointment.move(slot, line_id(office.id, service.id, office.day(slot)), work.now, work.actor)
    former.give_back(appointment.id, free_at(work.now, work.pseudonym(f"free/{work.command_id}")))
    await reserve(await the_agenda(appointment.agenda, work), appointment.id, slot, service, work)
    return [moved]
