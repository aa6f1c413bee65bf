"""The journal in MongoDB: what was handled, one document a command, found by the command's id and by nothing else.

A second index would cost as much as the document, at every command, and is asked for once a day. So among the entries
stand pages, one a transaction, which say by their own id which commands were handled when; and of the few types that
views ask for again (`Routes.told`), `told` says about what. Invariant: an entry stands on a page of the same
transaction.
"""

from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from pymongo import ASCENDING, DESCENDING, IndexModel

from shared.contracts.message import Command
from shared.messaging.attempt import ACCEPTED
from shared.messaging.store import Entry, Published
from shared.mongo import Database, Session, create_collection, drop_indexes, put

JOURNAL = "journal"
TOLD = "journal_told"
PAGE = 500
"""Entries that are looked up or put on a page in one go."""

ENTRY = {"type": {"$gt": ""}}
"""Tells entries from pages."""
_PAGE = "page/"
"""Begins the ids of pages: no message's id has a stroke. Then comes the moment, by which they are sorted."""
_FORMER_INDEXES = ("handled_at_1", "about_1_type_1_handled_at_1", "about_1")
"""Of earlier releases, which had no pages."""
_FORMER_PAGES = "journal_pages"
"""Where a later one had them."""

Document = dict[str, Any]


class Staged(NamedTuple):
    """What a transaction writes into the journal: the entries with their page, and what is told of them."""

    entries: list[Document]
    told: list[Document]


class Journal:
    """One service's journal. Raises the driver's errors, which `MongoStore` turns into its own."""

    def __init__(self, database: Database, told: Collection[type[Command]] = ()) -> None:
        self._database = database
        self._entries = database[JOURNAL]
        self._former_pages = database[_FORMER_PAGES]
        self._told = database[TOLD]
        self._told_types = {command.type() for command in told}

    async def prepare(self) -> None:
        """Create what is not there yet; give pages to the entries of earlier releases."""
        await create_collection(self._database, JOURNAL)
        about = [(name, ASCENDING) for name in ("about", "type", "handled_at")]
        await self._told.create_indexes([IndexModel(about)])
        if _FORMER_INDEXES[0] in await self._entries.index_information():
            await self._adopt_entries()
        await drop_indexes(self._entries, _FORMER_INDEXES)
        await self._adopt_pages()

    def stage(self, entries: Sequence[Entry]) -> Staged:
        """What is to be written of entries, all of one moment."""
        told = [
            _mention(entry.id, entry.about, entry.type, entry.handled_at)
            for entry in entries
            if entry.type in self._told_types
        ]
        page = _page(entries[0].handled_at, [entry.id for entry in entries])
        return Staged([*map(_document, entries), page], told)

    async def enter(self, staged: Staged, session: Session) -> None:
        """Write entries as part of a transaction."""
        await self._entries.insert_many(staged.entries, session=session)
        if staged.told:
            await self._told.insert_many(staged.told, session=session)

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
            await self._entries.delete_one({"_id": page["_id"]})  # last: what is left of a page is tried again
            forgotten += len(page["entries"])
            if forgotten >= limit:
                break
        return forgotten

    async def count(self, before: datetime) -> int:
        """How many entries `forget` would delete."""
        return sum([len(page["entries"]) async for page in self._before(before)])

    def _before(self, moment: datetime) -> AsyncIterator[Mapping[str, Any]]:
        return self._entries.find({"_id": {"$gte": _PAGE, "$lt": _page_id(moment)}}).sort("_id").batch_size(10)

    async def _adopt_entries(self) -> None:
        """Where several processes do it at once, an entry stands on several pages, which harms nothing."""
        shown = {"type": 1, "about": 1, "handled_at": 1}
        found = self._entries.find(ENTRY, shown).sort("handled_at").batch_size(PAGE)
        while some := await found.to_list(PAGE):
            for entry in some:
                if entry["type"] in self._told_types:
                    mention = _mention(entry["_id"], entry["about"], entry["type"], entry["handled_at"])
                    await put(self._told, mention)
            await put(self._entries, _page(some[-1]["handled_at"], [entry["_id"] for entry in some]))

    async def _adopt_pages(self) -> None:
        """Each is asked for anew, so that several processes can do it at once."""
        while pages := await self._former_pages.find().limit(PAGE).batch_size(PAGE).to_list(PAGE):
            for page in pages:
                await put(self._entries, _page(page["handled_at"], page["entries"]))
                await self._former_pages.delete_one({"_id": page["_id"]})
        await self._former_pages.drop()


def _page(at: datetime, ids: Sequence[str]) -> Document:
    return {"_id": f"{_page_id(at)}/{ids[0]}", "entries": ids}


def _page_id(at: datetime) -> str:
    return f"{_PAGE}{at.astimezone(UTC).isoformat(timespec='microseconds')}"


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
