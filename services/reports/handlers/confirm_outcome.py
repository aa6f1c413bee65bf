"""ConfirmOutcome: the reporter agrees."""

from collections.abc import Sequence

from services.reports.handlers.lookup import the_incident, written
from shared.contracts.reports.incidents import ConfirmOutcome, IncidentClosed
from shared.messaging.work import Work


async def confirm_outcome(command: ConfirmOutcome, work: Work) -> Sequence[IncidentClosed]:
    """Nothing more will happen."""
    _, incident = await the_incident(command, work)
    return written(work, incident.close("reporter", work.now))
