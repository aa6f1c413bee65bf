"""The administrator's JSON API to the desk's configuration: the plan as a whole, and what it was before."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field
from starlette.requests import Request

from services.reports.context import reports_of
from services.reports.entrypoints.api import ACCEPTED_LATER, PREFIX
from services.reports.entrypoints.staff import MayConfigureOffice
from shared.contracts.reports.office import ConfigureOffice, OfficePlan
from shared.web.ask import ask
from shared.web.outcomes import PROBLEM
from shared.web.problems import problem
from shared.web.representations import Body, Resource

router = APIRouter(prefix=PREFIX + "/offices/{office}", tags=["configuration"], responses=PROBLEM)

Revision = Annotated[int, Path(ge=1, le=1_000_000_000)]


class PlanEntryOut(Resource):
    """A plan that took effect."""

    revision: int
    at: datetime | None
    """When. None where it is not known."""
    author: str
    """The user name; empty where it was nobody of the staff, or is forgotten."""


class PlanOut(PlanEntryOut):
    """The same with the plan."""

    plan: OfficePlan


class PlanBody(Body):
    """Another plan."""

    plan: OfficePlan
    replaces_revision: Annotated[int, Field(ge=0)]
    """The revision that it was made from."""


@router.get("/plan")
async def plan(request: Request, office: str, officer: MayConfigureOffice) -> PlanOut:
    """By what the desk works."""
    officer.must_work_at(office)
    return PlanOut.model_validate(await reports_of(request).desk.plans.current(office))


@router.put("/plan", responses=ACCEPTED_LATER)
async def configure(request: Request, office: str, body: PlanBody, officer: MayConfigureOffice) -> PlanOut:
    """Have the desk work by another plan. Refused where another one has come in between."""
    officer.must_work_at(office)
    command = ConfigureOffice(office=office, plan=body.plan, replaces_revision=body.replaces_revision)
    await ask(request, command, actor=officer.actor())
    return PlanOut.model_validate(await reports_of(request).desk.plans.current(office))


@router.get("/plans")
async def plans(request: Request, office: str, officer: MayConfigureOffice) -> list[PlanEntryOut]:
    """The latest plans that took effect, the newest first."""
    officer.must_work_at(office)
    return [PlanEntryOut.model_validate(view) for view in await reports_of(request).desk.plans.history(office)]


@router.get("/plans/{revision}")
async def former(request: Request, office: str, revision: Revision, officer: MayConfigureOffice) -> PlanOut:
    """One of them."""
    officer.must_work_at(office)
    view = await reports_of(request).desk.plans.former(office, revision)
    if view is None:
        raise problem(404)
    return PlanOut.model_validate(view)
