"""How each shared incident stands for each agency, as last said on its topics: what plain HTTP, CAP and EIDO show.

Invariants: only what was said to an agency is here; of two states the one with the greater sequence stays, however
late the other comes; after the last word nothing of the incident is kept but that it ended, and that for a month.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from pymongo import UpdateOne
from pymongo.errors import BulkWriteError

from services.reports.bridges.shared import Change, Standing
from shared.contracts.share import IncidentChanged, IncidentState
from shared.messaging.envelope import Incoming
from shared.mongo import Database, has_only_duplicates, passing_errors

KEEP_ENDED = timedelta(days=30)


class Page(NamedTuple):
    """Some incidents, and after which of them the others come."""

    standings: Sequence[Standing]
    after: str | None


class Mirror:
    """Keeps it, and answers from it. Each method may raise `Transient`."""

    def __init__(self, database: Database) -> None:
        self._states = database["shared_states"]

    async def prepare(self) -> None:
        """The indexes."""
        with passing_errors():
            await self._states.create_index([("agency", 1), ("office", 1), ("incident", 1)])
            await self._states.create_index([("agency", 1), ("office", 1), ("at", -1), ("incident", -1)])
            await self._states.create_index("forget_at", expireAfterSeconds=0)

    async def take(self, heard: Iterable[Incoming]) -> None:
        """Bring it up to date. The same may be heard twice, and of the same step on two topics."""
        writes = [write for incoming in heard for write in _writes(incoming)]
        if not writes:
            return
        with passing_errors():
            try:
                await self._states.bulk_write(writes, ordered=False)
            except BulkWriteError as error:
                if not has_only_duplicates(error):  # a duplicate is a state that is older than what is known
                    raise

    async def page(self, agency: str, office: str, *, after: str = "", limit: int = 100, ended: bool = False) -> Page:
        """Incidents of an agency's in the order of their ids; those that ended only if asked for."""
        where: dict[str, Any] = {"agency": agency, "office": office, "incident": {"$gt": after}}
        if not ended:
            where["ended"] = False
        with passing_errors():
            found = self._states.find(where).sort("incident", 1).limit(limit + 1)
            standings = [_standing(document) async for document in found]
        more = len(standings) > limit
        return Page(standings[:limit], standings[limit - 1].state.incident if more else None)

    async def latest(
        self, agency: str, office: str, *, limit: int = 100, before: datetime | None = None, beside: str = ""
    ) -> list[Standing]:
        """What was said last comes first, the last words too.

        Of what was said in one moment, as when a rule begins, a page may hold a part: the next one begins `before` that
        moment, and `beside` the incident that came last.
        """
        where: dict[str, Any] = {"agency": agency, "office": office}
        if before is not None:
            earlier: list[dict[str, Any]] = [{"at": {"$lt": before}}, {"at": before, "incident": {"$lt": beside}}]
            where["$or"] = earlier
        with passing_errors():
            found = self._states.find(where).sort([("at", -1), ("incident", -1)]).limit(limit)
            return [_standing(document) async for document in found]

    async def one(self, agency: str, office: str, incident: str) -> Standing | None:
        """One incident, where the agency was told of it."""
        with passing_errors():
            found = await self._states.find_one({"_id": f"{incident}:{agency}", "office": office})
        return _standing(found) if found else None


def _writes(incoming: Incoming) -> Iterable[UpdateOne]:
    said = incoming.message
    assert isinstance(said, IncidentChanged | IncidentState)
    id, at = f"{said.incident}:{said.agency}", incoming.issued_at
    assert incoming.record.value is not None
    state = {
        "agency": said.agency,
        "office": said.office,
        "incident": said.incident,
        "sequence": said.sequence,
        "at": at,
        "ended": said.change == "ended",
        "forget_at": at + KEEP_ENDED if said.change == "ended" else None,
        "data": incoming.record.value.decode(),
    }
    yield UpdateOne({"_id": id, "sequence": {"$lt": said.sequence}}, {"$set": state}, upsert=True)
    change = {"sequence": said.sequence, "change": said.change, "at": at}
    yield UpdateOne({"_id": id}, {"$addToSet": {"changes": change}})


def _standing(document: dict[str, Any]) -> Standing:
    changes = sorted(Change(**change) for change in document.get("changes", ()))
    return Standing(IncidentState.model_validate_json(document["data"]), document["at"], tuple(changes))
