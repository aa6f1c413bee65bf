"""The `Store` on MongoDB: one collection per kind, the journal and `positions` beside them."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime, time
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from bson.raw_bson import RawBSONDocument
from cattrs.converters import Converter
from cattrs.fns import identity
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override
from cattrs.preconf.bson import make_converter
from pymongo import ASCENDING, DESCENDING, IndexModel, ReplaceOne, UpdateOne
from pymongo.errors import BulkWriteError, DocumentTooLarge, OperationFailure, PyMongoError

from shared.contracts.message import Command
from shared.messaging.errors import Fenced, Transient
from shared.messaging.journal import Journal
from shared.messaging.routes import Index, Kind
from shared.messaging.store import A, DuplicateEntry, Entry, Position, Published, Rejected, Scalar, Span, Store, Where
from shared.messaging.work import Changes
from shared.mongo import (
    DUPLICATE_KEY,
    PASSING_CODES,
    Client,
    Database,
    Session,
    Transactions,
    drop_indexes,
    encoded,
    passing_errors,
)

POSITIONS = "positions"

Document = dict[str, Any]
Replace = ReplaceOne[Document]


class Mapper:
    """Turns aggregates of one kind into documents and back. What is null by default and null is no field at all.

    So a ticket's document is a fifth smaller, and a sparse index holds what is there.
    """

    def __init__(self, kind: type) -> None:
        converter = _converter()
        named: dict[str, Any] = {"id": override(rename="_id")} | {
            field.name: override(omit_if_default=True) for field in fields(kind) if field.default is None
        }
        self.write: Callable[[Any], Document] = make_dict_unstructure_fn(kind, converter, **named)
        structure: Callable[[Document, type], Any] = make_dict_structure_fn(kind, converter, **named)
        self.read: Callable[[Document], Any] = lambda document: structure(document, kind)


class MongoStore(Store):
    """A service's database."""

    def __init__(
        self, client: Client, database: Database, kinds: Sequence[Kind], *, told: Collection[type[Command]] = ()
    ) -> None:
        """`told` are the commands whose events `told` gives: whoever writes must name them."""
        self._transactions = Transactions(client)
        self._kinds = {kind.type: kind for kind in kinds}
        for kind in kinds:
            _check_defaults(kind)
        self._mappers = {kind.type: Mapper(kind.type) for kind in kinds}
        self._collections = {kind.type: database[kind.collection] for kind in kinds}
        self._journal = Journal(database, told)
        self._positions = database[POSITIONS]

    async def prepare(self) -> None:
        """Create collections and indexes that are not there yet, drop those of earlier releases. Raises `Transient`."""
        with passing_errors():
            await self._journal.prepare()
            for kind in self._kinds.values():
                if kind.indexes:
                    await self._collections[kind.type].create_indexes([_model(index) for index in kind.indexes])
                if kind.former_indexes:
                    await drop_indexes(self._collections[kind.type], kind.former_indexes)

    async def load(self, kind: type[A], field: str, values: Sequence[str]) -> list[A]:
        read = self._mappers[kind].read
        with passing_errors():
            found = self._collections[kind].find({_name(field): {"$in": list(values)}})
            return [read(document) async for document in found]

    async def select(
        self,
        kind: type,
        where: Where,
        *,
        order: tuple[str, ...],
        limit: int,
    ) -> list[Any]:
        wanted: Document = {_name(field): _wanted(value) for field, value in where.items()}
        read = self._mappers[kind].read
        with passing_errors():
            found = self._collections[kind].find(wanted).sort([(_name(f), ASCENDING) for f in order]).limit(limit)
            return [read(document) async for document in found]

    async def count(self, kind: type, where: Where, *, without: Collection[str] = ()) -> int:
        wanted: Document = {_name(field): _wanted(value) for field, value in where.items()}
        if without:
            wanted["_id"] = {"$nin": list(without)}
        with passing_errors():
            return await self._collections[kind].count_documents(wanted)

    async def latest(
        self, kind: type[A], where: Mapping[str, Scalar | Sequence[str]], *, by: str, limit: int
    ) -> list[A]:
        """For views: the last aggregates by a field. A list in `where` allows any of its values."""
        wanted = {_name(f): {"$in": list(v)} if isinstance(v, list | tuple) else v for f, v in where.items()}
        read = self._mappers[kind].read
        with passing_errors():
            found = self._collections[kind].find(wanted).sort(_name(by), DESCENDING).limit(limit)
            return [read(document) async for document in found]

    async def entries(self, ids: Sequence[str]) -> dict[str, Entry]:
        with passing_errors():
            return await self._journal.entries(ids)

    async def told(
        self, about: str, type_: str, *, since: datetime, limit: int, session: Session | None = None
    ) -> list[Published]:
        """For views: the events of accepted commands of one type with one key, the latest commands first."""
        with passing_errors():
            return await self._journal.told(about, type_, since=since, limit=limit, session=session)

    async def forget_entries(self, before: datetime, limit: int) -> int:
        """Delete some of the journal's entries that were handled before a moment, `limit` or as many more as stand on
        the last one's page; returns how many.

        A command that comes again afterwards is a new one: `before` must lie further back than any message does
        that is still on the bus or can be put there again.
        """
        with passing_errors():
            return await self._journal.forget(before, limit)

    async def count_entries(self, before: datetime) -> int:
        """How many of the journal's entries were handled before a moment."""
        with passing_errors():
            return await self._journal.count(before)

    async def claim(self, partition: str, owner: str) -> int:
        session = await self._transactions.session_id()
        with passing_errors():
            former = await self._positions.find_one({"_id": partition})
            if former is not None and former.get("session", session) != session:
                await self._transactions.end(former["session"])  # it may have died with a transaction open
            await self._positions.update_one(
                {"_id": partition},
                {"$set": {"owner": owner, "session": session}, "$setOnInsert": {"offset": 0}},
                upsert=True,
            )
            position = await self._positions.find_one({"_id": partition})
        if position is None or position["owner"] != owner:
            raise Transient(f"{partition} was claimed by another worker at the same moment")
        offset: int = position["offset"]
        return offset

    def stage(
        self, changes: Changes, entries: Sequence[Entry], positions: Sequence[Position]
    ) -> Callable[[], Awaitable[None]]:
        state, journal = self._state(changes), self._journal.stage(entries)

        async def write(session: Session) -> None:
            await self._hold(positions, session)
            try:
                await self._journal.enter(journal, session)
            except BulkWriteError as error:
                raise (DuplicateEntry() if _code(error) == DUPLICATE_KEY else _refusal(error)) from error
            for kind, (changed, new) in state.items():
                try:
                    await self._write(kind, changed, new, session)
                except BulkWriteError as error:
                    raise _refusal(error) from error

        async def commit() -> None:
            try:
                await self._transactions.run(write)
            except (OperationFailure, DocumentTooLarge) as error:
                raise _refusal(error) from error

        return commit

    def _state(self, changes: Changes) -> dict[type, tuple[list[Replace], list[RawBSONDocument]]]:
        """What each collection has to replace and to take in."""
        state: defaultdict[type, tuple[list[Replace], list[RawBSONDocument]]] = defaultdict(lambda: ([], []))
        for aggregate in changes.changed:
            former = {"_id": aggregate.id, "version": aggregate.version}
            state[type(aggregate)][0].append(ReplaceOne(former, self._next(aggregate)))
        for aggregate in changes.new:
            state[type(aggregate)][1].append(self._next(aggregate))
        return state

    async def _write(
        self, kind: type, changed: Sequence[Replace], new: Sequence[RawBSONDocument], session: Session
    ) -> None:
        """In order, and what is changed before what is new: a unique value that one frees another may take."""
        collection = self._collections[kind]
        if changed:
            result = await collection.bulk_write(changed, session=session)
            if result.matched_count != len(changed):
                raise Transient(f"a {kind.__name__} was changed by another")
        if new:
            await collection.insert_many(new, session=session)

    def _next(self, aggregate: Any) -> RawBSONDocument:
        document = self._mappers[type(aggregate)].write(aggregate)
        document["version"] += 1
        return encoded(document)

    async def _hold(self, positions: Sequence[Position], session: Session) -> None:
        """Advance the partitions that are still ours, which also keeps others from claiming them until we commit."""
        writes = [UpdateOne({"_id": p.partition, "owner": p.owner}, {"$set": {"offset": p.offset}}) for p in positions]
        result = await self._positions.bulk_write(writes, ordered=False, session=session)
        if result.matched_count == len(positions):
            return
        owners = {p.partition: p.owner for p in positions}
        found = self._positions.find({"_id": {"$in": list(owners)}}, session=session)
        kept = {d["_id"] async for d in found if d["owner"] == owners[d["_id"]]}
        raise Fenced(frozenset(owners.keys() - kept))


