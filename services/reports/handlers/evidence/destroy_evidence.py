"""DestroyEvidence: have the files gone."""

from services.reports.handlers.evidence.lookup import entered, the_evidence
from shared.contracts.reports.evidence import DestroyEvidence, EvidenceDestroyed
from shared.messaging.work import Work


async def destroy_evidence(command: DestroyEvidence, work: Work) -> list[EvidenceDestroyed]:
    """They are removed afterwards, by who watches for it; from now on nobody sees them."""
    evidence = await the_evidence(command, work)
    return entered(work, evidence.destroy(command.reason, work.now, work.actor))
