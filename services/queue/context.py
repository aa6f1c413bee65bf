"""What the entry points of one API process share, made once by the composition root."""

from dataclasses import dataclass

from starlette.requests import Request

from services.queue.entrypoints.words import Words
from services.queue.links import AppointmentLinks, Links
from services.queue.live.live import Live
from services.queue.phones.proving import Proving
from services.queue.views.appointments import Appointments
from services.queue.views.desk import Desk
from services.queue.views.figures import Figures
from services.queue.views.holders import Holders
from services.queue.views.lobby import Lobby
from services.queue.views.office import Views
from services.queue.views.procedures import Procedures
from services.queue.views.traces import Traces
from services.queue.waits.waits import Waits
from shared.auth.sessions import SessionCookie, Sessions
from shared.clock import Clock
from shared.contracts.queue import OfficePlan
from shared.messaging.mongo_store import MongoStore
from shared.messaging.tail import Gateway
from shared.web.planning.history import Plans


@dataclass(frozen=True, slots=True)
class Queue:
    """The process's own gateway, views and keys."""

    clock: Clock
    gateway: Gateway
    store: MongoStore
    views: Views
    figures: Figures
    traces: Traces
    plans: Plans[OfficePlan]
    procedures: Procedures
    desk: Desk
    lobby: Lobby
    appointments: Appointments
    holders: Holders
    live: Live
    waits: Waits
    words: Words
    links: Links
    appointment_links: AppointmentLinks
    kiosks: Sessions
    """Devices that an office has made its kiosks: such a session takes tickets and opens nothing else."""
    kiosk_cookie: SessionCookie
    proving: Proving | None
    """Set where telephone numbers are proven; None where whoever books only claims one."""
    challenge_cookie: SessionCookie
    """Which code a browser awaits."""
    proof_cookie: SessionCookie
    """Which number a browser has proven lately."""
    public_url: str
    """Where people reach the pages; empty where they are not told, and a request's own address counts."""


def queue_of(request: Request) -> Queue:
    """The process's own, for an entry point."""
    queue: Queue = request.app.state.queue
    return queue
