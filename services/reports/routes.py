"""The reports service's map: which part of it answers which commands, and where its aggregates are kept.

Each part's own map is `handlers/<part>/routes.py`; the parts are those of `shared/contracts/reports`.
"""

from services.reports.handlers.agencies.routes import AGENCIES
from services.reports.handlers.cameras.routes import CAMERAS
from services.reports.handlers.evidence.routes import EVIDENCE
from services.reports.handlers.incidents.routes import INCIDENTS
from services.reports.handlers.lookup import needs_office, the_office
from services.reports.handlers.office.routes import OFFICE
from services.reports.handlers.units.routes import UNITS
from services.reports.kinds import KINDS
from shared.contracts import reports
from shared.contracts.reports.staff import STAFF
from shared.messaging.routes import Routes
from shared.staff.routes import staff_routes

ROUTES = Routes(
    service=reports.SERVICE,
    refused=reports.CommandRefused,
    commands={
        **OFFICE,
        **staff_routes(STAFF, knows_office=the_office, needs_office=needs_office),
        **INCIDENTS,
        **UNITS,
        **EVIDENCE,
        **CAMERAS,
        **AGENCIES,
    },
    kinds=KINDS,
)
