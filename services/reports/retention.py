"""What reports forget, and when: who told something, what was told, and who of the staff did what.

    after `keep_reporters_days`   reporters and followers: the sealed boxes and the keyed hashes of their contacts
    after `keep_stories_days`     what was told and written, the words by which it is found, the exact place
    after `keep_authors_days`     who of the staff did what, who looked up a reporter and why
    after `keep_trust_days`       contacts that have not reported since, as a whole
    after `keep_audit_days`       the journal, as a whole

All but the last two count from the last thing that happened to a report that is closed; a duplicate goes with the
report whose duplicate it is. Kind, state, times, priority, outcome and the place to a kilometre stay: they are the
figures. Evidence on hold keeps everything of its report and of those that are the same, until the hold ends.

Beside all this a reporter is forgotten at once who asks for it: `handlers/incidents/erase_reporter.py`.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from shared.contracts.reports import SERVICE
from shared.daily import Daily
from shared.messaging.mongo_store import MongoStore
from shared.mongo import Client, Database
from shared.retention import Owner, Retention, Rule, Sorted, daily
from shared.settings import Settings

IDLE = "idle_since"
_LOOK = "IdentityRevealed"
_STAFF = {"$regex": "^staff/"}


class Families:
    """Reports with their duplicates: they are forgotten together."""

    def __init__(self, database: Database) -> None:
        self._incidents = database["incidents"]
        self._evidence = database["evidence"]

    async def over(self, ids: Sequence[str], cut: datetime) -> Sorted:
        """Which of these may be forgotten, and which others with them."""
        found = self._incidents.find({"_id": {"$in": list(ids)}}, {"original": 1})
        roots = [document.get("original") or document["_id"] async for document in found]
        family: dict[str, str] = {}
        old: list[str] = []
        closed = self._incidents.find({"_id": {"$in": roots}, "state": "closed", IDLE: {"$lt": cut}}, {"_id": 1})
        async for document in closed:
            family[document["_id"]] = document["_id"]
            old.append(document["_id"])
        duplicates = self._incidents.find({"original": {"$in": list(family)}}, {"original": 1, IDLE: 1})
        async for document in duplicates:
            family[document["_id"]] = document["original"]
            if document[IDLE] < cut:
                old.append(document["_id"])
        kept = {family[id] for id in await self._held(list(family))}
        return Sorted([id for id in old if family[id] not in kept], sorted(kept))

    async def _held(self, ids: Sequence[str]) -> list[str]:
        found = self._evidence.find({"incident": {"$in": list(ids)}, "holds.0": {"$exists": True}}, {"incident": 1})
        return [document["incident"] async for document in found]


class Owners(NamedTuple):
    """The report that a document belongs to, and by which of its fields."""

    by_id: Owner
    by_incident: Owner


def rules_of(database: Database, settings: Settings) -> tuple[Rule, ...]:
    """All that is forgotten, beside the journal."""
    over = Families(database).over
    owners = Owners(Owner("incidents", "_id", over), Owner("incidents", "incident", over))
    return (
        *_reporters(owners, settings.keep_reporters_days),
        *_stories(owners, settings.keep_stories_days),
        *_authors(owners, settings.keep_authors_days),
        Rule("contacts' trust", "trust", "filed", settings.keep_trust_days, {}, None),
    )


def _reporters(owners: Owners, days: int) -> Iterator[Rule]:
    """Who told something, and who follows it."""
    sealed = {"sealed": {"$ne": None}}
    yield Rule(
        "reporters",
        "reporters",
        IDLE,
        days,
        {"$or": [sealed, {"contact": {"$ne": None}}]},
        _blank(sealed=None, contact=None),
        owners.by_id,
    )
    yield Rule(
        "followers",
        "followers",
        IDLE,
        days,
        {"$or": [sealed, {"claim": {"$gt": ""}}]},
        {**_blank(sealed=None), "$unset": {"claim": ""}},
        owners.by_incident,
    )


def _stories(owners: Owners, days: int) -> Iterator[Rule]:
    """What was told and written, and where exactly it was."""
    yield Rule(
        "stories",
        "stories",
        IDLE,
        days,
        {"$or": [{"words": {"$gt": ""}}, {"place": {"$gt": ""}}, {"terms.0": {"$exists": True}}]},
        _blank(words="", place="", answers=[], terms=[]),
        owners.by_id,
    )
    yield Rule(
        "exact places",
        "incidents",
        IDLE,
        days,
        {"$or": [{"latitude": {"$ne": None}}, {"longitude": {"$ne": None}}]},
        _blank(latitude=None, longitude=None),
        owners.by_id,
    )
    words = {"words": {"$gt": ""}, "what": {"$ne": _LOOK}}
    yield Rule("timelines' words", "timeline", IDLE, days, words, _blank(words=""), owners.by_incident)
    yield Rule(
        "requests' words",
        "footage_requests",
        IDLE,
        days,
        {"$or": [{"note": {"$gt": ""}}, {"answer_note": {"$gt": ""}}]},
        _blank(note="", answer_note=""),
        owners.by_incident,
    )


def _authors(owners: Owners, days: int) -> Iterator[Rule]:
    """Who of the staff did what: that it was one of them is all that stays."""
    yield Rule(
        "requests' officers",
        "footage_requests",
        IDLE,
        days,
        {"$or": [{"asked_by": _STAFF}, {"changed_by": _STAFF}]},
        _blank(asked_by="staff", changed_by="staff"),
        owners.by_incident,
    )
    yield Rule(
        "looks at reporters",
        "timeline",
        IDLE,
        days,
        {"what": _LOOK, "$or": [{"words": {"$gt": ""}}, {"by": _STAFF}]},
        _blank(words="", by="staff"),
        owners.by_incident,
    )
    others = {"by": _STAFF, "what": {"$ne": _LOOK}}
    yield Rule("timelines' officers", "timeline", IDLE, days, others, _blank(by="staff"), owners.by_incident)
    in_charge = {"in_charge": {"$gt": ""}}
    yield Rule("officers in charge", "incidents", IDLE, days, in_charge, _blank(in_charge=None), owners.by_id)
    successors = {"what": "IncidentHandedOver", "about": {"$gt": ""}}
    yield Rule("timelines' successors", "timeline", IDLE, days, successors, _blank(about=""), owners.by_incident)
    yield Rule("plans' authors", "plans", "at", days, {"by": _STAFF}, _blank(by="staff"))


def _blank(**fields: Any) -> Mapping[str, Any]:
    """The update that leaves these in the place of what was there."""
    return {"$set": fields, "$inc": {"version": 1}}


def retention_of(database: Database, store: MongoStore, settings: Settings) -> Retention:
    """What forgets in the database of reports."""
    return Retention(database, store, rules_of(database, settings), journal_days=settings.keep_audit_days)


def daily_retention(client: Client, settings: Settings, store: MongoStore) -> Daily:
    """The retention as a worker does it by itself."""
    database = client[settings.database(SERVICE)]
    return daily(SERVICE, database, retention_of(database, store, settings))
