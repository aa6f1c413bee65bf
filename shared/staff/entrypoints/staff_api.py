"""The administrator's JSON API to the local accounts of the own office."""

import inspect
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel
from starlette.requests import Request

from shared.contracts.staff import Username
from shared.staff.accounts import StaffView
from shared.staff.entrypoints.changes import (
    OneTimePassword,
    add_staff,
    assign_roles,
    remove_staff,
    renew_password,
)
from shared.staff.entrypoints.officer import MayManageStaff
from shared.staff.entrypoints.representations import AddStaffBody, OneTimePasswordOut, RolesBody
from shared.staff.kit import staff_of
from shared.staff.rules import StaffRules
from shared.web.app import web
from shared.web.outcomes import PROBLEM, accepted_later

Name = Annotated[Username, Path()]
Endpoint = Callable[..., Awaitable[Any]]


def staff_api(rules: StaffRules, outcome: type[BaseModel]) -> APIRouter:
    """The API of one service."""
    router = APIRouter(prefix=rules.api, tags=["staff"], responses=PROBLEM)
    shapes, or_later = rules.shapes, accepted_later(outcome)
    issued: dict[str, Any] = {"status_code": 201, "responses": or_later}
    one = "/staff/{username}"
    router.get("/staff", response_model=list[shapes.staff])(staff)  # type: ignore[name-defined]
    router.post("/staff", **issued)(_with_body(add, shapes.add))
    router.get(one, response_model=shapes.staff)(person)
    router.put(one + "/roles", response_model=shapes.staff, responses=or_later)(_with_body(assign, shapes.roles))
    router.post(one + "/password", **issued)(renew)
    router.delete(one, status_code=204, responses=or_later)(remove)
    return router


def _with_body(endpoint: Endpoint, model: type[BaseModel]) -> Endpoint:
    """The endpoint with the service's own model as its body: FastAPI reads it from the signature."""

    @wraps(endpoint)
    async def narrowed(*arguments: Any, **named: Any) -> Any:
        return await endpoint(*arguments, **named)

    signature = inspect.signature(endpoint)
    own = [p.replace(annotation=model) if p.name == "body" else p for p in signature.parameters.values()]
    narrowed.__signature__ = signature.replace(parameters=own)  # type: ignore[attr-defined]
    return narrowed


async def staff(request: Request, officer: MayManageStaff) -> list[StaffView]:
    """Who has an account in the office."""
    return await staff_of(request).accounts.people(officer.office)


async def add(request: Request, response: Response, body: AddStaffBody, officer: MayManageStaff) -> OneTimePasswordOut:
    """Open an account."""
    issued = await add_staff(request, officer, body.username, body.display_name, body.roles)
    return _told(request, issued, response)


async def person(request: Request, username: Name, officer: MayManageStaff) -> StaffView:
    """One person."""
    return await staff_of(request).accounts.person(officer.office, username)


async def assign(request: Request, username: Name, body: RolesBody, officer: MayManageStaff) -> StaffView:
    """Have a person work as something else. Their sessions are over."""
    await assign_roles(request, officer, username, body.roles)
    return await staff_of(request).accounts.person(officer.office, username)


async def renew(request: Request, response: Response, username: Name, officer: MayManageStaff) -> OneTimePasswordOut:
    """Give a person a new password that serves once. Their sessions are over."""
    return _told(request, await renew_password(request, officer, username), response)


async def remove(request: Request, username: Name, officer: MayManageStaff) -> None:
    """Close a person's account. Their sessions are over."""
    await remove_staff(request, officer, username)


def _told(request: Request, issued: OneTimePassword, response: Response) -> OneTimePasswordOut:
    if issued.pending:
        response.status_code = 202
        response.headers["Location"] = f"{web(request).api}/commands/{issued.pending.command_id}"
    return OneTimePasswordOut(username=issued.username, password=issued.password)
