"""ConfigureOffice: set up an office's desk or change how it works."""

from services.reports.domain import errors
from services.reports.domain.office import Office
from services.reports.domain.plan_record import PlanRecord
from services.reports.domain.unit import Unit, unit_id
from shared.contracts.reports.office import ConfigureOffice, OfficeConfigured
from shared.messaging.work import Work
from shared.plan_record import plan_record_id


async def configure_office(command: ConfigureOffice, work: Work) -> list[OfficeConfigured]:
    """Work by a new plan from now on, unless it drops a unit that is out."""
    office = await work.find(Office, command.office)
    if office is None:
        office = Office(command.office, command.plan)
        work.add(office)
    kept = {unit.id for unit in command.plan.units}
    for plan in office.plan.units:
        unit = await work.find(Unit, unit_id(office.id, plan.id))
        if unit is not None and unit.incident is not None and plan.id not in kept:
            raise errors.PlanInvalid("unit-out", unit=plan.id)
    configured = office.configure(command.plan, replaces=command.replaces_revision)
    id = plan_record_id(office.id, office.revision)
    work.add(PlanRecord(id, office.id, office.revision, command.plan, work.now, work.actor))
    return [configured]
