"""Who is signed in: sessions that live on the server and can be ended there.

Invariants: the token is known to the browser alone, since only its SHA-256 is kept; a session ends by itself
after an idle and after an absolute time, whatever the browser does; ending it takes effect at once and for good,
also where it is being used at that moment.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import Response

from shared.clock import Clock
from shared.mongo import passing_errors, put

_TOUCH_EVERY = timedelta(minutes=1)
"""How stale `seen_at` may be: a write a minute, not a write a request."""


@dataclass(frozen=True, slots=True)
class Outsider:
    """What an OpenID Connect provider has said of a person who has no account here. Gone with the session."""

    name: str
    """How the person is called."""
    roles: tuple[str, ...]
    id_token: str
    """By which the provider recognises the session that is to end there too."""


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in of one person on one device."""

    id: str
    """SHA-256 of the token, in hexadecimal. Safe to show: it can't be turned back."""
    user: str
    started_at: datetime
    seen_at: datetime
    expires_at: datetime
    """The earlier of the idle and the absolute end."""
    device: str
    """What the browser says it is, so that a person can tell the sessions apart."""
    account: str = ""
    """How events name the local account; empty for an outsider."""
    revision: int = 0
    """The local account's at the sign-in: a later one has made the session void."""
    outsider: Outsider | None = None


class SessionStore(Protocol):
    """Keeps sessions. Every method may raise `Transient`."""

    async def put(self, session: Session) -> None:
        """Keep a new one."""

    async def touch(self, session: Session) -> None:
        """Take over when it was seen and ends; nothing where it has been deleted meanwhile."""

    async def find(self, id: str) -> Session | None:
        """The session, expired or not."""

    async def delete(self, id: str) -> None:
        """Forget it, if it is there."""

    async def of(self, user: str) -> Sequence[Session]:
        """All of a user's."""

    async def delete_before(self, account: str, revision: int) -> None:
        """Forget those of an account that began at an earlier revision."""


class Sessions:
    """Starts, finds and ends sessions."""

    def __init__(
        self,
        store: SessionStore,
        clock: Clock,
        *,
        idle: timedelta = timedelta(hours=1),
        absolute: timedelta = timedelta(hours=12),
    ) -> None:
        self._store = store
        self._clock = clock
        self._idle = idle
        self._absolute = absolute

    async def start(
        self,
        user: str,
        device: str = "",
        *,
        account: str = "",
        revision: int = 0,
        outsider: Outsider | None = None,
    ) -> str:
        """A new session's token. Always a new one: a token from before the sign-in is worth nothing after."""
        token = secrets.token_urlsafe(32)
        now = self._clock()
        ends = self._end(now, now)
        await self._store.put(Session(_id(token), user, now, now, ends, device[:200], account, revision, outsider))
        return token

    async def find(self, token: str | None) -> Session | None:
        """The live session of a token; being used keeps it alive."""
        session = await self._store.find(_id(token)) if token else None
        if session is None:
            return None
        now = self._clock()
        if now >= session.expires_at:
            await self._store.delete(session.id)
            return None
        if now - session.seen_at >= _TOUCH_EVERY:
            session = replace(session, seen_at=now, expires_at=self._end(session.started_at, now))
            await self._store.touch(session)
        return session

    async def end(self, id: str) -> None:
        """Sign out of one session."""
        await self._store.delete(id)

    async def of(self, user: str) -> Sequence[Session]:
        """A user's live sessions, the newest first."""
        now = self._clock()
        live = [session for session in await self._store.of(user) if session.expires_at > now]
        return sorted(live, key=lambda session: session.started_at, reverse=True)

    async def end_of(self, user: str, id: str) -> bool:
        """Sign a user out of a session of theirs. False: there is none of that id."""
        if id not in {session.id for session in await self._store.of(user)}:
            return False
        await self._store.delete(id)
        return True

    async def end_others(self, user: str, kept: str) -> None:
        """Sign out everywhere but in the session `kept`."""
        for session in await self._store.of(user):
            if session.id != kept:
                await self._store.delete(session.id)

    async def end_before(self, account: str, revision: int) -> None:
        """Sign out of what began before an account's change. However often and in whatever order it is asked."""
        await self._store.delete_before(account, revision)

    def _end(self, started_at: datetime, seen_at: datetime) -> datetime:
        return min(seen_at + self._idle, started_at + self._absolute)


