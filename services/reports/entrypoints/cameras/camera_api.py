"""The staff's JSON API to cameras and to requests to their owners."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from starlette.requests import Request

from services.reports.context import reports_of
from services.reports.entrypoints.api import ACCEPTED_LATER, PREFIX
from services.reports.entrypoints.cameras.representations import (
    AnswerBody,
    CameraBody,
    CameraOut,
    CheckBody,
    NearCameraOut,
    ReasonBody,
    RequestBody,
    RequestOut,
)
from services.reports.entrypoints.evidence.room import room_of
from services.reports.entrypoints.staff import MayKeepEvidence, MaySeeEvidence
from shared.contracts.reports.base import ReportsCommand
from shared.contracts.reports.cameras import (
    AddCamera,
    AnswerRequest,
    CameraAdded,
    ChangeCamera,
    CheckCamera,
    FootageRequested,
    RequestFootage,
    RetireCamera,
    WithdrawRequest,
)
from shared.staff.entrypoints.officer import Officer
from shared.web.ask import ask
from shared.web.outcomes import PROBLEM

router = APIRouter(prefix=PREFIX, tags=["cameras"], responses=PROBLEM)

CameraId = Annotated[str, Path(max_length=64)]
RequestId = Annotated[str, Path(max_length=64)]
IncidentId = Annotated[str, Path(max_length=64)]


@router.get("/cameras")
async def cameras(request: Request, officer: MaySeeEvidence) -> list[CameraOut]:
    """The office's registry."""
    return [CameraOut.of(camera) for camera in await room_of(request).cameras.all(officer.office)]


@router.post("/cameras", status_code=201, responses=ACCEPTED_LATER)
async def add(request: Request, response: Response, body: CameraBody, officer: MayKeepEvidence) -> CameraOut:
    """Enter a camera."""
    added = await ask(request, AddCamera(office=officer.office, plan=body.plan()), actor=officer.actor())
    assert isinstance(added, CameraAdded)
    response.headers["Location"] = f"{PREFIX}/cameras/{added.camera}"
    return await _camera(request, officer, added.camera)


@router.get("/cameras/{id}")
async def camera(request: Request, id: CameraId, officer: MaySeeEvidence) -> CameraOut:
    """One camera."""
    return await _camera(request, officer, id)


@router.put("/cameras/{id}", responses=ACCEPTED_LATER)
async def change(request: Request, id: CameraId, body: CameraBody, officer: MayKeepEvidence) -> CameraOut:
    """Correct what is known of it."""
    return await _do(request, officer, id, ChangeCamera(office=officer.office, camera=id, plan=body.plan()))


@router.post("/cameras/{id}/checks", responses=ACCEPTED_LATER)
async def check(request: Request, id: CameraId, body: CheckBody, officer: MayKeepEvidence) -> CameraOut:
    """Say whether it works, and how wrong its clock is."""
    command = CheckCamera(office=officer.office, camera=id, **body.model_dump())
    return await _do(request, officer, id, command)


@router.post("/cameras/{id}/retire", responses=ACCEPTED_LATER)
async def retire(request: Request, id: CameraId, body: ReasonBody, officer: MayKeepEvidence) -> CameraOut:
    """It is no more."""
    return await _do(request, officer, id, RetireCamera(office=officer.office, camera=id, reason=body.reason))


@router.get("/incidents/{incident}/cameras")
async def near(request: Request, incident: IncidentId, officer: MaySeeEvidence) -> list[NearCameraOut]:
    """Cameras that may have seen an incident, those that see its place first."""
    known = await reports_of(request).incidents.known(incident)
    officer.must_work_at(known.office)
    return [NearCameraOut.of(found) for found in await room_of(request).cameras.near(known)]


@router.get("/requests")
async def requests(request: Request, officer: MaySeeEvidence) -> list[RequestOut]:
    """What is still to come from owners, the most urgent first."""
    return [RequestOut.of(found) for found in await room_of(request).cameras.open_requests(officer.office)]


@router.post("/incidents/{incident}/requests", status_code=201, responses=ACCEPTED_LATER)
async def ask_owner(
    request: Request, response: Response, incident: IncidentId, body: RequestBody, officer: MayKeepEvidence
) -> RequestOut:
    """Ask a camera's owner for a recording."""
    command = RequestFootage.model_validate({"office": officer.office, "incident": incident, **body.model_dump()})
    asked = await ask(request, command, actor=officer.actor())
    assert isinstance(asked, FootageRequested)
    response.headers["Location"] = f"{PREFIX}/requests/{asked.request}"
    return RequestOut.of(await room_of(request).cameras.request(officer.office, asked.request))


@router.get("/requests/{id}")
async def owner_request(request: Request, id: RequestId, officer: MaySeeEvidence) -> RequestOut:
    """One request."""
    return RequestOut.of(await room_of(request).cameras.request(officer.office, id))


@router.post("/requests/{id}/answer", responses=ACCEPTED_LATER)
async def answer(request: Request, id: RequestId, body: AnswerBody, officer: MayKeepEvidence) -> RequestOut:
    """Write down what the owner says."""
    command = AnswerRequest(office=officer.office, request=id, answer=body.answer, note=body.note)
    return await _request_done(request, officer, id, command)


@router.post("/requests/{id}/withdraw", responses=ACCEPTED_LATER)
async def withdraw(request: Request, id: RequestId, body: ReasonBody, officer: MayKeepEvidence) -> RequestOut:
    """The recording is not needed any more."""
    command = WithdrawRequest(office=officer.office, request=id, reason=body.reason)
    return await _request_done(request, officer, id, command)


async def _camera(request: Request, officer: Officer, id: str) -> CameraOut:
    return CameraOut.of(await room_of(request).cameras.camera(officer.office, id))


async def _do(request: Request, officer: Officer, id: str, command: ReportsCommand) -> CameraOut:
    await ask(request, command, actor=officer.actor())
    return await _camera(request, officer, id)


async def _request_done(request: Request, officer: Officer, id: str, command: ReportsCommand) -> RequestOut:
    await ask(request, command, actor=officer.actor())
    return RequestOut.of(await room_of(request).cameras.request(officer.office, id))
