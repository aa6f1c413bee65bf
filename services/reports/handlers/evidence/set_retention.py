"""SetRetention: have evidence kept until another day."""

from services.reports.handlers.evidence.lookup import entered, the_evidence
from shared.contracts.reports.evidence import RetentionSet, SetRetention
from shared.messaging.work import Work


async def set_retention(command: SetRetention, work: Work) -> list[RetentionSet]:
    """A hold outlasts any day."""
    evidence = await the_evidence(command, work)
    return entered(work, evidence.retain(command.until, command.reason, work.now, work.actor))
