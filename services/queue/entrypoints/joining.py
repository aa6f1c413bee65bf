"""Joining a line, by whichever way somebody comes in."""

from starlette.requests import Request

from services.queue.context import queue_of
from shared.contracts.queue import Need, TakeTicket, Way


def joining(
    request: Request,
    office: str,
    service: str,
    *,
    way: Way = "online",
    need: Need | None = None,
    phone: str | None = None,
    family: str | None = None,
) -> TakeTicket:
    """The wish of who would join now, with what is told of their waiting. Raises `ValueError` for what it can't be."""
    return TakeTicket(
        office=office,
        service=service,
        phone=phone,
        way=way,
        need=need,
        family=family,
        promise=queue_of(request).waits.promise(office, service),
    )
