"""The process's own room of agencies, for an entry point."""

from starlette.requests import Request

from services.reports.agency_room import AgencyRoom


def room_of(request: Request) -> AgencyRoom:
    """As the composition root has opened it."""
    room: AgencyRoom = request.app.state.agency_room
    return room
