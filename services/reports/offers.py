"""Offers of "is it this one?": which report is meant, told to somebody who must not learn its id.

Invariant: an offer can be neither read nor made without a key that only API processes have, and it holds for an hour.
"""

import base64
from datetime import datetime, timedelta

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from services.reports.domain.errors import IncidentUnknown

LASTS = timedelta(hours=1)


class Offers:
    """Makes and reads offers."""

    def __init__(self, key: bytes) -> None:
        """`key` has 32 bytes."""
        self._box = SecretBox(key)

    def offer(self, incident: str, at: datetime) -> str:
        """An incident, hidden."""
        return base64.urlsafe_b64encode(self._box.encrypt(f"{int(at.timestamp())} {incident}".encode())).decode()

    def read(self, offer: str, at: datetime) -> str:
        """The incident that was offered. Raises `IncidentUnknown` for anything else, and after an hour."""
        try:
            made, _, incident = self._box.decrypt(base64.urlsafe_b64decode(offer)).decode().partition(" ")
        except (CryptoError, ValueError):
            raise IncidentUnknown from None
        if at > datetime.fromtimestamp(int(made), at.tzinfo) + LASTS:
            raise IncidentUnknown
        return incident
