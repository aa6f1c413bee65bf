"""Destinations: where an agency wants webhooks, and how that goes.

    active → disabled     by itself where the receiver answers 410, or by a person
       └───────┘          again by a person

Invariants: one process at a time sends to a destination, by a lease, as long as there is work; an agency sees and
changes its own alone.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from services.reports.bridges.signing import Signatures
from shared.clock import Clock
from shared.errors import Refused
from shared.mongo import Database, passing_errors, put

DESTINATIONS_MOST = 10
"""Of one agency with one office."""
LEASE = timedelta(seconds=30)
"""Longer than a piece of work takes; and how long what a dead process had in hand stays undone."""
State = Literal["active", "disabled"]


class DestinationUnknown(Refused):
    """The agency has no such destination."""

    slug = "webhook-unknown"


class TooManyDestinations(Refused):
    """The agency has as many as it can have."""

    slug = "too-many-webhooks"


@dataclass(frozen=True, slots=True)
class Destination:
    """Where webhooks go."""

    id: str
    office: str
    agency: str
    name: str
    url: str
    secret: bytes
    """Sealed."""
    state: State
    reason: str
    """Why it is disabled."""
    made_at: datetime
    made_by: str
    replay_from: datetime | None
    """Since when everything is to be sent once more."""
    delivered_at: datetime | None
    failed_at: datetime | None
    failed_for: str


class Destinations:
    """Those of all agencies. Each method may raise `Transient`."""

    def __init__(self, database: Database, signatures: Signatures, clock: Clock) -> None:
        self._destinations = database["webhook_destinations"]
        self._signatures = signatures
        self._clock = clock

    async def prepare(self) -> None:
        """The indexes."""
        with passing_errors():
            await self._destinations.create_index([("agency", 1), ("office", 1)])

    async def add(self, office: str, agency: str, name: str, url: str, by: str) -> tuple[Destination, str]:
        """A new one, with the secret that its receiver needs, which is told only now. Raises `TooManyDestinations`."""
        if len(await self.of(office, agency)) >= DESTINATIONS_MOST:
            raise TooManyDestinations(most=DESTINATIONS_MOST)
        secret, sealed = self._signatures.new()
        made: dict[str, Any] = {
            "_id": str(uuid.uuid4()),
            "office": office,
            "agency": agency,
            "name": name,
            "url": url,
            "secret": sealed,
            "state": "active",
            "made_at": self._clock(),
            "made_by": by,
        }
        await put(self._destinations, made)
        return _destination(made), secret

    async def of(self, office: str, agency: str) -> list[Destination]:
        """An agency's with an office."""
        return await self._found({"office": office, "agency": agency})

    async def active(self, agency: str | None = None) -> list[Destination]:
        """All that take something, or an agency's with whatever office."""
        return await self._found({"state": "active", **({"agency": agency} if agency else {})})

    async def one(self, id: str, office: str | None = None, agency: str | None = None) -> Destination:
        """One; of this agency with this office, if they are named. Raises `DestinationUnknown`."""
        with passing_errors():
            found = await self._destinations.find_one({"_id": id})
        if found is None or (office is not None and (found["office"], found["agency"]) != (office, agency)):
            raise DestinationUnknown
        return _destination(found)

    async def remove(self, id: str) -> None:
        """Have it no more."""
        with passing_errors():
            await self._destinations.delete_one({"_id": id})

    async def disable(self, id: str, reason: str) -> None:
        """Send nothing there any more."""
        await self._set(id, state="disabled", reason=reason)

    async def enable(self, id: str) -> None:
        """Send there again what comes from now on; what was missed is replayed if asked for."""
        await self._set(id, state="active", reason="")

    async def replay(self, id: str, since: datetime | None) -> None:
        """Send everything since a moment once more; None where that is done."""
        await self._set(id, replay_from=since)

    async def went(self, id: str, *, failed: str = "") -> None:
        """How the last try ended."""
        now = self._clock()
        await self._set(id, **({"failed_at": now, "failed_for": failed} if failed else {"delivered_at": now}))

    async def lease(self, id: str, owner: str) -> bool:
        """Whether this process sends to it from now on, for a while."""
        now = self._clock()
        free = {"_id": id, "$or": [{"owner": owner}, {"owner": None}, {"leased_until": {"$lt": now}}]}
        with passing_errors():
            taken = await self._destinations.update_one(free, {"$set": {"owner": owner, "leased_until": now + LEASE}})
        return bool(taken.matched_count)

    async def release(self, id: str, owner: str) -> None:
        """Let another process send to it at once."""
        with passing_errors():
            await self._destinations.update_one({"_id": id, "owner": owner}, {"$set": {"owner": None}})

    async def _set(self, id: str, **told: Any) -> None:
        with passing_errors():
            await self._destinations.update_one({"_id": id}, {"$set": told})

    async def _found(self, where: dict[str, Any]) -> list[Destination]:
        with passing_errors():
            found = self._destinations.find(where).sort("made_at", 1).limit(10_000)
            return [_destination(document) async for document in found]


def _destination(document: dict[str, Any]) -> Destination:
    return Destination(
        id=document["_id"],
        office=document["office"],
        agency=document["agency"],
        name=document["name"],
        url=document["url"],
        secret=document["secret"],
        state=document["state"],
        reason=document.get("reason", ""),
        made_at=document["made_at"],
        made_by=document["made_by"],
        replay_from=document.get("replay_from"),
        delivered_at=document.get("delivered_at"),
        failed_at=document.get("failed_at"),
        failed_for=document.get("failed_for", ""),
    )
