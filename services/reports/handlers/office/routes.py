"""Which handler answers which command to an office."""

from collections.abc import Mapping

from services.reports.handlers.lookup import needs_office
from services.reports.handlers.office.configure_office import configure_office
from services.reports.handlers.office.take_export import take_export
from shared.contracts.message import Command
from shared.contracts.reports import office
from shared.messaging.routes import Route

OFFICE: Mapping[type[Command], Route] = {
    office.ConfigureOffice: Route(configure_office, needs_office),
    office.TakeExport: Route(take_export, needs_office),
}