def _id(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


class SessionCookie:
    """Where the browser keeps the token: out of reach of scripts and of other sites' requests."""

    def __init__(self, name: str, *, secure: bool, lasts: timedelta | None = None) -> None:
        """`secure` binds it to https and to this very host. It `lasts` until the browser is closed, or so long."""
        self._name = f"__Host-{name}" if secure else name
        self._secure = secure
        self._max_age = None if lasts is None else int(lasts.total_seconds())

    def read(self, request: Request) -> str | None:
        """The token, if the browser sent one."""
        return request.cookies.get(self._name)

    def set(self, response: Response, token: str) -> None:
        """Give the browser a token; it forgets it in time, and the server in any case."""
        response.set_cookie(
            self._name,
            token,
            max_age=self._max_age,
            path="/",
            httponly=True,
            samesite="lax",
            secure=self._secure,
        )

    def clear(self, response: Response) -> None:
        """Take it away."""
        response.delete_cookie(self._name, path="/", httponly=True, samesite="lax", secure=self._secure)


class MemorySessionStore:
    """Sessions of one process, for tests."""

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}

    async def put(self, session: Session) -> None:
        self._sessions[session.id] = session

    async def touch(self, session: Session) -> None:
        if session.id in self._sessions:
            self._sessions[session.id] = session

    async def find(self, id: str) -> Session | None:
        return self._sessions.get(id)

    async def delete(self, id: str) -> None:
        self._sessions.pop(id, None)

    async def of(self, user: str) -> Sequence[Session]:
        return [session for session in self._sessions.values() if session.user == user]

    async def delete_before(self, account: str, revision: int) -> None:
        for session in list(self._sessions.values()):
            if session.account == account and session.revision < revision:
                del self._sessions[session.id]


class MongoSessionStore:
    """Sessions in a collection of the service's database, shared by its API processes."""

    def __init__(self, collection: Any) -> None:
        """`collection` is an asynchronous one, as `shared.mongo` hands out."""
        self._collection = collection

    async def prepare(self) -> None:
        """Indexes: a user's sessions, an account's, and forgetting by the database what has expired."""
        with passing_errors():
            await self._collection.create_index("user")
            await self._collection.create_index([("account", 1), ("revision", 1)])
            await self._collection.create_index("expires_at", expireAfterSeconds=0)

    async def put(self, session: Session) -> None:
        document = asdict(session)
        await put(self._collection, {"_id": document.pop("id"), **document})

    async def touch(self, session: Session) -> None:
        times = {"seen_at": session.seen_at, "expires_at": session.expires_at}
        with passing_errors():
            await self._collection.update_one({"_id": session.id}, {"$set": times})

    async def find(self, id: str) -> Session | None:
        with passing_errors():
            document = await self._collection.find_one({"_id": id})
        return _session(document) if document else None

    async def delete(self, id: str) -> None:
        with passing_errors():
            await self._collection.delete_one({"_id": id})

    async def of(self, user: str) -> Sequence[Session]:
        with passing_errors():
            return [_session(document) async for document in self._collection.find({"user": user})]

    async def delete_before(self, account: str, revision: int) -> None:
        with passing_errors():
            await self._collection.delete_many({"account": account, "revision": {"$lt": revision}})


def _session(document: dict[str, Any]) -> Session:
    outsider = document["outsider"]
    return Session(
        id=document["_id"],
        user=document["user"],
        started_at=_aware(document["started_at"]),
        seen_at=_aware(document["seen_at"]),
        expires_at=_aware(document["expires_at"]),
        device=document["device"],
        account=document["account"],
        revision=document["revision"],
        outsider=Outsider(outsider["name"], tuple(outsider["roles"]), outsider["id_token"]) if outsider else None,
    )


def _aware(moment: datetime) -> datetime:
    """The driver hands out UTC without saying so, unless it is told to."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