def _check_defaults(kind: Kind) -> None:
    """Raises `TypeError` where null would be written all the same, and so count as a value of a unique index."""
    sparse = {index.fields[0] for index in kind.indexes if _is_sparse(index)}
    for field in fields(kind.type) if sparse else ():
        if field.name in sparse and field.default is not None:
            raise TypeError(f"{kind.collection}: sparse by {field.name}, so null must be its default")


def _converter() -> Converter:
    """Cattrs' for BSON. It calls a function for every value that may be missing; ours only where there is work."""
    converter = make_converter()
    for plain in (date, time):
        converter.register_unstructure_hook(plain, plain.isoformat)
    converter.register_structure_hook(date, lambda value, _: date.fromisoformat(value))
    converter.register_structure_hook(time, lambda value, _: time.fromisoformat(value))

    def write_optional(kind: type) -> Callable[[Any], Any]:
        write = converter.get_unstructure_hook(get_args(kind)[0])
        return write if write is identity else lambda value: None if value is None else write(value)

    def write_tuple(kind: type) -> Callable[[Any], Any]:
        write = converter.get_unstructure_hook(get_args(kind)[0])
        return identity if write is identity else lambda values: [write(value) for value in values]

    converter.register_unstructure_hook_factory(_is_optional, write_optional)
    converter.register_unstructure_hook_factory(_is_tuple, write_tuple)
    return converter


