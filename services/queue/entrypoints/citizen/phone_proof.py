"""Telephone numbers and their proofs, as the JSON API and the pages of booking have them."""

from urllib.parse import urlsplit

from starlette.requests import Request

from services.queue.context import Queue, queue_of
from services.queue.phones.codes import CODE_LASTS
from services.queue.phones.errors import MustWait, NotSent, PhonesNotProven
from services.queue.phones.proving import Proving
from shared.web.context import address_of
from shared.web.i18n import gettext
from shared.web.problems import RETRY_AFTER_SECONDS, Problem, too_many_requests


async def send_code(request: Request, phone: str) -> str:
    """Send a code to a number; returns the challenge that it answers.

    Raises `PhonesNotProven`, `PhoneOutOfReach`, 429 for who must wait, 503 where the gateway is away.
    """
    queue = queue_of(request)
    try:
        return await _proving(queue).send_code(phone, address_of(request), lambda code: _words(queue, code))
    except MustWait as wait:
        raise too_many_requests(wait.seconds) from None
    except NotSent:
        raise Problem(
            503,
            "code-not-sent",
            gettext("The code could not be sent"),
            gettext("Please try again in a moment. Nothing of what you have written is lost."),
            headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
        ) from None


async def prove(request: Request, phone: str, challenge: str, code: str) -> str:
    """The proof for the code that was sent. Raises as `Proving.prove` does, and 429 for who must wait."""
    try:
        return await _proving(queue_of(request)).prove(phone, challenge, code, address_of(request))
    except MustWait as wait:
        raise too_many_requests(wait.seconds) from None


def is_proven(request: Request, phone: str, proof: str | None) -> bool:
    """Whether a number is proven to be the caller's: never where nobody sends codes. Raises `PhoneUnproven`."""
    proving = queue_of(request).proving
    if proving is None:
        return False
    proving.check(phone, proof)
    return True


def _proving(queue: Queue) -> Proving:
    if queue.proving is None:
        raise PhonesNotProven
    return queue.proving


def _words(queue: Queue, code: str) -> str:
    """The message. Its last line lets a telephone offer the code to our pages and to no others."""
    minutes = int(CODE_LASTS.total_seconds() // 60)
    told = gettext("Kentongan: your code is %(code)s. It is good for %(minutes)s minutes. Give it to nobody.") % {
        "code": code,
        "minutes": minutes,
    }
    host = urlsplit(queue.public_url).hostname
    return f"{told}\n\n@{host} #{code}" if host else told
