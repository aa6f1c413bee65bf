"""Passwords: hashed with argon2id, off the event loop, a few at a time.

Invariant: checking a password takes the same work whether the user exists or not, so that nobody can find out
user names by the clock.
"""

import asyncio
import secrets
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH = 10
MAX_LENGTH = 200
_LEGIBLE = "23456789abcdefghjkmnpqrstuvwxyz"
"""No two of them look alike."""


class Passwords:
    """Makes and checks hashes. One per process: it bounds how much memory hashing takes at once."""

    def __init__(self, hasher: PasswordHasher | None = None, *, at_once: int = 2) -> None:
        """The default cost is argon2-cffi's (RFC 9106, low memory: 64 MiB). Tests give a cheaper one."""
        self._hasher = hasher or PasswordHasher()
        self._turns = asyncio.Semaphore(at_once)
        self._nobody = self._hasher.hash("nobody has this password")

    async def hash(self, password: str) -> str:
        """A hash to be kept. Raises `ValueError` for a password that is too short or too long."""
        if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
            raise ValueError(f"a password has {MIN_LENGTH} to {MAX_LENGTH} characters")
        async with self._turns:
            return await asyncio.to_thread(self._hasher.hash, _normal(password))

    async def matches(self, password: str, hashed: str | None) -> bool:
        """Whether the password is right; `hashed` is None where there is no such user."""
        known = hashed is not None and len(password) <= MAX_LENGTH
        async with self._turns:
            right = await asyncio.to_thread(
                self._verify, _normal(password[:MAX_LENGTH]), hashed if hashed is not None else self._nobody
            )
        return right and known

    def outdated(self, hashed: str) -> bool:
        """Whether the hash was made at a lower cost than today's: make it anew while the password is at hand."""
        return self._hasher.check_needs_rehash(hashed)

    def _verify(self, password: bytes, hashed: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False


def random_password() -> str:
    """A password of 79 random bits that can be read out and typed: `k7mq-2xhd-p9wv-e4tz`."""
    return "-".join("".join(secrets.choice(_LEGIBLE) for _ in range(4)) for _ in range(4))


def _normal(password: str) -> bytes:
    """The same bytes for what looks the same, on whatever keyboard it was typed."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
