"""The journal in MongoDB: what was handled, one document a command, found by the command's id and by nothing else.

A second index would cost as much as the document, at every command, and is asked for once a day. So `pages` beside it,
one document a transaction, say which commands were handled when; and of the few types that views ask for again
(`Routes.told`), `told` says about what. Invariant: an entry stands on a page of the same transaction.
"""

from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel

from shared.contracts.message import Command
from shared.messaging.attempt import ACCEPTED
from shared.messaging.store import Entry, Published
from shared.mongo import Database, Session

JOURNAL = "journal"
PAGES = "journal_pages"
TOLD = "journal_told"
PAGE = 500
"""Entries that are looked up or put on a page in one go."""

_FORMER = ("handled_at_1", "about_1_type_1_handled_at_1", "about_1")
"""Indexes of earlier releases, which had no pages."""

Document = dict[str, Any]


class Journal:
    """One service's journal. Raises the driver's errors, which `MongoStore` turns into its own."""

    def __init__(self, database: Database, told: Collection[type[Command]] = ()) -> None:
        self._entries = database[JOURNAL]
        self._pages = database[PAGES]
        self._told = database[TOLD]
        self._told_types = {command.type() for command in told}

    async def prepare(self) -> None:
        """Create the indexes that are not there yet; give pages to the entries of an earlier release."""
        await self._pages.create_indexes([IndexModel("handled_at")])
        await self._entries.create_indexes([IndexModel("_id", name="_id_")])  # it has it, once it is there at all
        about = [(name, ASCENDING) for name in ("about", "type", "handled_at")]
        await self._told.create_indexes([IndexModel(about)])
        former = (await self._entries.index_information()).keys() & set(_FORMER)
        if _FORMER[0] in former:
            await self._adopt()
        for name in former:
            await self._entries.drop_index(name)

    async def enter(self, entries: Sequence[Entry], session: Session) -> None:
        """Write entries, all of one moment, as part of a transaction."""
        await self._entries.insert_many([_document(entry) for entry in entries], session=session)
        page = {"handled_at": entries[0].handled_at, "entries": [entry.id for entry in entries]}
        await self._pages.insert_one(page, session=session)
        told = [
            _mention(entry.id, entry.about, entry.type, entry.handled_at)
            for entry in entries
            if entry.type in self._told_types
        ]
        if told:
            await self._told.insert_many(told, session=session)

    async def entries(self, ids: Sequence[str]) -> dict[str, Entry]:
        """Those of some commands that are there."""
        return {document["_id"]: _entry(document) async for document in self._entries.find(_among(ids))}

    async def told(
        self, about: str, type_: str, *, since: datetime, limit: int, session: Session | None
    ) -> list[Published]:
        """The events of accepted commands of one of the `told` types with one key, the latest commands first."""
        where = {"about": about, "type": type_, "handled_at": {"$gte": since}}
        latest = self._told.find(where, {"_id": 1}, session=session).sort("handled_at", DESCENDING).limit(limit)
        events: list[Published] = []
        while some := await latest.to_list(PAGE):
            ids = [document["_id"] for document in some]
            found = self._entries.find(_among(ids), {"events": 1, "outcome": 1}, session=session)
            entries = {document["_id"]: document async for document in found}
            for id in ids:
                if id in entries and entries[id]["outcome"] == ACCEPTED:
                    events += _events(entries[id])
        return events

    async def forget(self, before: datetime, limit: int) -> int:
        """Delete the pages of a while ago with all that stands on them, until it was `limit` entries or more.

        Returns how many; 0 where nothing is left to be forgotten.
        """
        forgotten = 0
        async for page in self._before(before):
            await self._told.delete_many(_among(page["entries"]))
            await self._entries.delete_many(_among(page["entries"]))
            await self._pages.delete_one({"_id": page["_id"]})  # last: what is left of a page is tried again
            forgotten += len(page["entries"])
            if forgotten >= limit:
                break
        return forgotten

    async def count(self, before: datetime) -> int:
        """How many entries `forget` would delete."""
        return sum([len(page["entries"]) async for page in self._before(before)])

    def _before(self, moment: datetime) -> AsyncIterator[Mapping[str, Any]]:
        return self._pages.find({"handled_at": {"$lt": moment}}).sort("handled_at").batch_size(10)

    async def _adopt(self) -> None:
        """Where several processes do it at once, an entry stands on several pages, which harms nothing."""
        shown = {"type": 1, "about": 1, "handled_at": 1}
        found = self._entries.find({}, shown).sort("handled_at").batch_size(PAGE)
        while some := await found.to_list(PAGE):
            for entry in some:
                if entry["type"] in self._told_types:
                    mention = _mention(entry["_id"], entry["about"], entry["type"], entry["handled_at"])
                    await self._told.replace_one({"_id": entry["_id"]}, mention, upsert=True)
            ids = [entry["_id"] for entry in some]
            await self._pages.insert_one({"handled_at": some[-1]["handled_at"], "entries": ids})


def _among(ids: Collection[str]) -> Document:
    return {"_id": {"$in": list(ids)}}


def _mention(id: str, about: str, type_: str, at: datetime) -> Document:
    return {"_id": id, "about": about, "type": type_, "handled_at": at}


def _document(entry: Entry) -> Document:
    return {
        "_id": entry.id,
        "type": entry.type,
        "fingerprint": entry.fingerprint,
        "outcome": entry.outcome,
        "events": [
            {
                "topic": e.topic,
                "key": (e.key or b"").decode(),
                "data": (e.value or b"").decode(),
                "headers": {name: value.decode() for name, value in e.headers},
            }
            for e in entry.events
        ],
        "actor": entry.actor,
        "about": entry.about,
        "issued_at": entry.issued_at,
        "handled_at": entry.handled_at,
        "correlation_id": entry.correlation_id,
    }


def _entry(document: Document) -> Entry:
    told = {("id" if name == "_id" else name): value for name, value in document.items()}
    return Entry(**told | {"events": tuple(_events(document))})


def _events(document: Document) -> Iterator[Published]:
    for e in document["events"]:
        headers = tuple((name, value.encode()) for name, value in e["headers"].items())
        yield Published(e["topic"], e["key"].encode(), e["data"].encode(), headers)
