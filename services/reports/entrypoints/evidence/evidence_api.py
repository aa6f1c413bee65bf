"""The staff's JSON API to evidence."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from starlette.requests import Request

from services.reports.context import reports_of
from services.reports.entrypoints.api import ACCEPTED_LATER, PREFIX
from services.reports.entrypoints.evidence.delivery import deliver
from services.reports.entrypoints.evidence.representations import (
    AccessBody,
    AccessOut,
    EvidenceLineOut,
    EvidenceOut,
    ReasonBody,
    RecordingBody,
    RetentionBody,
)
from services.reports.entrypoints.evidence.room import room_of
from services.reports.entrypoints.evidence.steps import grant
from services.reports.entrypoints.staff import (
    MayHoldEvidence,
    MayKeepEvidence,
    MaySeeEvidence,
)
from shared.contracts.reports.evidence import (
    DescribeEvidence,
    DestroyEvidence,
    EvidenceCommand,
    PlaceHold,
    Recording,
    ReleaseHold,
    SetRetention,
)
from shared.staff.entrypoints.officer import Officer
from shared.web.ask import ask
from shared.web.outcomes import PROBLEM

router = APIRouter(prefix=PREFIX, tags=["evidence"], responses=PROBLEM)

EvidenceId = Annotated[str, Path(max_length=64)]
IncidentId = Annotated[str, Path(max_length=64)]
HoldId = Annotated[str, Path(max_length=64)]


@router.get("/incidents/{incident}/evidence")
async def of_incident(request: Request, incident: IncidentId, officer: MaySeeEvidence) -> list[EvidenceLineOut]:
    """What belongs to an incident."""
    known = await reports_of(request).incidents.known(incident)
    officer.must_work_at(known.office)
    return [EvidenceLineOut.of_line(line) for line in await room_of(request).views.of_incident(incident)]


@router.get("/evidence/{id}")
async def evidence(request: Request, id: EvidenceId, officer: MaySeeEvidence) -> EvidenceOut:
    """One piece, with its custody log."""
    return EvidenceOut.of(await room_of(request).views.evidence(officer.office, id))


@router.post("/evidence/{id}/accesses", status_code=201, responses=ACCEPTED_LATER)
async def access(
    request: Request, response: Response, id: EvidenceId, body: AccessBody, officer: MaySeeEvidence
) -> AccessOut:
    """Have it written down that you are about to see or take it; the answer says where it is."""
    granted = await grant(request, officer, id, body.access, body.variant, body.reason)
    address = f"{PREFIX}/evidence/files/{granted.token}"
    response.headers["Location"] = address
    return AccessOut(address=address, entries=granted.entries, head=granted.head)


@router.get("/evidence/files/{token}", response_class=Response)
async def file(request: Request, token: Annotated[str, Path(max_length=200)], officer: MaySeeEvidence) -> Response:
    """The bytes, also by `Range`. The address comes from an access."""
    return await deliver(request, officer, token)


@router.post("/evidence/{id}/holds", status_code=201, responses=ACCEPTED_LATER)
async def hold(request: Request, id: EvidenceId, body: ReasonBody, officer: MayHoldEvidence) -> EvidenceOut:
    """Have it kept, whatever its retention says."""
    return await _do(request, officer, PlaceHold(office=officer.office, evidence=id, reason=body.reason))


@router.post("/evidence/{id}/holds/{hold}/release", responses=ACCEPTED_LATER)
async def release(
    request: Request, id: EvidenceId, hold: HoldId, body: ReasonBody, officer: MayHoldEvidence
) -> EvidenceOut:
    """A hold is not needed any more."""
    command = ReleaseHold(office=officer.office, evidence=id, hold=hold, reason=body.reason)
    return await _do(request, officer, command)


@router.put("/evidence/{id}/retention", responses=ACCEPTED_LATER)
async def retain(request: Request, id: EvidenceId, body: RetentionBody, officer: MayHoldEvidence) -> EvidenceOut:
    """Have it kept until another day."""
    command = SetRetention(office=officer.office, evidence=id, until=body.until, reason=body.reason)
    return await _do(request, officer, command)


@router.put("/evidence/{id}/recording", responses=ACCEPTED_LATER)
async def describe(request: Request, id: EvidenceId, body: RecordingBody, officer: MayKeepEvidence) -> EvidenceOut:
    """Say from which camera and time it is."""
    recording = Recording(body.camera, body.starts_at, body.ends_at, body.how)
    command = DescribeEvidence(office=officer.office, evidence=id, recording=recording, note=body.note)
    return await _do(request, officer, command)


@router.post("/evidence/{id}/destroy", responses=ACCEPTED_LATER)
async def destroy(request: Request, id: EvidenceId, body: ReasonBody, officer: MayHoldEvidence) -> EvidenceOut:
    """Have its files gone. The log and the hash stay."""
    return await _do(request, officer, DestroyEvidence(office=officer.office, evidence=id, reason=body.reason))


async def _do(request: Request, officer: Officer, command: EvidenceCommand) -> EvidenceOut:
    await ask(request, command, actor=officer.actor())
    return EvidenceOut.of(await room_of(request).views.evidence(officer.office, command.evidence))
