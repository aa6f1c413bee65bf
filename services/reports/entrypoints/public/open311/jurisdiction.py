"""Which office a request is about: `jurisdiction_id`, which may be left out where there is one office alone."""

from starlette.requests import Request

from services.reports.context import reports_of
from services.reports.domain.errors import OfficeUnknown
from services.reports.domain.office import Office
from services.reports.entrypoints.public.open311.answers import Standard
from shared.contracts.reports.office import Category


async def office_of(request: Request, jurisdiction: str) -> Office:
    """The office. Raises `Standard`."""
    offices = reports_of(request).offices
    if jurisdiction:
        try:
            return await offices.office(jurisdiction)
        except OfficeUnknown:
            raise Standard(404, "The jurisdiction_id provided was not found") from None
    all = await offices.all()
    if len(all) != 1:
        raise Standard(400, "jurisdiction_id was not provided")
    return all[0]


def category_of(office: Office, code: str) -> Category:
    """A kind that can be reported. Raises `Standard`."""
    for category in office.plan.categories:
        if category.id == code:
            return category
    raise Standard(404, "The service_code provided was not found")
