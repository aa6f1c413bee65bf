"""What reports forget, and when: who told something, what was told, and who of the staff did what.

    after `keep_reporters_days`   reporters and followers: the sealed boxes and the keyed hashes of their contacts
    after `keep_stories_days`     what was told and written, the words by which it is found, the exact place
    after `keep_authors_days`     who of the staff did what, who looked up a reporter and why
    after `keep_trust_days`       contacts that have not reported since, as a whole
    after `keep_audit_days`       the journal, as a whole

All but the last two count from the last thing that happened to a report that is closed; a duplicate goes with the
report whose duplicate it is. Kind, state, times, priority, outcome and the place to a kilometre stay: they are the
figures. Evidence on hold keeps everything of its report and of those that are the same, until the hold ends.

Beside all this a reporter is forgotten at once who asks for it: `handlers/erase_reporter.py`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from shared.contracts.reports import SERVICE
from shared.daily import Daily
from shared.messaging.mongo_store import MongoStore
from shared.mongo import Client, Database
from shared.retention import Owner, Retention, Rule, Sorted, daily
from shared.settings import Settings

IDLE = "idle_since"
_LOOK = "IdentityRevealed"
_STAFF = {"$regex": "^staff/"}
_NEXT: Mapping[str, Any] = {"$inc": {"version": 1}}


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


def rules_of(database: Database, settings: Settings) -> tuple[Rule, ...]:
    """All that is forgotten, beside the journal."""
    families = Families(database)
    by_id = Owner("incidents", "_id", families.over)
    by_incident = Owner("incidents", "incident", families.over)
    reporters, stories, authors = settings.keep_reporters_days, settings.keep_stories_days, settings.keep_authors_days
    return (
        Rule(
            "reporters",
            "reporters",
            IDLE,
            reporters,
            {"$or": [{"sealed": {"$ne": None}}, {"contact": {"$ne": None}}]},
            {"$set": {"sealed": None, "contact": None}, **_NEXT},
            by_id,
        ),
        Rule(
            "followers",
            "followers",
            IDLE,
            reporters,
            {"$or": [{"sealed": {"$ne": None}}, {"claim": {"$gt": ""}}]},
            {"$set": {"sealed": None}, "$unset": {"claim": ""}, **_NEXT},
            by_incident,
        ),
        Rule(
            "stories",
            "stories",
            IDLE,
            stories,
            {"$or": [{"words": {"$gt": ""}}, {"place": {"$gt": ""}}, {"terms.0": {"$exists": True}}]},
            {"$set": {"words": "", "place": "", "answers": [], "terms": []}, **_NEXT},
            by_id,
        ),
        Rule(
            "exact places",
            "incidents",
            IDLE,
            stories,
            {"$or": [{"latitude": {"$ne": None}}, {"longitude": {"$ne": None}}]},
            {"$set": {"latitude": None, "longitude": None}, **_NEXT},
            by_id,
        ),
        Rule(
            "timelines' words",
            "timeline",
            IDLE,
            stories,
            {"words": {"$gt": ""}, "what": {"$ne": _LOOK}},
            {"$set": {"words": ""}, **_NEXT},
            by_incident,
        ),
        Rule(
            "requests' words",
            "footage_requests",
            IDLE,
            stories,
            {"$or": [{"note": {"$gt": ""}}, {"answer_note": {"$gt": ""}}]},
            {"$set": {"note": "", "answer_note": ""}, **_NEXT},
            by_incident,
        ),
        Rule(
            "requests' officers",
            "footage_requests",
            IDLE,
            authors,
            {"$or": [{"asked_by": _STAFF}, {"changed_by": _STAFF}]},
            {"$set": {"asked_by": "staff", "changed_by": "staff"}, **_NEXT},
            by_incident,
        ),
        Rule(
            "looks at reporters",
            "timeline",
            IDLE,
            authors,
            {"what": _LOOK, "$or": [{"words": {"$gt": ""}}, {"by": _STAFF}]},
            {"$set": {"words": "", "by": "staff"}, **_NEXT},
            by_incident,
        ),
        Rule(
            "timelines' officers",
            "timeline",
            IDLE,
            authors,
            {"by": _STAFF, "what": {"$ne": _LOOK}},
            {"$set": {"by": "staff"}, **_NEXT},
            by_incident,
        ),
        Rule(
            "officers in charge",
            "incidents",
            IDLE,
            authors,
            {"in_charge": {"$gt": ""}},
            {"$set": {"in_charge": None}, **_NEXT},
            by_id,
        ),
        Rule(
            "timelines' successors",
            "timeline",
            IDLE,
            authors,
            {"what": "IncidentHandedOver", "about": {"$gt": ""}},
            {"$set": {"about": ""}, **_NEXT},
            by_incident,
        ),
        Rule("plans' authors", "plans", "at", authors, {"by": _STAFF}, {"$set": {"by": "staff"}, **_NEXT}),
        Rule("contacts' trust", "trust", "filed", settings.keep_trust_days, {}, None),
    )


def retention_of(database: Database, store: MongoStore, settings: Settings) -> Retention:
    """What forgets in the database of reports."""
    return Retention(database, store, rules_of(database, settings), journal_days=settings.keep_audit_days)


def daily_retention(client: Client, settings: Settings, store: MongoStore) -> Daily:
    """The retention as a worker does it by itself."""
    database = client[settings.database(SERVICE)]
    return daily(SERVICE, database, retention_of(database, store, settings))
