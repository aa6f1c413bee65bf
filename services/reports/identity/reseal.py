"""Renews the boxes in which reporters' identities are kept, after a new key has come.

    1. put the new key before the old one, and restart the API processes: new boxes are sealed by the new key
    2. reseal: every box that an older key opens is sealed anew
    3. take the old key away, and restart again

Invariants: what is left to do is what is still sealed by an older key, so it can be stopped and run again at any time;
a box that is erased or renewed meanwhile stays so; an identity is in this process's memory alone.
"""

from typing import Any, NamedTuple

from pymongo import UpdateOne

from services.reports.identity.identity import Identities, Unreadable
from shared.contracts.reports.base import Sealed
from shared.mongo import Collection, Database, passing_errors

BATCH = 500
COLLECTIONS = ("reporters", "followers")


class Resealed(NamedTuple):
    """What came of it."""

    renewed: int
    unreadable: int
    """Boxes that none of the keys opens. They are as they were."""


async def reseal(database: Database, identities: Identities) -> Resealed:
    """Seal every box with the first key. Raises `Transient`."""
    renewed = unreadable = 0
    for name in COLLECTIONS:
        of_one = await _reseal(database[name], identities)
        renewed, unreadable = renewed + of_one.renewed, unreadable + of_one.unreadable
    return Resealed(renewed, unreadable)


async def _reseal(documents: Collection, identities: Identities) -> Resealed:
    renewed = unreadable = 0
    wanted = {"sealed.key": {"$exists": True, "$ne": identities.key_name}}
    with passing_errors():
        found = documents.find(wanted, {"sealed": 1}).sort("_id").batch_size(BATCH)
        while some := await found.to_list(BATCH):
            updates = [update for document in some if (update := _update(document, identities))]
            unreadable += len(some) - len(updates)
            if updates:
                renewed += (await documents.bulk_write(updates, ordered=False)).modified_count
    return Resealed(renewed, unreadable)


def _update(document: dict[str, Any], identities: Identities) -> UpdateOne | None:
    """What renews a box as it was found; None where none of the keys opens it."""
    kept = Sealed(**document["sealed"])
    try:
        fresh = identities.seal(identities.open(kept), id=document["_id"])
    except Unreadable:
        return None
    assert fresh
    sealed = {"key": fresh.key, "box": fresh.box}
    same = {"_id": document["_id"], "sealed.box": kept.box}
    return UpdateOne(same, {"$set": {"sealed": sealed}, "$inc": {"version": 1}})
