"""How a telephone number is proven: ask for a code, enter it, and show the proof where it is wanted."""

from collections.abc import Callable

from services.queue.phones.codes import CODE_LASTS, Codes
from services.queue.phones.errors import (
    CodeExhausted,
    CodeExpired,
    CodeUnknown,
    CodeUsed,
    CodeWrong,
    MustWait,
    NotSent,
    PhoneOutOfReach,
    PhoneUnproven,
)
from services.queue.phones.limits import Limits
from services.queue.phones.sender import Sender
from shared.clock import Clock
from shared.log import get_logger
from shared.metrics import PHONE_CODES

log = get_logger(__name__)


class Proving:
    """Proves numbers, each in E.164 form. Every asynchronous method may raise `Transient`."""

    def __init__(
        self,
        sender: Sender,
        codes: Codes,
        limits: Limits,
        clock: Clock,
        *,
        service: str,
        countries: tuple[str, ...] = (),
    ) -> None:
        """`countries`: how numbers begin to which codes are sent; none for all."""
        self._sender = sender
        self._codes = codes
        self._limits = limits
        self._clock = clock
        self._service = service
        self._countries = countries

    async def send_code(self, phone: str, address: str, words: Callable[[str], str]) -> str:
        """Send a code for who asks from an address; returns the challenge that it answers. `words` say what it is.

        Raises `PhoneOutOfReach`, `MustWait`, `NotSent`.
        """
        if self._countries and not phone.startswith(self._countries):
            raise PhoneOutOfReach(countries=", ".join(self._countries))
        now = self._clock()
        if wait := await self._limits.begin_sending(phone, address, now):
            self._count("limited")
            raise MustWait(wait.total_seconds())
        challenge = self._codes.challenge(phone, now)
        try:
            await self._sender.send(phone, words(self._codes.code(phone, challenge)))
        except NotSent as error:
            self._count("not-sent")
            log.warning("a code could not be sent", reason=str(error))
            await self._limits.not_sent(phone, address)
            raise
        self._count("sent")
        return challenge

    def awaits(self, phone: str, challenge: str) -> bool:
        """Whether the code of a challenge for this number is still good to be entered, as far as its time goes."""
        try:
            return self._clock() - self._codes.sent_at(phone, challenge) <= CODE_LASTS
        except CodeUnknown:
            return False

    async def prove(self, phone: str, challenge: str, code: str, address: str) -> str:
        """A proof for who has entered the code that was sent; it counts once.

        Raises `CodeUnknown`, `CodeExpired`, `CodeExhausted`, `CodeUsed`, `CodeWrong`, `MustWait`.
        """
        if self._clock() - self._codes.sent_at(phone, challenge) > CODE_LASTS:
            raise CodeExpired
        if wait := await self._limits.begin_entering(address):
            self._count("limited")
            raise MustWait(wait.total_seconds())
        if not await self._limits.has_tries(challenge):
            raise CodeExhausted
        if not self._codes.matches(phone, challenge, code):
            self._count("wrong")
            raise CodeWrong
        if not await self._limits.is_first_use(challenge):
            raise CodeUsed
        await self._limits.proven(phone, address)
        self._count("proven")
        return self._codes.proof(phone, self._clock())

    def check(self, phone: str, proof: str | None) -> None:
        """Raises `PhoneUnproven` unless a proof shows that the number is the caller's."""
        if not proof:
            raise PhoneUnproven(reason="missing")
        until = self._codes.proven_until(phone, proof)
        if until is None:
            raise PhoneUnproven(reason="not-of-this-phone")
        if self._clock() > until:
            raise PhoneUnproven(reason="expired")

    def _count(self, outcome: str) -> None:
        PHONE_CODES.labels(self._service, outcome).inc()
