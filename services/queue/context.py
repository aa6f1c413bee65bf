"""What the entry points of one API process share, made once by the composition root."""

from dataclasses import dataclass

from starlette.requests import Request

from services.queue.entrypoints.words import Words
from services.queue.links import Links
from services.queue.live import Live
from services.queue.views import Views
from shared.auth.devices import KnownDevices
from shared.auth.limits import SignInLimits
from shared.auth.passwords import Passwords
from shared.auth.sessions import SessionCookie, Sessions
from shared.clock import Clock
from shared.messaging.mongo_store import MongoStore
from shared.messaging.tail import Gateway


@dataclass(frozen=True, slots=True)
class Queue:
    """The process's own gateway, views and keys."""

    clock: Clock
    gateway: Gateway
    store: MongoStore
    views: Views
    live: Live
    words: Words
    links: Links
    sessions: Sessions
    session_cookie: SessionCookie
    known_devices: KnownDevices
    passwords: Passwords
    sign_in_limits: SignInLimits


def queue_of(request: Request) -> Queue:
    """The process's own, for an entry point."""
    queue: Queue = request.app.state.queue
    return queue