def _is_optional(kind: Any) -> bool:
    return get_origin(kind) in (UnionType, Union) and get_args(kind)[1:] == (NoneType,)


def _is_tuple(kind: Any) -> bool:
    """Of any length, of one kind of thing."""
    return get_origin(kind) is tuple and get_args(kind)[1:] == (...,)


def _wanted(value: Scalar | Span) -> Any:
    return {"$gte": value.start, "$lt": value.end} if isinstance(value, Span) else value


def _name(field: str) -> str:
    return "_id" if field == "id" else field


def _model(index: Index) -> IndexModel:
    options: Document = {"name": "_".join(index.fields)}
    if index.unique:
        options["unique"] = True
    if _is_sparse(index):
        options["sparse"] = True
    elif index.partial:
        # Any text. ($type would say so too, but the planner does not see that an equality implies it.)
        options["partialFilterExpression"] = {index.fields[0]: {"$gt": ""}}
    if index.expires_after_seconds is not None:
        options["expireAfterSeconds"] = index.expires_after_seconds
    return IndexModel([(_name(field), ASCENDING) for field in index.fields], **options)


def _is_sparse(index: Index) -> bool:
    """Over one field, absent where it is null. A planner sees that such an index holds any list of values."""
    return index.partial and len(index.fields) == 1


def _first(error: BulkWriteError) -> Document:
    """What went wrong in a bulk write. In a transaction nothing after it was tried."""
    found: list[Document] = (error.details or {}).get("writeErrors") or [{}]
    return found[0]


def _code(error: Exception) -> int | None:
    if isinstance(error, BulkWriteError):
        return _first(error).get("code")
    return error.code if isinstance(error, OperationFailure) else None


def _refusal(error: PyMongoError | DocumentTooLarge) -> Exception:
    """The database's no, in words without the data, which may be personal: the driver's own quote the document."""
    code = _code(error)
    if code in PASSING_CODES:
        return Transient(f"{type(error).__name__}: code {code}")
    if code == DUPLICATE_KEY and isinstance(error, BulkWriteError):
        return Rejected(f"not unique: {', '.join(_first(error).get('keyPattern') or ['?'])}")
    return Rejected(f"{type(error).__name__}: code {code}")
