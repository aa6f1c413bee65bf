"""PlaceHold: have evidence kept."""

from services.reports.handlers.evidence.lookup import entered, the_evidence
from shared.contracts.reports.evidence import HoldPlaced, PlaceHold
from shared.messaging.work import Work


async def place_hold(command: PlaceHold, work: Work) -> list[HoldPlaced]:
    """The hold has the command's id."""
    evidence = await the_evidence(command, work)
    return entered(work, evidence.hold(work.command_id, command.reason, work.now, work.actor))
