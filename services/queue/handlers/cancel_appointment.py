"""CancelAppointment: give the slot back."""

from services.queue.domain.appointment import free_at
from services.queue.handlers.lookup import the_agenda, the_appointment
from shared.contracts.queue import AppointmentCancelled, CancelAppointment
from shared.messaging.work import Work


async def cancel_appointment(command: CancelAppointment, work: Work) -> list[AppointmentCancelled]:
    """Leave the place to others, who can have it some minutes later."""
    _, appointment = await the_appointment(command, work)
    cancelled = appointment.cancel(work.now, work.actor)
    agenda = await the_agenda(appointment.agenda, work)
    agenda.give_back(appointment.id, free_at(work.now, work.pseudonym(f"free/{work.command_id}")))
    return [cancelled]
