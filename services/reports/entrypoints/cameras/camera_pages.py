"""The staff's pages of the camera registry."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Form
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from services.reports.entrypoints.cameras.representations import CameraBody, CheckBody, ReasonBody
from services.reports.entrypoints.cameras.words import health_words, offset_words, owner_words, state_words
from services.reports.entrypoints.evidence.room import room_of
from services.reports.entrypoints.staff import MayKeepEvidence, MaySeeEvidence
from shared.contracts.reports.base import ReportsCommand
from shared.contracts.reports.cameras import AddCamera, CameraAdded, ChangeCamera, CheckCamera, RetireCamera
from shared.messaging.errors import Declined, Pending
from shared.staff.entrypoints.officer import Officer
from shared.web.app import web
from shared.web.ask import Key, ask, new_key
from shared.web.outcomes import see, wait
from shared.web.problems import Problem
from shared.web.validation import field_errors

CAMERAS = "/reports/cameras"
_FIELDS = tuple(CameraBody.model_fields)
_NEW: Mapping[str, Any] = {
    "bearing": 0,
    "angle": 90,
    "range_metres": 30,
    "retention_hours": 168,
    "owner_kind": "business",
}

router = APIRouter(prefix=CAMERAS, include_in_schema=False)


@router.get("")
async def cameras(request: Request, officer: MaySeeEvidence) -> Response:
    """The registry, and what owners still have to give."""
    room = room_of(request)
    return web(request).templates.page(
        request,
        "cameras.html",
        cameras=await room.cameras.all(officer.office),
        requests=await room.cameras.open_requests(officer.office),
        officer=officer,
        health=health_words(),
        state_words=state_words,
        offset_words=offset_words,
    )


@router.get("/new")
async def new(request: Request, officer: MayKeepEvidence) -> Response:
    """A form for one more."""
    return _form(request, officer, _NEW, {})


@router.post("/new")
async def add(request: Request, officer: MayKeepEvidence, key: Key) -> Response:
    """Enter it."""
    written = await _written(request)
    try:
        body = CameraBody.model_validate(written)
        added = await ask(request, AddCamera(office=officer.office, plan=body.plan()), actor=officer.actor(), key=key)
    except ValidationError as error:
        return _form(request, officer, written, _errors(error))
    except Declined as declined:
        return _form(request, officer, written, {}, problem=web(request).problems.of(declined))
    except Pending as pending:
        return wait(request, pending, back=CAMERAS)
    assert isinstance(added, CameraAdded)
    return see(f"{CAMERAS}/{added.camera}")


@router.get("/{id}")
async def camera(request: Request, id: str, officer: MaySeeEvidence) -> Response:
    """One camera."""
    return await _page(request, officer, id)


@router.post("/{id}")
async def change(request: Request, id: str, officer: MayKeepEvidence, key: Key) -> Response:
    """Correct what is known of it."""
    written = await _written(request)
    try:
        plan = CameraBody.model_validate(written).plan()
    except ValidationError as error:
        return await _page(request, officer, id, written=written, errors=_errors(error))
    return await _do(request, officer, id, ChangeCamera(office=officer.office, camera=id, plan=plan), key)


@router.post("/{id}/check")
async def check(
    request: Request,
    id: str,
    officer: MayKeepEvidence,
    key: Key,
    health: Annotated[str, Form()] = "",
    offset: Annotated[str, Form(max_length=12)] = "",
    note: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Say whether it works, and how wrong its clock is."""
    try:
        found = CheckBody.model_validate(
            {"health": health, "clock_offset_seconds": offset.strip() or None, "note": note}
        )
    except ValidationError as error:
        return await _page(request, officer, id, errors=_errors(error))
    command = CheckCamera(office=officer.office, camera=id, **found.model_dump())
    return await _do(request, officer, id, command, key)


@router.post("/{id}/retire")
async def retire(
    request: Request, id: str, officer: MayKeepEvidence, key: Key, reason: Annotated[str, Form(max_length=2000)] = ""
) -> Response:
    """It is no more."""
    try:
        body = ReasonBody.model_validate({"reason": reason})
    except ValidationError as error:
        return await _page(request, officer, id, errors=_errors(error))
    command = RetireCamera(office=officer.office, camera=id, reason=body.reason)
    return await _do(request, officer, id, command, key)


async def _do(request: Request, officer: Officer, id: str, command: ReportsCommand, key: str) -> Response:
    try:
        await ask(request, command, actor=officer.actor(), key=key)
    except Declined as declined:
        return await _page(request, officer, id, problem=web(request).problems.of(declined))
    except Pending as pending:
        return wait(request, pending, back=f"{CAMERAS}/{id}")
    return see(f"{CAMERAS}/{id}")


async def _written(request: Request) -> dict[str, Any]:
    form = await request.form()
    return {name: value for name in _FIELDS if isinstance(value := form.get(name), str)}


def _errors(error: ValidationError) -> dict[str, str]:
    return {told["field"].partition(".")[0]: told["message"] for told in field_errors(error.errors())}


def _form(
    request: Request,
    officer: Officer,
    written: Mapping[str, Any],
    errors: Mapping[str, str],
    problem: Problem | None = None,
) -> Response:
    status = problem.status if problem else 422 if errors else 200
    return web(request).templates.page(
        request,
        "camera_new.html",
        status,
        officer=officer,
        written=written,
        errors=errors,
        problem=problem,
        owners=owner_words(),
        new_key=new_key,
    )


async def _page(
    request: Request,
    officer: Officer,
    id: str,
    *,
    written: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    problem: Problem | None = None,
) -> Response:
    view = await room_of(request).cameras.camera(officer.office, id)
    status = problem.status if problem else 422 if errors else 200
    return web(request).templates.page(
        request,
        "camera.html",
        status,
        camera=view,
        officer=officer,
        written=written or {name: getattr(view.plan, name) for name in _FIELDS},
        errors=errors or {},
        problem=problem,
        health=health_words(),
        owners=owner_words(),
        offset_words=offset_words,
        new_key=new_key,
    )
