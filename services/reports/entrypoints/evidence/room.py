"""The process's own evidence room, for an entry point."""

from starlette.requests import Request

from services.reports.evidence_room import EvidenceRoom


def room_of(request: Request) -> EvidenceRoom:
    """As the composition root has opened it."""
    room: EvidenceRoom = request.app.state.evidence_room
    return room
