"""Between the calendar and the appointment: a code is sent to the telephone, and entered here.

Everything that was written goes along in the forms, with the key under which it is booked, so that nothing is kept of
who never comes back. The browser remembers which code it awaits and which number it has proven, neither as a number.
"""

import re
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from services.queue.context import queue_of
from services.queue.domain import errors
from services.queue.entrypoints.api import outcome_out
from services.queue.entrypoints.citizen.booking import Wish, Wished, calendar_page, reserve
from services.queue.entrypoints.citizen.phone_proof import is_proven, prove, send_code
from services.queue.phones.codes import CODE_LASTS, DIGITS
from services.queue.phones.errors import CodeUsed, CodeWrong, PhoneOutOfReach, PhoneUnproven
from shared.errors import Refused
from shared.web.app import web
from shared.web.i18n import gettext
from shared.web.outcomes import see
from shared.web.problems import Problem

router = APIRouter(prefix="/queue/offices/{office}/services/{service}/appointments", include_in_schema=False)

Challenge = Annotated[str, Form(max_length=100)]
Code = Annotated[str, Form(max_length=64)]

_SEPARATORS = re.compile(r"[\s.\-]+")


@router.post("/code")
async def another_code(request: Request, wish: Wished) -> Response:
    """Send one more code."""
    if wish.errors:
        return await calendar_page(request, wish, errors=wish.errors)
    return await send_code_to(request, wish)


@router.post("/language")
async def in_another_language(request: Request, wish: Wished, challenge: Challenge = "", code: Code = "") -> Response:
    """The same page as it is filled in: no code is sent, and none is tried."""
    if wish.errors:
        return await calendar_page(request, wish, errors=wish.errors)
    return await _page(request, wish, challenge, code=code)


@router.get("/code")
@router.get("/language")
@router.get("/proof")
async def come_back(office: str, service: str) -> Response:
    """Who has only the address of an answer begins anew."""
    return see(Wish(office, service, "", "", "").address)


@router.post("/proof")
async def enter_code(request: Request, wish: Wished, challenge: Challenge = "", code: Code = "") -> Response:
    """Prove the number, and book what was wished."""
    if wish.errors or wish.phone is None:
        return await calendar_page(request, wish, errors=wish.errors)
    digits = _SEPARATORS.sub("", code)
    if not re.fullmatch(rf"[0-9]{{{DIGITS}}}", digits):
        wrong = gettext("Please write the six digits of the message.")
        return await _page(request, wish, challenge, code=code, code_error=wrong)
    try:
        proof = await prove(request, wish.phone, challenge, digits)
    except CodeWrong:
        wrong = gettext("This is not the code that we have sent. Please look at the latest message.")
        return await _page(request, wish, challenge, code_error=wrong)
    except CodeUsed as used:
        return await _booked_already(request, wish.key) or await _refused(request, wish, used)
    except Refused as refused:
        return await _refused(request, wish, refused)
    except Problem as problem:
        return await _page(request, wish, challenge, problem=problem)
    answer = await reserve(request, wish, proven=True)
    queue_of(request).proof_cookie.set(answer, proof)
    queue_of(request).challenge_cookie.clear(answer)
    return answer


def is_proven_here(request: Request, wish: Wish) -> bool:
    """Whether the number was proven in this browser lately."""
    try:
        return is_proven(request, wish.phone or "", queue_of(request).proof_cookie.read(request))
    except PhoneUnproven:
        return False


async def code_page(request: Request, wish: Wish) -> Response:
    """Where the code is entered that is on its way, or that is sent now; wherever there is something to be booked."""
    queue = queue_of(request)
    view = await queue.appointments.calendar(wish.office, wish.service)
    slot = view.slot(wish.begins)
    if slot is None or not slot.left:  # nobody is sent a message for nothing
        full = web(request).problems.refusal(errors.SlotFull.slug, {})
        return await calendar_page(request, wish, problem=full)
    awaited = queue.challenge_cookie.read(request) or ""
    if queue.proving and queue.proving.awaits(wish.phone or "", awaited):
        return await _page(request, wish, awaited)
    return await send_code_to(request, wish)


async def send_code_to(request: Request, wish: Wish) -> Response:
    """Send a code, and show where it is entered."""
    try:
        challenge = await send_code(request, wish.phone or "")
    except PhoneOutOfReach as far:
        refused = web(request).problems.refusal(far.slug, far.details)
        return await calendar_page(request, wish, errors={"phone": refused.detail})
    except Problem as problem:
        return await _page(request, wish, "", problem=problem)
    answer = await _page(request, wish, challenge)
    queue_of(request).challenge_cookie.set(answer, challenge)
    return answer


async def _booked_already(request: Request, key: str) -> Response | None:
    """The appointment, where the same form has booked it: it was sent twice."""
    outcome = await outcome_out(queue_of(request), key)
    return see(outcome.appointment.link) if outcome.appointment else None


async def _refused(request: Request, wish: Wish, refused: Refused) -> Response:
    """The code can't be entered any more: another one is needed."""
    return await _page(request, wish, "", problem=web(request).problems.refusal(refused.slug, refused.details))


async def _page(
    request: Request,
    wish: Wish,
    challenge: str,
    *,
    code: str = "",
    code_error: str = "",
    problem: Problem | None = None,
) -> Response:
    """`challenge`: empty where there is no code to be entered."""
    view = await queue_of(request).appointments.calendar(wish.office, wish.service)
    return web(request).templates.page(
        request,
        "phone.html",
        problem.status if problem else 422 if code_error else 200,
        headers=problem.headers if problem else None,
        calendar=view,
        wish=wish,
        chosen=view.slot(wish.begins),
        challenge=challenge,
        minutes=int(CODE_LASTS.total_seconds() // 60),
        code=code,
        code_error=code_error,
        problem=problem,
    )
