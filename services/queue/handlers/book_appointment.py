"""BookAppointment: reserve a slot."""

from collections.abc import Iterator
from datetime import datetime

from services.queue.domain import errors
from services.queue.domain.appointment import Agenda, Appointment
from services.queue.domain.line import Line, line_id
from services.queue.domain.office import Office
from services.queue.handlers.lookup import booker, person, the_agenda, the_office
from shared.contracts.queue import AppointmentBooked, BookAppointment, ServicePlan
from shared.messaging.routes import Ref
from shared.messaging.work import Work


def needs(command: BookAppointment, work: Work) -> Iterator[Ref]:
    """The office decides the slot's day, and under which hash a person is known."""
    yield Ref(Office, command.office)
    for claim in _in_the_way(command, work):
        yield Ref(Appointment, claim, "claim")
    office = work.loaded(Office, command.office)
    if office is not None:
        yield Ref(Agenda, line_id(office.id, command.service, office.day(command.slot)))


async def book_appointment(command: BookAppointment, work: Work) -> list[AppointmentBooked]:
    """Reserve a place in a slot, unless the same telephone number has an open appointment for the service.

    One that was booked by a number that was only claimed may be anybody's: it does not keep the owner from booking.
    """
    office = await the_office(command, work)
    service = office.service(command.service)
    slot = office.check_slot(service, command.slot, work.now)
    for claim in _in_the_way(command, work):
        for other in await work.select(Appointment, {"claim": claim}, limit=1):
            if not other.is_past(service.appointments, work.now):
                raise errors.AlreadyBooked
            other.lapse(work.now, work.actor)
    agenda = await the_agenda(line_id(office.id, service.id, office.day(slot)), work)
    await reserve(agenda, work.command_id, slot, service, work)
    appointment = Appointment(
        id=work.command_id,
        office=office.id,
        service=service.id,
        slot=slot,
        agenda=agenda.id,
        person=person(command.phone, work, proven=command.proven),
        claim=booker(command, work, proven=command.proven),
        proven=command.proven,
        changed_at=work.now,
        changed_by=work.actor,
    )
    work.add(appointment)
    return [appointment.booked()]


async def reserve(agenda: Agenda, appointment: str, slot: datetime, service: ServicePlan, work: Work) -> None:
    """Take a place in a slot, while the day has numbers left. Raises `LineClosed`, `SlotFull`."""
    agenda.reserve(appointment, slot, service, await work.find(Line, agenda.id), work.now)


def _in_the_way(command: BookAppointment, work: Work) -> list[str]:
    """Under which claims an open appointment keeps the command from being accepted."""
    proven = booker(command, work, proven=True)
    return [proven] if command.proven else [booker(command, work, proven=False), proven]
