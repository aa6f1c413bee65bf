"""ConfigureOffice: set up an office or change what it offers."""

from dataclasses import replace

from services.queue.domain import errors
from services.queue.domain.counter import Counter, counter_id
from services.queue.domain.line import Line, line_id
from services.queue.domain.office import Office
from services.queue.domain.plan_record import PlanRecord
from services.queue.domain.ticket import Ticket
from shared.contracts.queue import ConfigureOffice, OfficePlan, QueueEvent
from shared.messaging.work import Work
from shared.plan_record import plan_record_id


async def configure_office(command: ConfigureOffice, work: Work) -> list[QueueEvent]:
    """Work by a new plan from now on, unless it does not go with today's people or forgets another's change."""
    office = await work.find(Office, command.office)
    if office is None:
        office = Office(command.office, command.plan)
        work.add(office)
    former = replace(office)
    events = office.configure(command.plan, work.now, replaces=command.replaces_revision)
    await _check_today(former, command.plan, work)
    id = plan_record_id(office.id, office.revision)
    work.add(PlanRecord(id, office.id, office.revision, command.plan, work.now, work.actor))
    return events


async def _check_today(office: Office, plan: OfficePlan, work: Work) -> None:
    """Refuse a plan by which people of today would be left behind, or two of them have one number.

    A change of time zone drops all services and counters: today's lines could become those of another day.
    """
    day = office.day(work.now)
    ids = [line_id(office.id, service, day) for service in office.services_of(day)]
    lines = [line for id in ids if (line := await work.find(Line, id)) is not None]
    kept = plan if plan.time_zone == office.plan.time_zone else replace(plan, services=(), counters=())
    offered = {service.id for service in office.plan.services}
    await _check_lines([line for line in lines if line.service in offered], office.plan, kept, work)
    await _check_counters(office, kept, day, work)
    _check_letters(lines, plan)


async def _check_lines(lines: list[Line], former: OfficePlan, plan: OfficePlan, work: Work) -> None:
    """Refuse to drop a service, or the last counter for it, while people wait or are to come back from fetching."""
    goes_on = {service.id for service in plan.services} - (_served(former) - _served(plan))
    for line in lines:
        if line.service not in goes_on and (line.waiting or await _has_parked(line, work)):
            raise errors.PlanInvalid("people-waiting", service=line.service)


async def _check_counters(office: Office, plan: OfficePlan, day: str, work: Work) -> None:
    """Refuse to drop a counter that has a person."""
    counters = {counter.id for counter in plan.counters}
    for desk in office.plan.counters:
        counter = await work.find(Counter, counter_id(office.id, desk.id))
        if counter is not None and counter.is_busy(day) and desk.id not in counters:
            raise errors.PlanInvalid("counter-busy", counter=desk.id, number=counter.number)


def _check_letters(lines: list[Line], plan: OfficePlan) -> None:
    """Refuse to begin a line by a letter that another line of today has: a line keeps its letter until the day ends,
    also where its service is not offered any more.
    """
    begun = {line.service for line in lines}
    letters = {line.prefix: line.service for line in lines}
    for service in plan.services:
        if service.id not in begun and service.prefix in letters:
            raise errors.PlanInvalid("letter-in-use", prefix=service.prefix, service=letters[service.prefix])


def _served(plan: OfficePlan) -> set[str]:
    return {service for counter in plan.counters for service in counter.services}


async def _has_parked(line: Line, work: Work) -> bool:
    return await work.count(Ticket, {"line": line.id, "state": "parked"}) > 0
