"""The administrator's JSON API to the local accounts of the own office."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from starlette.requests import Request

from services.queue.context import queue_of
from services.queue.entrypoints.api import ACCEPTED_LATER, PREFIX
from services.queue.entrypoints.staff.accounts import (
    OneTimePassword,
    add_staff,
    assign_roles,
    remove_staff,
    renew_password,
)
from services.queue.entrypoints.staff.officer import MayManageStaff
from services.queue.entrypoints.staff.staff_representations import AddStaffBody, OneTimePasswordOut, RolesBody, StaffOut
from shared.contracts.staff import Username
from shared.messaging.errors import Pending
from shared.web.outcomes import PROBLEM, later

router = APIRouter(prefix=PREFIX, tags=["staff"], responses=PROBLEM)

Name = Annotated[Username, Path()]


@router.get("/staff")
async def staff(request: Request, officer: MayManageStaff) -> list[StaffOut]:
    """Who has an account in the office."""
    people = await queue_of(request).views.people(officer.office)
    return [StaffOut.model_validate(person) for person in people]


@router.post("/staff", status_code=201, response_model=OneTimePasswordOut, responses=ACCEPTED_LATER)
async def add(request: Request, response: Response, body: AddStaffBody, officer: MayManageStaff) -> OneTimePasswordOut:
    """Open an account."""
    issued = await add_staff(request, officer, body.username, body.display_name, body.roles)
    return _told(request, issued, response)


@router.get("/staff/{username}")
async def person(request: Request, username: Name, officer: MayManageStaff) -> StaffOut:
    """One person."""
    return StaffOut.model_validate(await queue_of(request).views.person(officer.office, username))


@router.put("/staff/{username}/roles", response_model=StaffOut, responses=ACCEPTED_LATER)
async def assign(request: Request, username: Name, body: RolesBody, officer: MayManageStaff) -> StaffOut | Response:
    """Have a person work as something else. Their sessions are over."""
    try:
        await assign_roles(request, officer, username, body.roles)
    except Pending as pending:
        return later(request, pending)
    return StaffOut.model_validate(await queue_of(request).views.person(officer.office, username))


@router.post("/staff/{username}/password", status_code=201, response_model=OneTimePasswordOut, responses=ACCEPTED_LATER)
async def renew(request: Request, response: Response, username: Name, officer: MayManageStaff) -> OneTimePasswordOut:
    """Give a person a new password that serves once. Their sessions are over."""
    return _told(request, await renew_password(request, officer, username), response)


@router.delete("/staff/{username}", status_code=204, response_model=None, responses=ACCEPTED_LATER)
async def remove(request: Request, username: Name, officer: MayManageStaff) -> Response | None:
    """Close a person's account. Their sessions are over."""
    try:
        await remove_staff(request, officer, username)
    except Pending as pending:
        return later(request, pending)
    return None


def _told(request: Request, issued: OneTimePassword, response: Response) -> OneTimePasswordOut:
    if issued.pending:
        response.status_code = 202
        response.headers["Location"] = later(request, issued.pending).headers["Location"]
    return OneTimePasswordOut(username=issued.username, password=issued.password)
