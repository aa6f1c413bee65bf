"""ConfirmErasure: the files are gone."""

from services.reports.handlers.evidence.lookup import entered, the_evidence
from shared.contracts.reports.evidence import ConfirmErasure, EvidenceErased
from shared.messaging.work import Work


async def confirm_erasure(command: ConfirmErasure, work: Work) -> list[EvidenceErased]:
    """Sent by who has removed them from the store."""
    evidence = await the_evidence(command, work)
    return entered(work, evidence.erased(work.now, work.actor))
