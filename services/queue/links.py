"""The secret link of a ticket: who has it holds the ticket.

Invariant: the link is computed from the ticket's id by a key that only API processes have, so it is stored
nowhere and never on the bus. A ticket's id alone opens nothing.
"""

import base64
import hashlib
import hmac

from services.queue.domain.errors import TicketUnknown

_MAC_LENGTH = 22
"""132 bits of base64url."""


class Links:
    """Makes and reads secret links."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def token(self, ticket: str) -> str:
        """`<ticket id>.<proof>`, as it stands in addresses."""
        return f"{ticket}.{self._mac(ticket)}"

    def path(self, ticket: str) -> str:
        """Where the holder finds the ticket."""
        return f"/queue/t/{self.token(ticket)}"

    def ticket(self, token: str) -> str:
        """The id of the ticket that a token opens. Raises `TicketUnknown` for a wrong one."""
        ticket, _, mac = token.rpartition(".")
        if not hmac.compare_digest(mac.encode(), self._mac(ticket).encode()):
            raise TicketUnknown
        return ticket

    def _mac(self, ticket: str) -> str:
        digest = hmac.new(self._key, ticket.encode("utf-8", "replace"), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode()[:_MAC_LENGTH]
