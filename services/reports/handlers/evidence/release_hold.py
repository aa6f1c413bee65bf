"""ReleaseHold: a hold is not needed any more."""

from services.reports.handlers.evidence.lookup import entered, the_evidence
from shared.contracts.reports.evidence import HoldReleased, ReleaseHold
from shared.messaging.work import Work


async def release_hold(command: ReleaseHold, work: Work) -> list[HoldReleased]:
    """With the last hold, retention decides again."""
    evidence = await the_evidence(command, work)
    return entered(work, evidence.release(command.hold, command.reason, work.now, work.actor))
