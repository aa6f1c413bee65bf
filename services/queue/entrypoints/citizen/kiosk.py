"""Which requests come from an office's kiosk.

Invariant: the way of a ticket is what its giver is, and never what a request says. So the kiosk's share of a day's
numbers goes to who is in the lobby, whoever else is on the net.
"""

from dataclasses import dataclass

from starlette.requests import Request

from services.queue.context import queue_of
from shared.staff.entrypoints.officer import Officer, token_of
from shared.web.i18n import gettext
from shared.web.problems import Problem


@dataclass(frozen=True, slots=True)
class Kiosk:
    """A device that an office has made its kiosk."""

    office: str
    actor: str
    """How the audit names it."""


async def find_kiosk(request: Request, office: str) -> Kiosk | None:
    """The kiosk that this request comes from, where it is one of the office's."""
    queue = queue_of(request)
    for token in (queue.kiosk_cookie.read(request), token_of(request)):
        session = await queue.kiosks.find(token)
        if session and session.user == office:
            return Kiosk(office, f"kiosk/{session.id[:12]}")
    return None


async def the_kiosk(request: Request, office: str) -> Kiosk:
    """The kiosk that this request comes from. Raises 403 for everybody else."""
    kiosk = await find_kiosk(request, office)
    if kiosk is None:
        raise Problem(
            403,
            "not-a-kiosk",
            gettext("This device is not a kiosk"),
            gettext("Tickets are given out here by the office's own devices. Please take yours on your phone."),
        )
    return kiosk


async def open_kiosk(request: Request, officer: Officer) -> str:
    """The token of a new kiosk of the officer's office."""
    return await queue_of(request).kiosks.start(officer.office, request.headers.get("user-agent", ""))
