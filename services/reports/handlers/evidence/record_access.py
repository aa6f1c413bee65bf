"""RecordAccess: write down that somebody is about to see or take evidence."""

from services.reports.handlers.evidence.lookup import entered, the_evidence
from shared.contracts.reports.evidence import EvidenceAccessed, RecordAccess
from shared.messaging.work import Work


async def record_access(command: RecordAccess, work: Work) -> list[EvidenceAccessed]:
    """Who, what and why stand in the custody log before a byte is given out."""
    evidence = await the_evidence(command, work)
    return entered(work, evidence.access(command.access, command.variant, command.reason, work.now, work.actor))
