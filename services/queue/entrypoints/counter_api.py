"""The staff's JSON API at a counter."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from starlette.requests import Request

from services.queue.context import queue_of
from services.queue.entrypoints.api import ACCEPTED_LATER, PREFIX, PROBLEM, later
from services.queue.entrypoints.ask import ask
from services.queue.entrypoints.officer import MayCloseLines, MayWorkAtCounters, Officer
from services.queue.entrypoints.representations import CounterOut, PutBackBody, ServiceOut
from shared.contracts.queue import (
    CallNext,
    CloseLine,
    CounterCommand,
    FinishTicket,
    MarkNoShow,
    PutBackTicket,
    RecallTicket,
    ServeTicket,
    Slug,
)
from shared.messaging.errors import Pending

router = APIRouter(prefix=PREFIX, tags=["staff"], responses=PROBLEM)

ACTIONS: dict[str, type[CounterCommand]] = {
    "call-next": CallNext,
    "recall": RecallTicket,
    "serve": ServeTicket,
    "finish": FinishTicket,
    "no-show": MarkNoShow,
}
"""What an officer does with the person at the counter, by its name in addresses."""
COUNTER = "/offices/{office}/counters/{counter}"


@router.get(COUNTER)
async def counter(request: Request, office: str, counter: str, officer: MayWorkAtCounters) -> CounterOut:
    """A counter: who is there, how many wait, whom it called before."""
    officer.must_work_at(office)
    return CounterOut.model_validate(await queue_of(request).views.counter(office, counter))


@router.post(COUNTER + "/put-back", response_model=CounterOut, responses=ACCEPTED_LATER)
async def put_back(
    request: Request, office: Slug, counter: Slug, body: PutBackBody, officer: MayWorkAtCounters
) -> CounterOut | Response:
    """Return a called or missed person to the line."""
    command = PutBackTicket(office=office, counter=counter, ticket=body.ticket)
    return await _counter_after(request, command, officer)


@router.post(COUNTER + "/{action}", response_model=CounterOut, responses=ACCEPTED_LATER)
async def act(
    request: Request,
    office: Slug,
    counter: Slug,
    action: Annotated[str, Path(pattern=f"^({'|'.join(ACTIONS)})$")],
    officer: MayWorkAtCounters,
) -> CounterOut | Response:
    """Call next, recall, serve, finish, or mark as not come."""
    return await _counter_after(request, ACTIONS[action](office=office, counter=counter), officer)


@router.post("/offices/{office}/services/{service}/close", response_model=ServiceOut, responses=ACCEPTED_LATER)
async def close_line(request: Request, office: Slug, service: Slug, officer: MayCloseLines) -> ServiceOut | Response:
    """Give out no more tickets of a service today."""
    officer.must_work_at(office)
    try:
        await ask(request, CloseLine(office=office, service=service), actor=officer.actor())
    except Pending as pending:
        return later(pending)
    return ServiceOut.model_validate((await queue_of(request).views.office(office)).service(service))


async def _counter_after(
    request: Request, command: CounterCommand | PutBackTicket, officer: Officer
) -> CounterOut | Response:
    officer.must_work_at(command.office)
    try:
        await ask(request, command, actor=officer.actor(command.counter))
    except Pending as pending:
        return later(pending)
    return CounterOut.model_validate(await queue_of(request).views.counter(command.office, command.counter))
