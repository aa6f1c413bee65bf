"""The journal in MongoDB: what was handled, as pages of entries.

Each entry as a document of its own would cost the database half as much again, at every command. An entry is found by
its command's id, through the one index; pages by their own id, which begins with the moment they were written in: so
those that are old enough to be forgotten are found without another. Of the few types that views ask for again
(`Routes.told`), `told` says about what.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, NamedTuple

from bson.raw_bson import RawBSONDocument
from pymongo import ASCENDING, DESCENDING, IndexModel, ReplaceOne

from shared.contracts.message import Command
from shared.messaging.attempt import ACCEPTED
from shared.messaging.errors import Transient
from shared.messaging.store import Entry, Published
from shared.mongo import Database, Session, drop_indexes, encoded, transaction

JOURNAL = "journal"
TOLD = "journal_told"
PAGE = 50
"""Entries on a page, at most: whoever looks for one is handed its page."""
PAGE_SIZE = 1024 * 1024
"""A page with so many characters of events is full, however few these are. A document of MongoDB has 16 MiB at most."""
LOOKED_UP = 500
"""Entries that are looked up in one go."""
ADOPTION_TRIES, ADOPTION_PAUSE_SECONDS = 30, 0.1
"""How often in a row entries of earlier releases may be found in use by another process."""

_ID = "entries.id"
_UNIQUE = "entries.id_1"
_PAGE = "page/"
"""Begins the ids of pages. Then comes the moment, by which they are sorted."""

_FORMER_ENTRY = {"type": {"$gt": ""}}
"""Tells the documents of earlier releases, of which each entry was one."""
_FORMER_INDEXES = ("handled_at_1", "about_1_type_1_handled_at_1", "about_1")
_FORMER_PAGES = "journal_pages"
"""Ids of entries by moment. Later they stood among the entries, as texts where a page has entries now."""

Document = dict[str, Any]


class Staged(NamedTuple):
    """What a transaction writes into the journal: pages, and what is told of their entries."""

    pages: list[RawBSONDocument]
    told: list[Document]


class Journal:
    """One service's journal. Raises the driver's errors, which `MongoStore` turns into its own."""

    def __init__(self, database: Database, told: Collection[type[Command]] = ()) -> None:
        self._database = database
        self._pages = database[JOURNAL]
        self._told = database[TOLD]
        self._told_types = {command.type() for command in told}

    async def prepare(self) -> None:
        """Create what is not there yet; put the entries of earlier releases on pages."""
        about = [(name, ASCENDING) for name in ("about", "type", "handled_at")]
        await self._told.create_indexes([IndexModel(about)])
        if _UNIQUE not in await self._pages.index_information():
            await drop_indexes(self._pages, _FORMER_INDEXES)
            await self._adopt()
            await self._pages.create_indexes([IndexModel(_ID, name=_UNIQUE, unique=True)])

    def stage(self, entries: Sequence[Entry]) -> Staged:
        """What is to be written of entries, all of one moment, each of another command."""
        documents = [*map(_document, entries)]
        return Staged([encoded(_page(some)) for some in _in_pages(documents)], self._mentions(documents))

    async def enter(self, staged: Staged, session: Session) -> None:
        """Write entries as part of a transaction."""
        await self._pages.insert_many(staged.pages, session=session)
        if staged.told:
            await self._told.insert_many(staged.told, session=session)

    async def entries(self, ids: Sequence[str]) -> dict[str, Entry]:
        """Those of some commands that are there."""
        return {id: _entry(document) for id, document in (await self._found(ids)).items()}

    async def told(
        self, about: str, type_: str, *, since: datetime, limit: int, session: Session | None
    ) -> list[Published]:
        """The events of accepted commands of one of the `told` types with one key, the latest commands first."""
        where = {"about": about, "type": type_, "handled_at": {"$gte": since}}
        latest = self._told.find(where, {"_id": 1}, session=session).sort("handled_at", DESCENDING).limit(limit)
        events: list[Published] = []
        while some := await latest.to_list(LOOKED_UP):
            ids = [document["_id"] for document in some]
            found = await self._found(ids, session)
            for id in ids:
                if id in found and found[id]["outcome"] == ACCEPTED:
                    events += _events(found[id])
        return events

    async def forget(self, before: datetime, limit: int) -> int:
        """Delete the pages of a while ago and what is told of them, until it was `limit` entries or more.

        Returns how many; 0 where nothing is left to be forgotten.
        """
        forgotten = 0
        async for id, entries in self._before(before):
            await self._told.delete_many({"_id": {"$in": entries}})
            await self._pages.delete_one({"_id": id})
            forgotten += len(entries)
            if forgotten >= limit:
                break
        return forgotten

    async def count(self, before: datetime) -> int:
        """How many entries `forget` would delete."""
        return sum([len(entries) async for _, entries in self._before(before)])

    async def _found(self, ids: Collection[str], session: Session | None = None) -> dict[str, Document]:
        wanted = set(ids)
        pages = self._pages.find({_ID: {"$in": list(wanted)}}, session=session)
        return {entry["id"]: entry async for page in pages for entry in page["entries"] if entry["id"] in wanted}

    async def _before(self, moment: datetime) -> AsyncIterator[tuple[str, list[str]]]:
        """The ids of pages of before a moment, the oldest first, and of their entries."""
        older = self._pages.find({"_id": {"$gte": _PAGE, "$lt": _page_id(moment)}}, {_ID: 1})
        async for page in older.sort("_id").batch_size(100):
            yield page["_id"], [entry["id"] for entry in page["entries"]]

    async def _adopt(self) -> None:
        """Put the entries of earlier releases on pages. Several processes can do it at once.

        Raises `Transient` where nothing can be moved for a while.
        """
        client, tries = self._database.client, 0
        while True:
            try:
                found = self._pages.find(_FORMER_ENTRY).batch_size(PAGE)
                while some := await found.to_list(PAGE):
                    for page in _in_pages(some):
                        await transaction(client, partial(self._move, page))
                        tries = 0
                break
            except Transient:  # most likely another process was at these
                tries += 1
                if tries == ADOPTION_TRIES:
                    raise
                await asyncio.sleep(ADOPTION_PAUSE_SECONDS)
        await self._pages.delete_many({"_id": {"$gte": _PAGE}, "entries": {"$type": "string"}})
        await self._database.drop_collection(_FORMER_PAGES)

    async def _move(self, documents: Sequence[Document], session: Session) -> None:
        """Have entries that were documents stand on a page. Raises `Transient` where one was moved already."""
        ids = [document["_id"] for document in documents]
        entries = [{"id": document["_id"]} | _without_id(document) for document in documents]
        moved = await self._pages.delete_many({"_id": {"$in": ids}}, session=session)
        if moved.deleted_count < len(ids):
            raise Transient("another process was faster")
        await self._pages.insert_one(_page(entries), session=session)
        told = [ReplaceOne({"_id": mention["_id"]}, mention, upsert=True) for mention in self._mentions(entries)]
        if told:
            await self._told.bulk_write(told, session=session)

    def _mentions(self, entries: Sequence[Document]) -> list[Document]:
        shown = ("about", "type", "handled_at")
        return [
            {"_id": entry["id"]} | {name: entry[name] for name in shown}
            for entry in entries
            if entry["type"] in self._told_types
        ]


def _in_pages(entries: Sequence[Document]) -> Iterator[list[Document]]:
    """In order, each page as full as may be."""
    page, size = list[Document](), 0
    for entry in entries:
        if len(page) == PAGE or size > PAGE_SIZE:
            yield page
            page, size = [], 0
        page.append(entry)
        for event in entry["events"]:
            size += len(event["data"])
    if page:
        yield page


def _page(entries: list[Document]) -> Document:
    """Of the moment of its latest entry."""
    moment = max(entry["handled_at"] for entry in entries)
    return {"_id": f"{_page_id(moment)}/{entries[0]['id']}", "entries": entries}


def _page_id(at: datetime) -> str:
    return f"{_PAGE}{at.astimezone(UTC).isoformat(timespec='microseconds')}"


def _without_id(document: Document) -> Document:
    return {name: value for name, value in document.items() if name != "_id"}


def _document(entry: Entry) -> Document:
    return {
        "id": entry.id,
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
    return Entry(**document | {"events": tuple(_events(document))})


def _events(document: Document) -> Iterator[Published]:
    for e in document["events"]:
        headers = tuple((name, value.encode()) for name, value in e["headers"].items())
        yield Published(e["topic"], e["key"].encode(), e["data"].encode(), headers)
