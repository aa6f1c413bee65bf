"""A browser's way to an OpenID Connect provider and back, recognised by a cookie.

Invariant: an answer counts only in the browser that was sent, and within minutes. The cookie holds a random
secret and the time; what goes to the provider is computed from both by a key of ours. So nothing has to be kept
here, and who reads the cookie learns neither the verifier nor the nonce.
"""

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from shared.clock import Clock

ERRAND_LASTS = timedelta(minutes=10)
"""How long a person may take at the provider."""


class Unproven(Exception):
    """Nothing proves who this is."""


@dataclass(frozen=True, slots=True)
class Errand:
    """One person's way to the provider and back: what the answer must fit."""

    state: str
    nonce: str
    verifier: str


class Errands:
    """Sends browsers on errands, and recognises them when they come back."""

    def __init__(self, name: str, key: bytes, clock: Clock, *, secure: bool) -> None:
        """`secure` binds the cookie to https and to this very host."""
        self._cookie = f"__Host-{name}" if secure else name
        self._secure = secure
        self._key = key
        self._clock = clock

    def new(self) -> tuple[Errand, str]:
        """An errand, and the cookie by which it is found again."""
        cookie = f"{int(self._clock().timestamp())}.{secrets.token_urlsafe(32)}"
        return self._errand(cookie), cookie

    def begin(self, response: Response, cookie: str) -> None:
        """Give the browser the cookie."""
        response.set_cookie(
            self._cookie,
            cookie,
            max_age=int(ERRAND_LASTS.total_seconds()),
            path="/",
            httponly=True,
            samesite="lax",
            secure=self._secure,
        )

    def find(self, request: Request) -> Errand:
        """The browser's errand. Raises `Unproven` where it has none, or was away for too long."""
        cookie = request.cookies.get(self._cookie, "")
        match = re.fullmatch(r"([0-9]{1,12})\.[A-Za-z0-9_-]{43}", cookie)
        if match is None:
            raise Unproven("this browser was sent on no errand")
        age = self._clock().timestamp() - int(match[1])
        if not -1 <= age <= ERRAND_LASTS.total_seconds():
            raise Unproven("the errand took too long")
        return self._errand(cookie)

    def end(self, response: Response) -> None:
        """Take the cookie away: an errand has one answer."""
        response.delete_cookie(self._cookie, path="/", httponly=True, samesite="lax", secure=self._secure)

    def _errand(self, cookie: str) -> Errand:
        return Errand(*(self._derived(purpose, cookie) for purpose in ("state", "nonce", "verifier")))

    def _derived(self, purpose: str, cookie: str) -> str:
        digest = hmac.new(self._key, f"{purpose}\n{cookie}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")
