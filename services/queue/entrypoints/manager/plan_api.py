"""The administrator's JSON API to the office's configuration: the plan as a whole, and what it was before."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request

from services.queue.context import queue_of
from services.queue.entrypoints.api import ACCEPTED_LATER, PREFIX
from services.queue.entrypoints.manager.plan_representations import PlanBody, PlanEntryOut, PlanOut
from services.queue.entrypoints.staff import MayConfigureOffice
from shared.contracts.queue import ConfigureOffice
from shared.web.ask import ask
from shared.web.outcomes import PROBLEM
from shared.web.problems import problem

router = APIRouter(prefix=PREFIX, tags=["configuration"], responses=PROBLEM)

Revision = Annotated[int, Path(ge=1, le=1_000_000_000)]


@router.get("/offices/{office}/plan")
async def plan(request: Request, office: str, officer: MayConfigureOffice) -> PlanOut:
    """By what the office works."""
    officer.must_work_at(office)
    return PlanOut.model_validate(await queue_of(request).plans.current(office))


@router.put("/offices/{office}/plan", responses=ACCEPTED_LATER)
async def configure(request: Request, office: str, body: PlanBody, officer: MayConfigureOffice) -> PlanOut:
    """Have the office work by another plan. Refused where another one has come in between."""
    officer.must_work_at(office)
    command = ConfigureOffice(office=office, plan=body.plan, replaces_revision=body.replaces_revision)
    await ask(request, command, actor=officer.actor())
    return PlanOut.model_validate(await queue_of(request).plans.current(office))


@router.get("/offices/{office}/plans")
async def plans(request: Request, office: str, officer: MayConfigureOffice) -> list[PlanEntryOut]:
    """The latest plans that took effect, the newest first."""
    officer.must_work_at(office)
    return [PlanEntryOut.model_validate(view) for view in await queue_of(request).plans.history(office)]


@router.get("/offices/{office}/plans/{revision}")
async def former(request: Request, office: str, revision: Revision, officer: MayConfigureOffice) -> PlanOut:
    """One of them."""
    officer.must_work_at(office)
    view = await queue_of(request).plans.former(office, revision)
    if view is None:
        raise problem(404)
    return PlanOut.model_validate(view)
