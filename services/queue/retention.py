"""What the queue forgets, and when: who came, what they wrote, and who of the staff did what.

    after `keep_contacts_days`   tickets and appointments: keyed hashes of telephone numbers, why somebody went first
    after `keep_words_days`      feedback: the words; the score stays
    after `keep_audit_days`      tickets and appointments: who of the staff changed them last; the journal, as a whole
    after `keep_authors_days`    plans: who made them

Times, lines, counters, states and scores stay, so that the figures of past years do. Invariants: to repeat it
changes nothing, and so does doing it twice at once; a command that changes a document at the same moment is not
lost and brings nothing back, since what is forgotten here is a new version of the document; the journal, by which
repeated commands are known, outlives every message that could repeat one (`Settings.keep_audit_days`).
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from shared.clock import system_clock
from shared.contracts.queue import SERVICE
from shared.daily import Daily
from shared.log import get_logger
from shared.messaging.mongo_store import MongoStore
from shared.mongo import Client, Database, passing_errors
from shared.settings import Settings

log = get_logger(__name__)

BATCH = 500
PAUSE_SECONDS = 0.02
"""Between two batches, so that a first run over years of tickets leaves the database to the counters."""
LOOK_BACK = timedelta(days=30)
"""What is newer than this before the last run is looked at again: a worker that was behind may have written late."""
PROGRESS = "retention"
JOURNAL = "journal"

_STAFF = {"$regex": "^staff/"}
_NOBODY_OF_THE_STAFF = {"$set": {"changed_by": "staff"}, "$inc": {"version": 1}}


class Rule(NamedTuple):
    """What is forgotten of one collection's documents."""

    name: str
    collection: str
    since: str
    """The field with the moment from which the time counts. It has an index, or the documents are few."""
    days: int
    remembered: Mapping[str, Any]
    """Which documents still have it."""
    forget: Mapping[str, Any]
    """The update that takes it away. A field with a sparse index must go as a whole."""


def rules_of(settings: Settings) -> tuple[Rule, ...]:
    """All that is forgotten, beside the journal."""
    contacts, words, audit = settings.keep_contacts_days, settings.keep_words_days, settings.keep_audit_days
    return (
        Rule(
            "tickets' holders",
            "tickets",
            "taken_at",
            contacts,
            {"$or": [{"holder": {"$gt": ""}}, {"need": {"$gt": ""}}, {"claim": {"$gt": ""}}, {"family": {"$gt": ""}}]},
            {"$set": {"holder": None, "need": None}, "$unset": {"claim": "", "family": ""}, "$inc": {"version": 1}},
        ),
        Rule(
            "appointments' persons",
            "appointments",
            "slot",
            contacts,
            {"$or": [{"person": {"$gt": ""}}, {"claim": {"$gt": ""}}]},
            {"$set": {"person": None}, "$unset": {"claim": ""}, "$inc": {"version": 1}},
        ),
        Rule(
            "feedback's words",
            "feedback",
            "given_at",
            words,
            {"words": {"$gt": ""}},
            {"$set": {"words": ""}, "$inc": {"version": 1}},
        ),
        Rule("tickets' officers", "tickets", "taken_at", audit, {"changed_by": _STAFF}, _NOBODY_OF_THE_STAFF),
        Rule("appointments' officers", "appointments", "slot", audit, {"changed_by": _STAFF}, _NOBODY_OF_THE_STAFF),
        Rule(
            "plans' authors",
            "plans",
            "at",
            settings.keep_authors_days,
            {"by": _STAFF},
            {"$set": {"by": "staff"}, "$inc": {"version": 1}},
        ),
    )


class Retention:
    """Forgets what is old enough."""

    def __init__(self, database: Database, store: MongoStore, settings: Settings) -> None:
        self._database = database
        self._store = store
        self._rules = rules_of(settings)
        self._journal = timedelta(days=settings.keep_audit_days)

    async def run(self, now: datetime) -> dict[str, int]:
        """Forget; returns how much of what. Raises `Transient`, and then goes on where it was the next time."""
        done = {rule.name: await self._apply(rule, now) for rule in self._rules}
        done[JOURNAL] = 0
        while deleted := await self._store.forget_entries(now - self._journal, BATCH):
            done[JOURNAL] += deleted
            await asyncio.sleep(PAUSE_SECONDS)
        log.info("forgotten", **{name.replace("'", "").replace(" ", "_"): n for name, n in done.items()})
        return done

    async def due(self, now: datetime) -> dict[str, int]:
        """How much `run` would forget."""
        with passing_errors():
            due = {
                rule.name: await self._database[rule.collection].count_documents(_due(rule, None, now))
                for rule in self._rules
            }
            old = {"handled_at": {"$lt": now - self._journal}}
            return due | {JOURNAL: await self._database[JOURNAL].count_documents(old)}

    async def _apply(self, rule: Rule, now: datetime) -> int:
        progress = self._database[PROGRESS]
        documents, forgotten = self._database[rule.collection], 0
        with passing_errors():
            last = await progress.find_one({"_id": rule.name})
            wanted = _due(rule, last["until"] - LOOK_BACK if last else None, now)
            async for ids in self._batches(rule, wanted):
                result = await documents.update_many({"_id": {"$in": ids}, **rule.remembered}, rule.forget)
                forgotten += result.modified_count
                await asyncio.sleep(PAUSE_SECONDS)
            await progress.update_one({"_id": rule.name}, {"$max": {"until": _cut(rule, now)}}, upsert=True)
        return forgotten

    async def _batches(self, rule: Rule, wanted: Mapping[str, Any]) -> AsyncIterator[list[str]]:
        found = self._database[rule.collection].find(wanted, {"_id": 1}).sort(rule.since).batch_size(BATCH)
        while documents := await found.to_list(BATCH):
            yield [document["_id"] for document in documents]


def daily_retention(client: Client, settings: Settings, store: MongoStore) -> Daily:
    """The retention as a worker does it by itself."""
    database = client[settings.database(SERVICE)]
    retention = Retention(database, store, settings)
    return Daily("queue retention", retention.run, turns=database["turns"], clock=system_clock)


def _due(rule: Rule, since: datetime | None, now: datetime) -> dict[str, Any]:
    span = {"$lt": _cut(rule, now)} | ({"$gte": since} if since else {})
    return {rule.since: span, **rule.remembered}


def _cut(rule: Rule, now: datetime) -> datetime:
    return now - timedelta(days=rule.days)
