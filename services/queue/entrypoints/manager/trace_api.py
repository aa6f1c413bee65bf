"""The manager's JSON API to what happened to a number."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request

from services.queue.context import queue_of
from services.queue.entrypoints.api import PREFIX
from services.queue.entrypoints.representations import TextOut
from services.queue.entrypoints.staff import MayTraceNumbers
from services.queue.views.traces import Actor
from shared.contracts.queue import State
from shared.web.outcomes import PROBLEM
from shared.web.representations import Resource

router = APIRouter(prefix=PREFIX, tags=["figures"], responses=PROBLEM)


class StepOut(Resource):
    """One thing that happened to a ticket."""

    at: datetime
    """When it was handled, in the office's own time."""
    event: str
    """The event on the bus, without its version: `TicketCalled`. `TakeTicket` where the family took one more."""
    by: Actor
    user: str | None
    """The user name, where it was one of the staff."""
    counter: str | None
    to: TextOut | None
    """The service to which the person was sent on."""


class TraceOut(Resource):
    """What happened to a number on its day, in order."""

    number: str
    day: date
    service: str
    """Where it is now, or was last."""
    state: State
    steps: list[StepOut]
    whole: bool
    """False where some of it is not kept any more."""


@router.get("/offices/{office}/days/{day}/numbers/{number}")
async def trace(
    request: Request,
    office: str,
    day: date,
    number: Annotated[str, Path(max_length=10, description="`A-017`, also written `a17`.")],
    officer: MayTraceNumbers,
) -> TraceOut:
    """Who called a number, served it or sent it away, when, and from which counter."""
    officer.must_work_at(office)
    return TraceOut.model_validate(await queue_of(request).traces.of(office, day, number))
