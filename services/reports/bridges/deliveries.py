"""Deliveries: what has yet to reach a destination, when it is tried next, and what became of the rest.

    waiting ─→ delivered
       │ └──→ given up, after the last try of `TRIES`, with the reason
       └──── tried again later, and with it everything of the same incident that comes after it

Invariants: what is said of one incident reaches a destination in order: while a message waits, a later one of the same
incident is not sent; a message is a document of each destination, so destinations know nothing of each other; what is
taken in twice is there once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pymongo import UpdateOne

from services.reports.bridges.destinations import Destination
from services.reports.bridges.shared import Said
from shared.clock import Clock
from shared.mongo import Database, passing_errors, upserted

TRIES = (
    timedelta(0),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(hours=24),
)
"""How long after the one before each try is made."""
KEEP = timedelta(days=31)
"""How long it is known what became of one."""
LOOKED_AT = 64


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message on its way to one destination."""

    id: str
    destination: str
    message: str
    """Its id, which the receiver sees at every try."""
    incident: str
    partition: int
    offset: int
    body: bytes
    tried: int


@dataclass(frozen=True, slots=True)
class Figures:
    """How a destination's deliveries stand."""

    waiting: int
    delivered: int
    given_up: int
    next_at: datetime | None
    """When the next one is tried."""


class Deliveries:
    """Those of all destinations. Each method may raise `Transient`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._deliveries = database["webhook_deliveries"]
        self._clock = clock

    async def prepare(self) -> None:
        """The indexes."""
        with passing_errors():
            await self._deliveries.create_index([("destination", 1), ("state", 1), ("due", 1), ("offset", 1)])
            await self._deliveries.create_index([("destination", 1), ("incident", 1), ("state", 1), ("offset", 1)])
            await self._deliveries.create_index("forget_at", expireAfterSeconds=0)

    async def add(self, pairs: Iterable[tuple[Destination, Said]]) -> None:
        """Have messages delivered, unless they are here already."""
        now = self._clock()
        writes = [
            UpdateOne({"_id": _id(to, said)}, {"$setOnInsert": _new(to, said, now)}, upsert=True) for to, said in pairs
        ]
        await self._write(writes)

    async def repeat(self, to: Destination, some: Iterable[Said]) -> None:
        """Have messages delivered once more, whatever became of them."""
        now = self._clock()
        writes = [UpdateOne({"_id": _id(to, said)}, {"$set": _new(to, said, now)}, upsert=True) for said in some]
        await self._write(writes)

    async def due(self, destination: str, most: int) -> list[Delivery]:
        """What can be tried now, each of another incident, the earliest of its incident."""
        now = self._clock()
        where = {"destination": destination, "state": "waiting", "due": {"$lte": now}}
        with passing_errors():
            found = self._deliveries.find(where).sort([("due", 1), ("offset", 1)]).limit(LOOKED_AT)
            waiting = [document async for document in found]
        heads: dict[str, Delivery] = {}
        for document in waiting:
            if len(heads) < most and document["incident"] not in heads and not await self._must_wait(document):
                heads[document["incident"]] = _delivery(document)
        return list(heads.values())

    async def next_due(self, destination: str) -> datetime | None:
        """When the next try is; None where nothing waits."""
        with passing_errors():
            where = {"destination": destination, "state": "waiting"}
            found = await self._deliveries.find_one(where, {"due": 1}, sort=[("due", 1)])
        return found["due"] if found else None

    async def delivered(self, delivery: Delivery) -> None:
        """It has arrived."""
        await self._over(delivery, "delivered", "")

    async def failed(self, delivery: Delivery, reason: str) -> None:
        """It is tried again later, or was tried often enough."""
        tried = delivery.tried + 1
        if tried >= len(TRIES):
            await self._over(delivery, "given-up", reason)
            return
        due = self._clock() + TRIES[tried]
        same = {"destination": delivery.destination, "incident": delivery.incident, "state": "waiting"}
        with passing_errors():
            await self._deliveries.update_many({**same, "due": {"$lt": due}}, {"$set": {"due": due}})
            await self._deliveries.update_one({"_id": delivery.id}, {"$set": {"tried": tried, "reason": reason}})

    async def forget(self, destination: str) -> None:
        """The destination is no more."""
        with passing_errors():
            await self._deliveries.delete_many({"destination": destination})

    async def figures(self, destination: str) -> Figures:
        """How they stand."""
        with passing_errors():
            grouped = self._deliveries.aggregate(
                [{"$match": {"destination": destination}}, {"$group": {"_id": "$state", "count": {"$sum": 1}}}]
            )
            counts = {document["_id"]: document["count"] async for document in grouped}
        waiting = counts.get("waiting", 0)
        next_at = await self.next_due(destination) if waiting else None
        return Figures(waiting, counts.get("delivered", 0), counts.get("given-up", 0), next_at)

    async def _must_wait(self, document: dict[str, Any]) -> bool:
        """Whether an earlier one of the same incident waits: then this one waits as long, which is written down."""
        earlier = {
            "destination": document["destination"],
            "incident": document["incident"],
            "state": "waiting",
            "offset": {"$lt": document["offset"]},
        }
        with passing_errors():
            first = await self._deliveries.find_one(earlier, {"due": 1}, sort=[("offset", 1)])
            if first is not None and first["due"] > document["due"]:
                await self._deliveries.update_one({"_id": document["_id"]}, {"$set": {"due": first["due"]}})
        return first is not None

    async def _over(self, delivery: Delivery, state: str, reason: str) -> None:
        told = {"state": state, "reason": reason, "tried": delivery.tried + 1, "over_at": self._clock()}
        with passing_errors():
            await self._deliveries.update_one({"_id": delivery.id}, {"$set": told, "$unset": {"body": ""}})

    async def _write(self, writes: Sequence[UpdateOne]) -> None:
        if writes:
            await upserted(lambda: self._deliveries.bulk_write(list(writes), ordered=False))


def _id(to: Destination, said: Said) -> str:
    return f"{to.id}/{said.id}"


def _new(to: Destination, said: Said, now: datetime) -> dict[str, Any]:
    return {
        "destination": to.id,
        "message": said.id,
        "incident": said.incident,
        "partition": said.partition,
        "offset": said.offset,
        "body": said.event,
        "state": "waiting",
        "tried": 0,
        "due": now,
        "reason": "",
        "forget_at": now + KEEP,
    }


def _delivery(document: dict[str, Any]) -> Delivery:
    return Delivery(
        document["_id"],
        document["destination"],
        document["message"],
        document["incident"],
        document["partition"],
        document["offset"],
        document["body"],
        document["tried"],
    )
