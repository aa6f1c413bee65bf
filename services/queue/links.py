"""Secret links: who has a ticket's holds the ticket, who has an appointment's holds the appointment.

Invariant: a link is computed from an id by a key that only API processes have, so it is stored nowhere and never on
the bus. An id alone opens nothing, and neither kind of link opens the other.
"""

import base64
import hashlib
import hmac
from typing import ClassVar

from services.queue.domain.errors import AppointmentUnknown, TicketUnknown
from shared.errors import Refused

_MAC_LENGTH = 22
"""132 bits of base64url."""


class _Links:
    """Makes and reads secret links of one kind."""

    _folder: ClassVar[str]
    _unknown: ClassVar[type[Refused]]

    def __init__(self, key: bytes) -> None:
        """A kind has a key of its own."""
        self._key = key

    def token(self, id: str) -> str:
        """`<id>.<proof>`, as it stands in addresses."""
        return f"{id}.{self._mac(id)}"

    def path(self, id: str) -> str:
        """Where the holder finds the page."""
        return f"{self._folder}{self.token(id)}"

    def _read(self, token: str) -> str:
        id, _, mac = token.rpartition(".")
        if not hmac.compare_digest(mac.encode("utf-8", "replace"), self._mac(id).encode()):
            raise self._unknown
        return id

    def _mac(self, id: str) -> str:
        digest = hmac.new(self._key, id.encode("utf-8", "replace"), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode()[:_MAC_LENGTH]


class Links(_Links):
    """Of tickets."""

    _folder = "/queue/t/"
    _unknown = TicketUnknown

    def ticket(self, token: str) -> str:
        """The id of the ticket that a token opens. Raises `TicketUnknown` for a wrong one."""
        return self._read(token)


class AppointmentLinks(_Links):
    """Of appointments."""

    _folder = "/queue/a/"
    _unknown = AppointmentUnknown

    def appointment(self, token: str) -> str:
        """The id of the appointment that a token opens. Raises `AppointmentUnknown` for a wrong one."""
        return self._read(token)
