"""Passes: for a while somebody may be given a file, since it was written down that they may.

Invariant: a pass is made only after the custody log has its entry, names that entry, and is worth something to that
person alone. So a player can ask for piece after piece of a video and the log has one entry for it.
"""

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shared.auth.keys import mac
from shared.clock import Clock
from shared.contracts.reports.evidence import Access, Variant

LASTS = timedelta(hours=2)
"""Longer than anybody watches one recording."""


@dataclass(frozen=True, slots=True)
class Pass:
    """What somebody may be given."""

    evidence: str
    access: Access
    variant: Variant
    entry: int
    """The number of the entry of the custody log."""
    actor: str
    expires_at: datetime


class Passes:
    """Makes and reads them."""

    def __init__(self, key: bytes, clock: Clock) -> None:
        self._key = key
        self._clock = clock

    def issue(self, evidence: str, access: Access, variant: Variant, entry: int, actor: str) -> str:
        """A pass, as it stands in an address."""
        expires = int((self._clock() + LASTS).timestamp())
        told = f"{evidence}.{access}.{variant}.{entry}.{expires}"
        return f"{told}.{self._mac(told, actor)}"

    def read(self, token: str, actor: str) -> Pass | None:
        """What a pass is good for; None where it is none, is another person's, or is too old."""
        told, _, proof = token.rpartition(".")
        if not hmac.compare_digest(proof.encode("utf-8", "replace"), self._mac(told, actor).encode()):
            return None
        evidence, access, variant, entry, expires = told.split(".")
        expires_at = datetime.fromtimestamp(int(expires), UTC)
        if expires_at <= self._clock():
            return None
        return Pass(evidence, access, variant, int(entry), actor, expires_at)  # type: ignore[arg-type]  # ours

    def _mac(self, told: str, actor: str) -> str:
        return mac(self._key, f"{actor}\n{told}")
