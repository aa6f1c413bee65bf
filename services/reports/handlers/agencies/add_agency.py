"""AddAgency: let an agency have rules with the office."""

from services.reports.domain.agency import Agency, agency_id
from services.reports.handlers.agencies.lookup import must_be_office
from services.reports.handlers.lookup import the_office
from shared.contracts.reports.agencies import AddAgency, AgencyAdded
from shared.messaging.work import Work


async def add_agency(command: AddAgency, work: Work) -> list[AgencyAdded]:
    """The operator has given it its way to the bus before."""
    must_be_office(work)
    office = await the_office(command, work)
    id = agency_id(office.id, command.agency)
    agency = await work.find(Agency, id)
    if agency is None:
        agency = Agency(id, command.name, command.kind)
        work.add(agency)
    return [agency.called(command.name, command.kind)]
