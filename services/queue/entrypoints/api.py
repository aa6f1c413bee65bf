"""The public JSON API below `/queue/api/v1`: offices, tickets, boards, and what became of a command."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from starlette.requests import Request

from services.queue.context import Queue, queue_of
from services.queue.entrypoints.citizen.citizen_representations import DelayBody, FeedbackBody, VisitOut
from services.queue.entrypoints.joining import joining
from services.queue.entrypoints.representations import (
    AppointmentBookedOut,
    BoardOut,
    OfficeOut,
    OutcomeOut,
    ServiceOut,
    TakeTicketBody,
    TicketOut,
    TicketTakenOut,
)
from services.queue.views.lobby import Part
from shared.contracts.queue import (
    AppointmentBooked,
    BookAppointment,
    CancelTicket,
    CheckIn,
    DelayTicket,
    GiveFeedback,
    TakeTicket,
    TicketTaken,
)
from shared.messaging.errors import Pending
from shared.web.ask import CITIZEN, ask
from shared.web.outcomes import PROBLEM, CommandId, accepted_later, outcome_of

PREFIX = "/queue/api/v1"
ACCEPTED_LATER = accepted_later(OutcomeOut)

router = APIRouter(prefix=PREFIX, tags=["citizens"], responses=PROBLEM)

Token = Annotated[str, Path(max_length=128, description="`<ticket id>.<proof>`, the last part of a ticket's link")]
Some = Annotated[
    str,
    Query(max_length=400, pattern="^[a-z0-9,-]*$", description="Short names with commas between them; empty for all"),
]


@router.get("/offices")
async def offices(request: Request) -> list[OfficeOut]:
    """Every office, with its services and whether they are open now."""
    return [OfficeOut.model_validate(office) for office in await queue_of(request).views.offices()]


@router.get("/offices/{office}")
async def office(request: Request, office: str) -> OfficeOut:
    """One office."""
    return OfficeOut.model_validate(await queue_of(request).views.office(office))


@router.get("/offices/{office}/services/{service}")
async def service(request: Request, office: str, service: str) -> ServiceOut:
    """A service: its procedure, hours, fees, and today's line."""
    return ServiceOut.model_validate((await queue_of(request).views.office(office)).service(service))


@router.get("/offices/{office}/board")
async def board(request: Request, office: str, counters: Some = "", services: Some = "") -> BoardOut:
    """The lobby board: the latest call of each counter, and how many wait; of a part of the office where named."""
    part = Part.read(counters, services)
    return BoardOut.model_validate(await queue_of(request).lobby.board(office, part))


@router.post("/tickets", status_code=201, responses=ACCEPTED_LATER)
async def take_ticket(request: Request, response: Response, body: TakeTicketBody) -> TicketTakenOut:
    """Take a ticket. The `Idempotency-Key` is the ticket's id: sent again it gives the same ticket."""
    family = None if body.family is None else queue_of(request).links.ticket(body.family)
    command = joining(request, body.office, body.service, phone=body.phone, need=body.need, family=family)
    return await take(request, response, command)


@router.get("/tickets/{token}")
async def ticket(request: Request, token: Token) -> TicketOut:
    """A ticket as it stands now, for its holder."""
    queue = queue_of(request)
    return TicketOut.model_validate(await queue.views.ticket(queue.links.ticket(token)))


@router.post("/tickets/{token}/cancel", responses=ACCEPTED_LATER)
async def cancel_ticket(request: Request, token: Token) -> TicketOut:
    """Leave the line."""
    queue = queue_of(request)
    view = await queue.views.ticket(queue.links.ticket(token))
    await ask(request, CancelTicket(office=view.office, ticket=view.id))
    return TicketOut.model_validate(await queue.views.ticket(view.id))


@router.get("/tickets/{token}/visit")
async def visit(request: Request, token: Token) -> VisitOut:
    """What to bring and where to go, what the holder can still do, and the tickets of the same family."""
    queue = queue_of(request)
    return VisitOut.of(await queue.holders.visit(queue.links.ticket(token)), queue.links)


@router.post("/tickets/{token}/delay", responses=ACCEPTED_LATER)
async def delay_ticket(request: Request, token: Token, body: DelayBody) -> TicketOut:
    """Let others go first for a while."""
    queue = queue_of(request)
    view = await queue.views.ticket(queue.links.ticket(token))
    await ask(request, DelayTicket(office=view.office, ticket=view.id, minutes=body.minutes))
    return TicketOut.model_validate(await queue.views.ticket(view.id))


@router.post("/tickets/{token}/feedback", responses=ACCEPTED_LATER)
async def give_feedback(request: Request, token: Token, body: FeedbackBody) -> VisitOut:
    """Say how a finished visit was, once, within a week."""
    queue = queue_of(request)
    view = await queue.views.ticket(queue.links.ticket(token))
    await ask(request, GiveFeedback(office=view.office, ticket=view.id, score=body.score, words=body.words))
    return VisitOut.of(await queue.holders.visit(view.id), queue.links)


@router.get("/commands/{id}", responses=ACCEPTED_LATER)
async def command(request: Request, id: CommandId) -> OutcomeOut:
    """What became of a command: 202 while nothing has."""
    outcome = await outcome_out(queue_of(request), id)
    if outcome.status == "pending":
        raise Pending(id)
    return outcome


async def outcome_out(queue: Queue, id: str) -> OutcomeOut:
    """What became of a command, with what it made."""
    known = await outcome_of(queue.store, id)
    outcome = OutcomeOut(id=id, status=known.status, reason=known.reason, details=dict(known.details))
    if known.status == "accepted" and known.type in (TakeTicket.type(), CheckIn.type()):
        outcome.ticket = taken_out(queue, TicketTaken.model_validate_json(known.event))
    elif known.status == "accepted" and known.type == BookAppointment.type():
        outcome.appointment = booked_out(queue, AppointmentBooked.model_validate_json(known.event))
    return outcome


async def take(
    request: Request, response: Response, command: TakeTicket | CheckIn, *, actor: str = CITIZEN
) -> TicketTakenOut:
    """Ask for a ticket and tell where it is."""
    taken = await ask(request, command, actor=actor)
    assert isinstance(taken, TicketTaken)
    ticket = taken_out(queue_of(request), taken)
    response.headers["Location"] = f"{PREFIX}/tickets/{ticket.link.rpartition('/')[2]}"
    return ticket


def booked_out(queue: Queue, booked: AppointmentBooked) -> AppointmentBookedOut:
    """An appointment that has just been booked, with its link."""
    return AppointmentBookedOut(
        id=booked.appointment,
        office=booked.office,
        service=booked.service,
        slot=booked.slot,
        link=queue.appointment_links.path(booked.appointment),
    )


def taken_out(queue: Queue, taken: TicketTaken) -> TicketTakenOut:
    """A ticket that has just been taken, with its link."""
    return TicketTakenOut(
        id=taken.ticket,
        number=taken.number,
        office=taken.office,
        service=taken.service,
        place=taken.place,
        link=queue.links.path(taken.ticket),
    )
