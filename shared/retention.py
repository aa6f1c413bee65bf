"""What a service forgets, and when: updates by rules, which its worker makes once a day beside its messages.

Each service has rules of its own, `services/<service>/retention.py`. Invariants: to repeat it changes nothing, and so
does doing it twice at once; a command that changes a document at the same moment is not lost and brings nothing back,
since what is forgotten here is a new version of the document; the journal, by which repeated commands are known,
outlives every message that could repeat one (`Settings.keep_audit_days`).
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from shared.clock import system_clock
from shared.daily import Daily
from shared.log import get_logger
from shared.messaging.journal import JOURNAL
from shared.messaging.mongo_store import MongoStore
from shared.mongo import Collection, Database, passing_errors

log = get_logger(__name__)

BATCH = 500
PAUSE_SECONDS = 0.02
"""Between two batches, so that a first run over years of documents leaves the database to those who work."""
LOOK_BACK = timedelta(days=30)
"""What is newer than this before the last run is looked at again: a worker that was behind may have written late."""
PROGRESS = "retention"


class Sorted(NamedTuple):
    """Owners whose time is over, by whether what belongs to them may go."""

    now: Sequence[str]
    later: Sequence[str] = ()
    """Something keeps them: they are asked for again at each run until it does not."""


class Owner(NamedTuple):
    """Other documents, whose time counts for those of a rule."""

    collection: str
    key: str
    """The field of the rule's documents that names their owner."""
    sort: Callable[[Sequence[str], datetime], Awaitable[Sorted]]
    """Told ids whose time was over before a moment, which of them may be forgotten, and which others with them."""


class Day(NamedTuple):
    """A few owners a day whose ids end with it, `<...>:2026-08-17`: their documents need no index over a time."""

    collection: str
    key: str
    """The field of the rule's documents that names their owner. It has an index."""


class Rule(NamedTuple):
    """What is forgotten of one collection's documents."""

    name: str
    collection: str
    since: str | Day
    """The field with the moment from which the time counts; the owner's where there is one. It has an index, or the
    documents are few. Or the day: then the time counts from its end."""
    days: int
    remembered: Mapping[str, Any]
    """Which documents still have it."""
    forget: Mapping[str, Any] | None
    """The update that takes it away; None: the whole document goes. A field with a sparse index must go as a whole."""
    owner: Owner | None = None


class Retention:
    """Forgets what is old enough in one service's database."""

    def __init__(self, database: Database, store: MongoStore, rules: Iterable[Rule], *, journal_days: int) -> None:
        self._database = database
        self._store = store
        self._rules = tuple(rules)
        self._journal = timedelta(days=journal_days)

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
            due = {rule.name: await self._count(rule, now) for rule in self._rules}
        return due | {JOURNAL: await self._store.count_entries(now - self._journal)}

    async def _apply(self, rule: Rule, now: datetime) -> int:
        progress = self._database[PROGRESS]
        cut, forgotten, waiting = _cut(rule, now), 0, dict[str, None]()
        with passing_errors():
            last = await progress.find_one({"_id": rule.name}) or {}
            since = last["until"] - LOOK_BACK if last else None
            async for over in self._over(rule, since, cut, last.get("waiting", ())):
                forgotten += await self._forget(rule, over.now, cut)
                waiting.update(dict.fromkeys(over.later))
                await asyncio.sleep(PAUSE_SECONDS)
            told: dict[str, Any] = {"$max": {"until": cut}}
            if rule.owner:
                told["$set"] = {"waiting": list(waiting)}
            await progress.update_one({"_id": rule.name}, told, upsert=True)
        return forgotten

    async def _over(
        self, rule: Rule, since: datetime | None, cut: datetime, waiting: Sequence[str]
    ) -> AsyncIterator[Sorted]:
        """Owners in whose time something is over, in batches, by whether what belongs to them may go."""
        async for ids in self._owners(rule, since, cut, waiting):
            yield await rule.owner.sort(ids, cut) if rule.owner else Sorted(ids)

    async def _owners(
        self, rule: Rule, since: datetime | None, cut: datetime, waiting: Sequence[str]
    ) -> AsyncIterator[list[str]]:
        """Ids in whose time something is over, in batches: first those for which an earlier run had to wait."""
        for start in range(0, len(waiting), BATCH):
            yield list(waiting[start : start + BATCH])
        if isinstance(rule.since, Day):
            for id in await self._ended(rule.since, since, cut):
                yield [id]  # all that belongs to one of them is a batch
            return
        span = {rule.since: {"$lt": cut} | ({"$gte": since} if since else {})}
        wanted = span if rule.owner else span | dict(rule.remembered)
        documents = self._database[rule.owner.collection if rule.owner else rule.collection]
        found = documents.find(wanted, {"_id": 1}).sort(rule.since).batch_size(BATCH)
        while some := await found.to_list(BATCH):
            yield [document["_id"] for document in some]

    async def _ended(self, day: Day, since: datetime | None, cut: datetime) -> list[str]:
        """Owners whose day was over before `cut`, the earliest first."""
        first, last = since.date().isoformat() if since else "", cut.date().isoformat()
        ids = [document["_id"] async for document in self._database[day.collection].find({}, {"_id": 1})]
        return sorted((id for id in ids if first <= _day_of(id) < last), key=_day_of)

    async def _forget(self, rule: Rule, ids: Sequence[str], cut: datetime) -> int:
        documents: Collection = self._database[rule.collection]
        wanted = _of(rule, ids)
        if rule.forget is not None:
            return (await documents.update_many(wanted, rule.forget)).modified_count
        if isinstance(rule.since, str) and not rule.owner:
            wanted[rule.since] = {"$lt": cut}  # it may have been renewed since we looked
        return (await documents.delete_many(wanted)).deleted_count

    async def _count(self, rule: Rule, now: datetime) -> int:
        documents, cut, found = self._database[rule.collection], _cut(rule, now), 0
        if isinstance(rule.since, str) and not rule.owner:
            return await documents.count_documents({rule.since: {"$lt": cut}, **rule.remembered})
        async for over in self._over(rule, None, cut, ()):
            found += await documents.count_documents(_of(rule, over.now))
        return found


def daily(service: str, database: Database, retention: Retention) -> Daily:
    """The retention as a worker does it by itself."""
    return Daily(f"{service} retention", retention.run, turns=database["turns"], clock=system_clock)


def _of(rule: Rule, ids: Sequence[str]) -> dict[str, Any]:
    key = rule.since.key if isinstance(rule.since, Day) else rule.owner.key if rule.owner else "_id"
    return {key: {"$in": list(ids)}, **rule.remembered}


def _day_of(id: str) -> str:
    return id.rpartition(":")[2]


def _cut(rule: Rule, now: datetime) -> datetime:
    return now - timedelta(days=rule.days)
