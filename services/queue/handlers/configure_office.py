"""ConfigureOffice: set up an office or change what it offers."""

from services.queue.domain import errors
from services.queue.domain.counter import Counter, counter_id
from services.queue.domain.line import Line, line_id
from services.queue.domain.office import Office
from services.queue.domain.plan_record import PlanRecord
from shared.contracts.queue import ConfigureOffice, OfficePlan, QueueEvent
from shared.messaging.work import Work
from shared.plan_record import plan_record_id


async def configure_office(command: ConfigureOffice, work: Work) -> list[QueueEvent]:
    """Work by a new plan from now on, unless it leaves people of today behind or forgets another's change."""
    office = await work.find(Office, command.office)
    if office is None:
        office = Office(command.office, command.plan)
        work.add(office)
    else:
        await _check_nobody_is_left(office, command.plan, work)
    events = office.configure(command.plan, work.now, replaces=command.replaces_revision)
    id = plan_record_id(office.id, office.revision)
    work.add(PlanRecord(id, office.id, office.revision, command.plan, work.now, work.actor))
    return events


async def _check_nobody_is_left(office: Office, plan: OfficePlan, work: Work) -> None:
    """Refuse to drop a service for which people wait or a counter that has a person.

    A change of time zone drops them all: today's lines could become those of another day.
    """
    day = office.day(work.now)
    same_day = plan.time_zone == office.plan.time_zone
    services = {service.id for service in plan.services if same_day}
    counters = {counter.id for counter in plan.counters if same_day}
    for service in office.plan.services:
        line = await work.find(Line, line_id(office.id, service.id, day))
        if line is not None and line.waiting and service.id not in services:
            raise errors.PlanInvalid("people-waiting", service=service.id)
    for desk in office.plan.counters:
        counter = await work.find(Counter, counter_id(office.id, desk.id))
        if counter is not None and counter.is_busy(day) and desk.id not in counters:
            raise errors.PlanInvalid("counter-busy", counter=desk.id, number=counter.number)
