"""MoveAppointment: take another slot."""

from collections.abc import Iterator

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
    """Reserve the new place first; the former one comes free some minutes later."""
    office, appointment = await the_appointment(command, work)
    service = office.service(appointment.service)
    appointment.check_open()
    slot = office.check_slot(service, command.slot, work.now)
    former = await the_agenda(appointment.agenda, work)
    former.give_back(appointment.id, free_at(work.now, work.pseudonym(f"free/{work.command_id}")))
    agenda = await the_agenda(line_id(office.id, service.id, office.day(slot)), work)
    await reserve(agenda, appointment.id, slot, service, work)
    return [appointment.move(slot, agenda.id, work.now, work.actor)]
