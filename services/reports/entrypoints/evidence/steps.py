"""What the staff can do with evidence, for pages and API alike: one command each, and what it gives."""

from dataclasses import dataclass

from starlette.requests import Request

from services.reports.entrypoints.evidence.room import room_of
from shared.contracts.reports.evidence import Access, EvidenceAccessed, RecordAccess, Variant
from shared.staff.entrypoints.officer import Officer
from shared.web.ask import ask
from shared.web.problems import problem

FILES = "/reports/evidence/files/"


@dataclass(frozen=True, slots=True)
class Granted:
    """An access that is written down."""

    token: str
    entries: int
    head: str


async def grant(
    request: Request,
    officer: Officer,
    evidence: str,
    access: Access,
    variant: Variant,
    reason: str,
    *,
    key: str | None = None,
) -> Granted:
    """Have an access written down, durably, and give a pass for it.

    Raises 403 where the role is not enough, and `Declined`, `Pending` or `Transient` as the gateway does: then
    nothing is given out.
    """
    if (access == "exported" or variant == "original") and not officer.may("take-evidence"):
        raise problem(403)
    if access == "exported":
        variant = "original"
    event = await ask(
        request,
        RecordAccess(office=officer.office, evidence=evidence, access=access, variant=variant, reason=reason),
        actor=officer.actor(),
        key=key,
    )
    assert isinstance(event, EvidenceAccessed)
    token = room_of(request).passes.issue(evidence, access, variant, event.entries, officer.actor())
    return Granted(token, event.entries, event.head)
