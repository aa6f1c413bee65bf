"""Tracking codes: a report's number and a short proof, to be written down or read out over the telephone.

    2026-000123-7QF4-K29X

Invariant: like a link, a code is computed by a key that only API processes have and is stored nowhere. Its 40 bits
hold against guessing because whoever guesses is slowed down where codes are entered.
"""

import hashlib
import hmac
import re

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: nothing in it is taken for something else."""
_SLIPS = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_CODE = re.compile(r"([0-9]{4})-?([0-9]{6,})-?([0-9A-Z]{4})-?([0-9A-Z]{4})")


class Codes:
    """Makes and checks codes."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def code(self, number: str, id: str) -> str:
        """The code of an incident."""
        proof = self._proof(id)
        return f"{number}-{proof[:4]}-{proof[4:]}"

    def number(self, written: str) -> str | None:
        """The incident's number in what somebody has written; None where it is no code."""
        found = _CODE.fullmatch(_plain(written))
        return f"{found[1]}-{found[2]}" if found else None

    def opens(self, written: str, number: str, id: str) -> bool:
        """Whether a code is this incident's."""
        return hmac.compare_digest(_plain(written).replace("-", ""), self.code(number, id).replace("-", ""))

    def _proof(self, id: str) -> str:
        bits = int.from_bytes(hmac.new(self._key, id.encode(), hashlib.sha256).digest()[:5], "big")
        return "".join(_ALPHABET[bits >> shift & 31] for shift in range(35, -1, -5))


def _plain(written: str) -> str:
    """Upper case, without spaces, and what is easily mistaken mended."""
    return re.sub(r"\s", "", written).upper().translate(_SLIPS).encode("ascii", "ignore").decode()
