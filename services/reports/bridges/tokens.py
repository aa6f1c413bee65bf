"""Tokens by which an agency's programs sign in: random, and kept as hashes alone.

Invariants: a token is worth something for one agency with one office, whose shares alone it opens: another office's
manager may know the agency too, and must not see what this office shares with it; whoever reads the database can sign
in as nobody; an ended token is worth nothing from the next request on.
"""

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shared.clock import Clock
from shared.errors import Refused
from shared.mongo import Database, passing_errors, put

PREFIX = "kta_"
"""By which a token is recognised where it should not be, in a log or a repository."""
TOKENS_MOST = 20
KEEP_ENDED = timedelta(days=365)
"""How long it is known who had one."""
_USED_EVERY = timedelta(minutes=5)


class TokenUnknown(Refused):
    """There is no such token of this agency."""

    slug = "token-unknown"


class TooManyTokens(Refused):
    """The agency has as many as it can have."""

    slug = "too-many-tokens"


@dataclass(frozen=True, slots=True)
class Token:
    """Whose a token is, without the token."""

    id: str
    office: str
    agency: str
    name: str
    """What its program is called."""
    made_at: datetime
    made_by: str
    used_at: datetime | None
    """Within some minutes."""
    ended_at: datetime | None
    ended_by: str | None


class Tokens:
    """The tokens of all agencies. Each method may raise `Transient`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._tokens = database["agency_tokens"]
        self._clock = clock

    async def prepare(self) -> None:
        """The indexes."""
        with passing_errors():
            await self._tokens.create_index("hash", unique=True)
            await self._tokens.create_index([("office", 1), ("agency", 1)])
            await self._tokens.create_index("forget_at", expireAfterSeconds=0)

    async def make(self, office: str, agency: str, name: str, by: str) -> tuple[Token, str]:
        """A new one, with its text, which is told only now. Raises `TooManyTokens`."""
        if sum(token.ended_at is None for token in await self.of(office, agency)) >= TOKENS_MOST:
            raise TooManyTokens(most=TOKENS_MOST)
        text = PREFIX + secrets.token_urlsafe(32)
        made: dict[str, Any] = {
            "_id": str(uuid.uuid4()),
            "hash": _hash(text),
            "office": office,
            "agency": agency,
            "name": name,
            "made_at": self._clock(),
            "made_by": by,
        }
        await put(self._tokens, made)
        return _token(made), text

    async def of(self, office: str, agency: str) -> list[Token]:
        """An agency's with an office, the latest first, ended ones too."""
        with passing_errors():
            found = self._tokens.find({"office": office, "agency": agency}).sort("made_at", -1).limit(200)
            return [_token(document) async for document in found]

    async def end(self, office: str, agency: str, id: str, by: str) -> None:
        """Let it be worth nothing. Raises `TokenUnknown`."""
        now = self._clock()
        with passing_errors():
            ended = await self._tokens.update_one(
                {"_id": id, "office": office, "agency": agency, "ended_at": None},
                {"$set": {"ended_at": now, "ended_by": by, "forget_at": now + KEEP_ENDED}},
            )
        if not ended.matched_count:
            raise TokenUnknown

    async def find(self, text: str) -> Token | None:
        """Whose token it is; None for one that is worth nothing."""
        if not text.startswith(PREFIX) or len(text) > 100:
            return None
        now = self._clock()
        with passing_errors():
            found = await self._tokens.find_one({"hash": _hash(text), "ended_at": None})
            if found is not None and ((used := found.get("used_at")) is None or now - used > _USED_EVERY):
                await self._tokens.update_one({"_id": found["_id"]}, {"$set": {"used_at": now}})
        return _token(found) if found else None

    async def lives(self, id: str) -> bool:
        """Whether a token that was worth something still is."""
        with passing_errors():
            return await self._tokens.find_one({"_id": id, "ended_at": None}, {"_id": 1}) is not None


def _hash(text: str) -> str:
    """Of 256 random bits, which nobody guesses: there is nothing to slow down."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _token(document: dict[str, Any]) -> Token:
    return Token(
        id=document["_id"],
        office=document["office"],
        agency=document["agency"],
        name=document["name"],
        made_at=document["made_at"],
        made_by=document["made_by"],
        used_at=document.get("used_at"),
        ended_at=document.get("ended_at"),
        ended_by=document.get("ended_by"),
    )
