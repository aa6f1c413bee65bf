"""Codes, challenges and proofs of telephone numbers, all computed from a key that only API processes have.

    challenge   `<when>.<random>.<mac>`, for who asked for a code: names one sending to one number
    code        six digits that follow from number and challenge (the truncation of RFC 4226, on SHA-256)
    proof       `<until>.<mac>`, for who entered the code: good for one number, for a while

Invariant: none of them is stored, and none tells the number. Who has a challenge and not the telephone can only guess.
"""

import hashlib
import hmac
import re
import secrets
from datetime import UTC, datetime, timedelta

from services.queue.phones.errors import CodeUnknown
from shared.auth.keys import mac

DIGITS = 6
CODE_LASTS = timedelta(minutes=10)
PROOF_LASTS = timedelta(hours=12)
"""A day's errands. Numbers change hands, and browsers are shared."""

_CHALLENGE = re.compile(r"([0-9]{1,12})\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{22}")
_PROOF = re.compile(r"([0-9]{1,12})\.[A-Za-z0-9_-]{22}")


class Codes:
    """Makes and reads them."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def challenge(self, phone: str, now: datetime) -> str:
        """A new one, for a code that is about to be sent."""
        begun = f"{int(now.timestamp())}.{secrets.token_urlsafe(16)}"
        return f"{begun}.{self._mac('challenge', phone, begun)}"

    def sent_at(self, phone: str, challenge: str) -> datetime:
        """When a challenge was made for this number. Raises `CodeUnknown` where it was not."""
        match = _CHALLENGE.fullmatch(challenge)
        begun, _, proof = challenge.rpartition(".")
        if match is None or not hmac.compare_digest(proof, self._mac("challenge", phone, begun)):
            raise CodeUnknown
        return datetime.fromtimestamp(int(match[1]), UTC)

    def code(self, phone: str, challenge: str) -> str:
        """What is sent to the telephone."""
        digest = hmac.new(self._key, self._told("code", phone, challenge).encode(), hashlib.sha256).digest()
        offset = digest[-1] & 0xF
        number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
        return f"{number % 10**DIGITS:0{DIGITS}}"

    def matches(self, phone: str, challenge: str, written: str) -> bool:
        """Whether it is the code of a challenge, in time that tells nothing."""
        return hmac.compare_digest(written.encode("utf-8", "replace"), self.code(phone, challenge).encode())

    def proof(self, phone: str, now: datetime) -> str:
        """That the number is somebody's, until `PROOF_LASTS` from now."""
        until = str(int((now + PROOF_LASTS).timestamp()))
        return f"{until}.{self._mac('proof', phone, until)}"

    def proven_until(self, phone: str, proof: str) -> datetime | None:
        """Until when a proof is good, which may have been; None where it is none of this number."""
        match = _PROOF.fullmatch(proof)
        until, _, code = proof.rpartition(".")
        if match is None or not hmac.compare_digest(code, self._mac("proof", phone, until)):
            return None
        return datetime.fromtimestamp(int(until), UTC)

    def _mac(self, purpose: str, phone: str, of: str) -> str:
        return mac(self._key, self._told(purpose, phone, of))

    def _told(self, purpose: str, phone: str, of: str) -> str:
        number = hmac.new(self._key, f"phone\n{phone}".encode(), hashlib.sha256).hexdigest()
        return f"{purpose}\n{number}\n{of}"
