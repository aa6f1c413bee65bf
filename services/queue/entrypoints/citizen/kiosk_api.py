"""The JSON API of kiosks: an officer makes a device one, and the device takes tickets."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from starlette.requests import Request

from services.queue.context import queue_of
from services.queue.entrypoints.api import ACCEPTED_LATER, PREFIX, take
from services.queue.entrypoints.citizen.citizen_representations import KioskOpenedOut, KioskOut, KioskTicketBody
from services.queue.entrypoints.citizen.kiosk import open_kiosk, the_kiosk
from services.queue.entrypoints.joining import joining
from services.queue.entrypoints.representations import TicketTakenOut
from services.queue.entrypoints.staff import MayWorkAtCounters
from shared.contracts.queue import Slug
from shared.web.outcomes import PROBLEM
from shared.web.problems import problem

router = APIRouter(prefix=PREFIX + "/offices/{office}/kiosks", tags=["kiosks"], responses=PROBLEM)


@router.post("", status_code=201)
async def start_kiosk(request: Request, office: Slug, officer: MayWorkAtCounters) -> KioskOpenedOut:
    """Make a device a kiosk of the office, until somebody ends that."""
    officer.must_work_at(office)
    return KioskOpenedOut(token=await open_kiosk(request, officer))


@router.get("")
async def kiosks(request: Request, office: Slug, officer: MayWorkAtCounters) -> list[KioskOut]:
    """The office's kiosks, the newest first."""
    officer.must_work_at(office)
    return [KioskOut.model_validate(session) for session in await queue_of(request).kiosks.of(office)]


@router.delete("/{id}", status_code=204)
async def end_kiosk(
    request: Request, office: Slug, id: Annotated[str, Path(max_length=64)], officer: MayWorkAtCounters
) -> None:
    """Have a device be a kiosk no more."""
    officer.must_work_at(office)
    if not await queue_of(request).kiosks.end_of(office, id):
        raise problem(404)


@router.post("/tickets", status_code=201, response_model=TicketTakenOut, responses=ACCEPTED_LATER)
async def take_ticket(
    request: Request, response: Response, office: Slug, body: KioskTicketBody
) -> TicketTakenOut | Response:
    """Take a ticket from the kiosk's share, by a kiosk's token."""
    kiosk = await the_kiosk(request, office)
    command = joining(request, office, body.service, way="kiosk", need=body.need)
    return await take(request, response, command, actor=kiosk.actor)
