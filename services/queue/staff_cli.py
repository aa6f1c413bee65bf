"""What `kentongan staff --service queue` must know of the queue."""

from services.queue.routes import ROUTES
from services.queue.views.office import Views
from shared.clock import system_clock
from shared.contracts import queue
from shared.messaging.mongo_store import MongoStore
from shared.mongo import Client, Database
from shared.staff.cli import ServiceStaff


def _offices(client: Client, database: Database, store: MongoStore) -> Views:
    return Views(client, database, store, system_clock)


STAFF = ServiceStaff(queue.SERVICE, queue.STAFF, queue.EVENTS, ROUTES.kinds, _offices)
