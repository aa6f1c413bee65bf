"""The administrator's pages to the local accounts of the own office."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from shared.contracts.staff import Username
from shared.errors import Refused
from shared.messaging.errors import Declined, Pending
from shared.staff.entrypoints.changes import (
    OneTimePassword,
    add_staff,
    assign_roles,
    remove_staff,
    renew_password,
)
from shared.staff.entrypoints.officer import MayManageStaff, Officer
from shared.staff.kit import staff_of
from shared.staff.rules import StaffRules
from shared.web.app import web
from shared.web.ask import Key, new_key
from shared.web.outcomes import see, wait
from shared.web.problems import Problem
from shared.web.validation import field_errors

_pages = APIRouter()

Chosen = Annotated[list[str], Form(alias="roles", default_factory=list)]


def staff_pages(rules: StaffRules) -> APIRouter:
    """The pages of one service."""
    router = APIRouter()
    router.include_router(_pages, prefix=rules.home, include_in_schema=False)
    return router


@_pages.get("/staff")
async def staff(request: Request, officer: MayManageStaff) -> Response:
    """Who works here."""
    return await _staff_page(request, officer)


@_pages.post("/staff")
async def add(
    request: Request,
    officer: MayManageStaff,
    key: Key,
    roles: Chosen,
    username: Annotated[str, Form(max_length=200)] = "",
    display_name: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Open an account, and show its first password once."""
    written = {"username": username, "display_name": display_name, "roles": roles}
    try:
        body = staff_of(request).rules.shapes.add.model_validate(
            {"username": username.strip().lower(), "display_name": display_name.strip(), "roles": roles}
        )
        issued = await add_staff(request, officer, body.username, body.display_name, body.roles, key=key)
    except ValidationError as error:
        return await _staff_page(request, officer, written=written, errors=_errors(error))
    except (Declined, Problem) as refusal:
        return await _staff_page(request, officer, written=written, problem=_problem(request, refusal))
    return _issued_page(request, officer, issued)


@_pages.get("/staff/{username}")
async def person(request: Request, officer: MayManageStaff, username: Username) -> Response:
    """One person."""
    return await _person_page(request, officer, username)


@_pages.post("/staff/{username}/roles")
async def assign(request: Request, officer: MayManageStaff, username: Username, key: Key, roles: Chosen) -> Response:
    """Have a person work as something else."""
    try:
        body = staff_of(request).rules.shapes.roles.model_validate({"roles": roles})
        await assign_roles(request, officer, username, body.roles, key=key)
    except ValidationError as error:
        return await _person_page(request, officer, username, errors=_errors(error))
    except (Declined, Pending) as answer:
        return await _not_done(request, officer, username, answer)
    return see(f"{_here(request)}/{username}")


@_pages.post("/staff/{username}/password")
async def renew(request: Request, officer: MayManageStaff, username: Username, key: Key) -> Response:
    """Give a person a new password, and show it once."""
    try:
        issued = await renew_password(request, officer, username, key=key)
    except (Declined, Refused) as refusal:
        return await _person_page(request, officer, username, problem=_problem(request, refusal))
    return _issued_page(request, officer, issued)


@_pages.post("/staff/{username}/remove")
async def remove(request: Request, officer: MayManageStaff, username: Username, key: Key) -> Response:
    """Close a person's account."""
    try:
        await remove_staff(request, officer, username, key=key)
    except (Declined, Pending) as answer:
        return await _not_done(request, officer, username, answer)
    return see(_here(request))


async def _not_done(request: Request, officer: Officer, username: str, answer: Declined | Pending) -> Response:
    if isinstance(answer, Pending):
        return wait(request, answer, back=_here(request))
    return await _person_page(request, officer, username, problem=_problem(request, answer))


def _here(request: Request) -> str:
    return f"{staff_of(request).rules.home}/staff"


def _problem(request: Request, refusal: Exception) -> Problem:
    return web(request).problems.of(refusal)


def _errors(error: ValidationError) -> dict[str, str]:
    return {told["field"].partition(".")[0]: told["message"] for told in field_errors(error.errors())}


async def _staff_page(
    request: Request,
    officer: Officer,
    *,
    written: Mapping[str, object] | None = None,
    errors: Mapping[str, str] | None = None,
    problem: Problem | None = None,
) -> Response:
    kit = staff_of(request)
    return web(request).templates.page(
        request,
        "people.html",
        problem.status if problem else 422 if errors else 200,
        officer=officer,
        people=await kit.accounts.people(officer.office),
        words=kit.rules.role_words(),
        written=written or {"username": "", "display_name": "", "roles": kit.rules.messages.newcomer},
        errors=errors or {},
        problem=problem,
        idempotency_key=new_key(),
    )


async def _person_page(
    request: Request,
    officer: Officer,
    username: str,
    *,
    errors: Mapping[str, str] | None = None,
    problem: Problem | None = None,
) -> Response:
    kit = staff_of(request)
    return web(request).templates.page(
        request,
        "person.html",
        problem.status if problem else 422 if errors else 200,
        officer=officer,
        person=await kit.accounts.person(officer.office, username),
        words=kit.rules.role_words(),
        errors=errors or {},
        problem=problem,
        new_key=new_key,
    )


def _issued_page(request: Request, officer: Officer, issued: OneTimePassword) -> Response:
    return web(request).templates.page(
        request,
        "one_time_password.html",
        202 if issued.pending else 201,
        officer=officer,
        issued=issued,
    )
