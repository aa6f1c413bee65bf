"""The public JSON API by which a telephone number is proven: a code is sent to it, and who enters it has a proof."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import AfterValidator, Field, StringConstraints
from starlette.requests import Request

from services.queue.entrypoints.api import PREFIX
from services.queue.entrypoints.citizen.citizen_representations import written_phone
from services.queue.entrypoints.citizen.phone_proof import prove, send_code
from services.queue.phones.codes import CODE_LASTS, DIGITS, PROOF_LASTS
from shared.web.outcomes import PROBLEM
from shared.web.representations import Body, Resource

LIMITED: dict[int | str, dict[str, Any]] = {
    429: {"description": "Too often: `Retry-After` says when it goes on", "content": {"application/problem+json": {}}}
}

router = APIRouter(prefix=f"{PREFIX}/phones", tags=["phones"], responses={**PROBLEM, **LIMITED})

Written = Annotated[str, Field(max_length=32), AfterValidator(written_phone)]


class CodeBody(Body):
    """Whose telephone a code is sent to."""

    phone: Written


class CodeSentOut(Resource):
    """A code is on its way."""

    challenge: str
    """What the code answers: send it back with the code."""
    digits: int
    """How many the code has."""
    good_for_seconds: int
    """How long it can be entered."""


class ProofBody(Body):
    """The code as it came."""

    phone: Written
    challenge: Annotated[str, Field(max_length=100)]
    code: Annotated[str, StringConstraints(strip_whitespace=True, pattern=rf"^[0-9]{{{DIGITS}}}$")]


class ProofOut(Resource):
    """That the number is the caller's."""

    proof: str
    """Goes with what needs it, such as booking an appointment. Good for this number alone."""
    good_for_seconds: int


@router.post("/codes", status_code=201)
async def codes(request: Request, body: CodeBody) -> CodeSentOut:
    """Have a code sent to a number. Refused where the installation proves no numbers: then none needs a proof."""
    challenge = await send_code(request, body.phone)
    return CodeSentOut(challenge=challenge, digits=DIGITS, good_for_seconds=int(CODE_LASTS.total_seconds()))


@router.post("/proofs", status_code=201)
async def proofs(request: Request, body: ProofBody) -> ProofOut:
    """Have a proof for the code. A code is good once, and after five wrong ones not any more."""
    proof = await prove(request, body.phone, body.challenge, body.code)
    return ProofOut(proof=proof, good_for_seconds=int(PROOF_LASTS.total_seconds()))
