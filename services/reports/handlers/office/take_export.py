"""TakeExport: somebody takes incidents out of the system as a file."""

from services.reports.handlers.lookup import the_office, username
from shared.contracts.reports.office import ExportTaken, TakeExport
from shared.messaging.work import Work


async def take_export(command: TakeExport, work: Work) -> list[ExportTaken]:
    """The journal keeps who; nothing is handed out before it does."""
    username(work)
    office = await the_office(command, work)
    return [ExportTaken(office=office.id, first=command.first, last=command.last, form=command.form)]
