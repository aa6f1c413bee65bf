"""AddNote: write something down."""

from collections.abc import Sequence

from services.reports.handlers.lookup import check_side, the_incident
from services.reports.handlers.timeline import written
from shared.contracts.reports.incidents import AddNote, NoteAdded
from shared.messaging.work import Work


async def add_note(command: AddNote, work: Work) -> Sequence[NoteAdded]:
    """Only the staff see it."""
    check_side(command.via, work)
    _, incident = await the_incident(command, work)
    return written(work, incident.note(work.now), words=command.words)
