"""ConfirmOutcome: the reporter agrees."""

from collections.abc import Sequence

from services.reports.handlers.lookup import check_side, the_incident
from services.reports.handlers.timeline import written
from shared.contracts.reports.incidents import ConfirmOutcome, IncidentClosed
from shared.messaging.work import Work


async def confirm_outcome(command: ConfirmOutcome, work: Work) -> Sequence[IncidentClosed]:
    """Nothing more will happen. Nobody of the staff can say so in the reporter's place."""
    check_side("reporter", work)
    _, incident = await the_incident(command, work)
    return written(work, incident.close("reporter", work.now))
