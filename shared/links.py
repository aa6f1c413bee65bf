"""Secret links: who has something's link holds it, such as a ticket or a report.

Invariant: a link is computed from an id by a key that only API processes have, so it is stored nowhere and never on
the bus. An id alone opens nothing, and a link of one kind opens nothing of another, since each kind has its own key.
"""

import base64
import hashlib
import hmac

from shared.errors import Refused

_MAC_LENGTH = 22
"""132 bits of base64url."""


class SecretLinks:
    """Makes and reads secret links of one kind."""

    def __init__(self, key: bytes, folder: str, unknown: type[Refused]) -> None:
        """`folder` is where the pages are, `/queue/t/`; `unknown` tells of a link that opens nothing."""
        self._key = key
        self._folder = folder
        self._unknown = unknown

    def token(self, id: str) -> str:
        """`<id>.<proof>`, as it stands in addresses."""
        return f"{id}.{self._mac(id)}"

    def path(self, id: str) -> str:
        """Where the holder finds the page."""
        return f"{self._folder}{self.token(id)}"

    def read(self, token: str) -> str:
        """The id that a token opens. Raises the kind's `unknown` for a wrong one."""
        id, _, mac = token.rpartition(".")
        if not hmac.compare_digest(mac.encode("utf-8", "replace"), self._mac(id).encode()):
            raise self._unknown
        return id

    def _mac(self, id: str) -> str:
        digest = hmac.new(self._key, id.encode("utf-8", "replace"), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode()[:_MAC_LENGTH]
