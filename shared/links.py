"""Secret links: who has something's link holds it, such as a ticket or a report.

Invariant: a link is computed from an id by a key that only API processes have, so it is stored nowhere and never on
the bus. An id alone opens nothing, and a link of one kind opens nothing of another, since each kind has its own key.
"""

import hmac

from shared.auth.keys import mac
from shared.errors import Refused


class SecretLinks:
    """Makes and reads secret links of one kind."""

    def __init__(self, key: bytes, folder: str, unknown: type[Refused]) -> None:
        """`folder` is where the pages are, `/queue/t/`; `unknown` tells of a link that opens nothing."""
        self._key = key
        self._folder = folder
        self._unknown = unknown

    def token(self, id: str) -> str:
        """`<id>.<proof>`, as it stands in addresses."""
        return f"{id}.{mac(self._key, id)}"

    def path(self, id: str) -> str:
        """Where the holder finds the page."""
        return f"{self._folder}{self.token(id)}"

    def read(self, token: str) -> str:
        """The id that a token opens. Raises the kind's `unknown` for a wrong one."""
        id, _, proof = token.rpartition(".")
        if not hmac.compare_digest(proof.encode("utf-8", "replace"), mac(self._key, id).encode()):
            raise self._unknown
        return id
