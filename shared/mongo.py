"""MongoDB, and the only place that knows its driver.

Motor is in maintenance mode; a move to PyMongo's `AsyncMongoClient` must stay a change of this file. Others
get handles typed by the aliases below, errors as `Transient`, and transactions by `transaction`.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeVar

import bson
from bson import Binary
from bson.raw_bson import RawBSONDocument
from motor.motor_asyncio import (
    AsyncIOMotorClient,
    AsyncIOMotorClientSession,
    AsyncIOMotorCollection,
    AsyncIOMotorDatabase,
)
from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    DuplicateKeyError,
    ExecutionTimeout,
    NotPrimaryError,
    OperationFailure,
    PyMongoError,
    WaitQueueTimeoutError,
)
from pymongo.read_concern import ReadConcern

from shared.messaging.errors import Transient
from shared.settings import Settings

Client = AsyncIOMotorClient[dict[str, Any]]
Database = AsyncIOMotorDatabase[dict[str, Any]]
Collection = AsyncIOMotorCollection[dict[str, Any]]
Session = AsyncIOMotorClientSession

T = TypeVar("T")

DUPLICATE_KEY = 11000
NO_SUCH_INDEX = 27
COMMIT_TRIES = 3
"""How often a commit whose fate is unknown is sent again; repeating one is harmless."""

PASSING_CODES = frozenset({11600, 11602, 91, 189, 10107, 13435, 13436, 112, 251, 50, 262, 13, 18, 20, 14031})
"""Shutdown, step-down, not primary, write conflict, transaction gone, time limit: the server's words for "later".

The last four (not allowed, not signed in, no replica set, disk full) last until somebody mends them; but they say
nothing against a message either, so it must wait.
"""


@asynccontextmanager
async def connected(settings: Settings) -> AsyncIterator[Client]:
    """A client for the process's life. Connects lazily: a database that is away is found out by its first use."""
    milliseconds = int(settings.mongo_timeout_seconds * 1000)
    client: Client = AsyncIOMotorClient(
        settings.mongo,
        tz_aware=True,
        w="majority",
        serverSelectionTimeoutMS=milliseconds,
        connectTimeoutMS=milliseconds,
        socketTimeoutMS=30_000,
        appname="kentongan",
    )
    try:
        yield client
    finally:
        await asyncio.to_thread(client.close)  # it says goodbye to the server, which may not answer


async def ping(client: Client) -> None:
    """Raises `Transient` where the database does not answer."""
    with passing_errors():
        await client.admin.command("ping")


def is_passing(error: PyMongoError) -> bool:
    """Whether the same operation may succeed later."""
    if isinstance(error, ConnectionFailure | NotPrimaryError | ExecutionTimeout | WaitQueueTimeoutError):
        return True
    if error.has_error_label("TransientTransactionError") or error.has_error_label("UnknownTransactionCommitResult"):
        return True
    return isinstance(error, OperationFailure) and error.code in PASSING_CODES


@contextmanager
def passing_errors() -> Iterator[None]:
    """Turn what will pass into `Transient`; let the rest through."""
    try:
        yield
    except PyMongoError as error:
        if is_passing(error):
            raise Transient(str(error)[:500]) from error
        raise


def has_only_duplicates(error: BulkWriteError) -> bool:
    """Whether every write of a batch that was refused was so because its id, or another unique key, is there."""
    refused = (error.details or {}).get("writeErrors", [])
    return bool(refused) and all(one["code"] == DUPLICATE_KEY for one in refused)


async def drop_indexes(collection: Collection, names: Iterable[str]) -> None:
    """Drop those that are there; several processes may do so at once."""
    there = await collection.index_information()
    for name in there.keys() & set(names):
        try:
            await collection.drop_index(name)
        except OperationFailure as error:
            if error.code != NO_SUCH_INDEX:
                raise


async def upserted(write: Callable[[], Awaitable[T]]) -> T:
    """What a write with `upsert`, or a batch of them, returns. Raises `Transient` where it may succeed later.

    Of two at once that find nothing, each inserts, and one is refused: a neighbour's, or the driver's own that it
    repeats while the first is still at work. Asked again it finds the document.
    """
    with passing_errors():
        try:
            return await write()
        except DuplicateKeyError:
            pass
        except BulkWriteError as error:
            if not has_only_duplicates(error):
                raise
        return await write()


def encoded(document: dict[str, Any]) -> RawBSONDocument:
    """As it is now, and as it is sent. Raises `bson.errors.InvalidDocument` or `OverflowError` where it cannot be."""
    return RawBSONDocument(bson.encode(document))


async def put(collection: Collection, document: dict[str, Any]) -> None:
    """Have a document be there by its id, whatever was there before. Raises `Transient` where it may succeed later.

    No insert, also of what is new: one that the driver repeats would meet itself.
    """
    await upserted(lambda: collection.replace_one({"_id": document["_id"]}, document, upsert=True))


async def transaction(client: Client, write: Callable[[Session], Awaitable[None]]) -> None:
    """Run `write` in one transaction. Raises `Transient` where it may succeed later."""
    with passing_errors():
        async with await client.start_session() as session:
            await _run(session, write)


class Transactions:
    """Transactions one after the other in one session, so that an abandoned one holds nobody up.

    The server keeps an abandoned transaction, and locks what it has written, for a minute. But it gives a
    session's last one up as soon as the next begins; and who takes over from a dead process can end that one's
    session by its id.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._session: Session | None = None

    async def session_id(self) -> Binary:
        """By which another process can end what is left of ours."""
        found: Binary = (await self._opened()).session_id["id"]  # type: ignore[index]  # typed as a method
        return found

    async def run(self, write: Callable[[Session], Awaitable[None]]) -> None:
        """Run `write` in one transaction. Raises `Transient` where it may succeed later."""
        with passing_errors():
            await _run(await self._opened(), write)

    async def end(self, session_id: Binary) -> None:
        """Give up whatever another process's session has begun."""
        with passing_errors():
            await self._client.admin.command("killSessions", [{"id": session_id}])

    async def _opened(self) -> Session:
        if self._session is None:
            self._session = await self._client.start_session(causal_consistency=False)
        return self._session


async def _run(session: Session, write: Callable[[Session], Awaitable[None]]) -> None:
    session.start_transaction()
    try:
        await write(session)
    except BaseException:
        await _abort(session)
        raise
    await _commit(session)


@asynccontextmanager
async def snapshot(client: Client) -> AsyncIterator[Session]:
    """A session whose reads all see one moment. Raises `Transient`."""
    with passing_errors():
        async with await client.start_session() as session:
            session.start_transaction(read_concern=ReadConcern("snapshot"))
            try:
                yield session
            finally:
                await _abort(session)


async def _commit(session: Session) -> None:
    for left in reversed(range(COMMIT_TRIES)):
        try:
            await session.commit_transaction()
        except PyMongoError as error:
            if not (left and error.has_error_label("UnknownTransactionCommitResult")):
                raise
        else:
            return


async def _abort(session: Session) -> None:
    """Give up a transaction; a server that is away forgets it by itself."""
    try:
        await session.abort_transaction()
    except PyMongoError as error:
        if not is_passing(error):
            raise
