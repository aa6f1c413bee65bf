"""What `kentongan staff --service reports` must know of the reports service."""

from services.reports.routes import ROUTES
from services.reports.views.offices import Offices
from shared.clock import system_clock
from shared.contracts import reports
from shared.contracts.reports.staff import STAFF as MESSAGES
from shared.messaging.mongo_store import MongoStore
from shared.mongo import Client, Database
from shared.staff.cli import ServiceStaff


def _offices(client: Client, database: Database, store: MongoStore) -> Offices:
    return Offices(store, system_clock)


STAFF = ServiceStaff(reports.SERVICE, MESSAGES, reports.EVENTS, ROUTES.kinds, _offices)
