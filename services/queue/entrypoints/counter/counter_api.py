"""The staff's JSON API at a counter."""

from typing import Annotated

from fastapi import APIRouter, Body, Path
from starlette.requests import Request

from services.queue.context import queue_of
from services.queue.entrypoints.api import ACCEPTED_LATER, PREFIX, taken_out
from services.queue.entrypoints.counter.counter_representations import (
    CloseBody,
    CounterOut,
    DeskOut,
    SignOnBody,
    TicketBody,
    TransferBody,
    WalkInBody,
)
from services.queue.entrypoints.joining import joining
from services.queue.entrypoints.representations import ServiceOut, TicketTakenOut
from services.queue.entrypoints.staff import MayCloseLines, MayWorkAtCounters
from shared.contracts.queue import (
    CallNext,
    CloseLine,
    CounterCommand,
    FinishTicket,
    MarkNoShow,
    ParkTicket,
    PauseCounter,
    PutBackTicket,
    RecallTicket,
    ReopenLine,
    ResumeCounter,
    ResumeTicket,
    ServeTicket,
    SignOff,
    SignOn,
    Slug,
    TicketTaken,
    TransferTicket,
    UndoStep,
)
from shared.staff.entrypoints.officer import Officer
from shared.web.ask import ask
from shared.web.outcomes import PROBLEM

router = APIRouter(prefix=PREFIX, tags=["staff"], responses=PROBLEM)

ACTIONS: dict[str, type[CounterCommand]] = {
    "call-next": CallNext,
    "recall": RecallTicket,
    "serve": ServeTicket,
    "finish": FinishTicket,
    "no-show": MarkNoShow,
    "park": ParkTicket,
    "undo": UndoStep,
    "pause": PauseCounter,
    "resume": ResumeCounter,
    "sign-off": SignOff,
}
"""What an officer does at a counter that needs no more words, by its name in addresses."""
COUNTERS = "/offices/{office}/counters"
COUNTER = COUNTERS + "/{counter}"


@router.get(COUNTERS)
async def counters(request: Request, office: str, officer: MayWorkAtCounters) -> list[DeskOut]:
    """Every counter: whether somebody has signed on there, and who is there."""
    officer.must_work_at(office)
    return [DeskOut.of(desk) for desk in await queue_of(request).desk.counters(office)]


@router.get(COUNTER)
async def counter(request: Request, office: str, counter: str, officer: MayWorkAtCounters) -> CounterOut:
    """A counter: who is there, who is next and why, how many wait, whom it called before."""
    officer.must_work_at(office)
    return CounterOut.model_validate(await queue_of(request).desk.counter(office, counter))


@router.post(COUNTER + "/sign-on", responses=ACCEPTED_LATER)
async def sign_on(
    request: Request,
    office: Slug,
    counter: Slug,
    officer: MayWorkAtCounters,
    body: Annotated[SignOnBody, Body(default_factory=SignOnBody)],
) -> CounterOut:
    """Begin to work at a counter, for all that it is planned for or for some of it."""
    command = SignOn(office=office, counter=counter, services=body.services)
    return await _counter_after(request, command, officer)


@router.post(COUNTER + "/put-back", responses=ACCEPTED_LATER)
async def put_back(
    request: Request, office: Slug, counter: Slug, body: TicketBody, officer: MayWorkAtCounters
) -> CounterOut:
    """Return a called or missed person to the line."""
    command = PutBackTicket(office=office, counter=counter, ticket=body.ticket)
    return await _counter_after(request, command, officer)


@router.post(COUNTER + "/resume-ticket", responses=ACCEPTED_LATER)
async def resume_ticket(
    request: Request, office: Slug, counter: Slug, body: TicketBody, officer: MayWorkAtCounters
) -> CounterOut:
    """Go on serving a parked person, who need not wait again."""
    command = ResumeTicket(office=office, counter=counter, ticket=body.ticket)
    return await _counter_after(request, command, officer)


@router.post(COUNTER + "/transfer", responses=ACCEPTED_LATER)
async def transfer(
    request: Request, office: Slug, counter: Slug, body: TransferBody, officer: MayWorkAtCounters
) -> CounterOut:
    """Send the served person on to another service, where their place in time is kept."""
    command = TransferTicket(office=office, counter=counter, service=body.service)
    return await _counter_after(request, command, officer)


@router.post(COUNTER + "/walk-ins", status_code=201, responses=ACCEPTED_LATER)
async def walk_in(
    request: Request, office: Slug, counter: Slug, body: WalkInBody, officer: MayWorkAtCounters
) -> TicketTakenOut:
    """Take a ticket for a person who stands at the counter, without a telephone."""
    officer.must_work_at(office)
    command = joining(request, office, body.service, way="counter", need=body.need)
    taken = await ask(request, command, actor=officer.actor(counter))
    assert isinstance(taken, TicketTaken)
    return taken_out(queue_of(request), taken)


@router.post(COUNTER + "/{action}", responses=ACCEPTED_LATER)
async def act(
    request: Request,
    office: Slug,
    counter: Slug,
    action: Annotated[str, Path(pattern=f"^({'|'.join(ACTIONS)})$")],
    officer: MayWorkAtCounters,
) -> CounterOut:
    """Call next, recall, serve, finish, park, mark as not come, take a step back; pause, resume, sign off."""
    return await _counter_after(request, ACTIONS[action](office=office, counter=counter), officer)


@router.post("/offices/{office}/services/{service}/close", responses=ACCEPTED_LATER)
async def close_line(
    request: Request,
    office: Slug,
    service: Slug,
    officer: MayCloseLines,
    body: Annotated[CloseBody, Body(default_factory=CloseBody)],
) -> ServiceOut:
    """Give out no more tickets of a service today, and tell those who wait."""
    return await _service_after(request, CloseLine(office=office, service=service, message=body.text), officer)


@router.post("/offices/{office}/services/{service}/reopen", responses=ACCEPTED_LATER)
async def reopen_line(request: Request, office: Slug, service: Slug, officer: MayCloseLines) -> ServiceOut:
    """Take back, within ten seconds, that no more tickets are given out; who was told so hears that it goes on."""
    return await _service_after(request, ReopenLine(office=office, service=service), officer)


async def _service_after(request: Request, command: CloseLine | ReopenLine, officer: Officer) -> ServiceOut:
    officer.must_work_at(command.office)
    await ask(request, command, actor=officer.actor())
    office = await queue_of(request).views.office(command.office)
    return ServiceOut.model_validate(office.service(command.service))


async def _counter_after(
    request: Request, command: CounterCommand | PutBackTicket | ResumeTicket, officer: Officer
) -> CounterOut:
    officer.must_work_at(command.office)
    await ask(request, command, actor=officer.actor(command.counter))
    return CounterOut.model_validate(await queue_of(request).desk.counter(command.office, command.counter))
