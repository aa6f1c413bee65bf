"""Ids of posted requests: who has one can follow how far the request is, and nothing else.

Invariant: an id is computed by a key of its own, so that it opens no page of the reporter's, and no id of anything else
opens it.
"""

import hashlib
import hmac
import re

from services.reports.domain.errors import IncidentUnknown

_ID = re.compile(r"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})-([0-9a-f]{32})")


class RequestIds:
    """Makes and reads them."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def id(self, incident: str) -> str:
        """By which a posted request is followed."""
        return f"{incident}-{self._proof(incident)}"

    def read(self, id: str) -> str:
        """The incident. Raises `IncidentUnknown`."""
        found = _ID.fullmatch(id)
        if found is None or not hmac.compare_digest(found[2], self._proof(found[1])):
            raise IncidentUnknown
        return found[1]

    def _proof(self, incident: str) -> str:
        return hmac.new(self._key, incident.encode(), hashlib.sha256).hexdigest()[:32]
