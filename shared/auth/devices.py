"""Browsers in which a person has signed in before, so that others' failures never make them wait.

A cookie holds a random name of the browser and, for each of the last people who signed in there, a proof made
with a key of ours. Nothing is stored. Invariant: it opens nothing; all that it changes is whose failures count
(`shared.auth.limits`), and who has taken it from a browser counts as that browser.
"""

import hmac
import re
import secrets

from starlette.requests import Request
from starlette.responses import Response

from shared.auth.keys import mac

PEOPLE_MOST = 12
"""People who share one browser, such as a counter's."""
_LASTS_SECONDS = 180 * 24 * 3600
_NAME = r"[A-Za-z0-9_-]{16}"
_PROOF_LENGTH = 16
"""96 bits of base64url."""
_TOKEN = re.compile(rf"({_NAME})((?:\.[A-Za-z0-9_-]{{{_PROOF_LENGTH}}}){{1,{PEOPLE_MOST}}})")


class KnownDevices:
    """Recognises browsers by their cookie."""

    def __init__(self, name: str, key: bytes, *, secure: bool) -> None:
        """`secure` binds the cookie to https and to this very host."""
        self._cookie = f"__Host-{name}" if secure else name
        self._secure = secure
        self._key = key

    def find(self, request: Request, user: str) -> str | None:
        """The browser's name, where this user has signed in from it before."""
        device, proofs = self._read(request)
        expected = self._proof(device, user)
        return device if any(hmac.compare_digest(proof, expected) for proof in proofs) else None

    def remember(self, request: Request, response: Response, user: str) -> None:
        """The user has signed in from the browser that this response goes to."""
        device, proofs = self._read(request)
        device = device or secrets.token_urlsafe(12)
        own = self._proof(device, user)
        latest = [own, *(proof for proof in proofs if proof != own)][:PEOPLE_MOST]
        response.set_cookie(
            self._cookie,
            ".".join([device, *latest]),
            max_age=_LASTS_SECONDS,
            path="/",
            httponly=True,
            samesite="lax",
            secure=self._secure,
        )

    def _read(self, request: Request) -> tuple[str, list[str]]:
        """The browser's name and the proofs it brings; empty where it brings nothing of the right form."""
        match = _TOKEN.fullmatch(request.cookies.get(self._cookie, ""))
        return (match[1], match[2][1:].split(".")) if match else ("", [])

    def _proof(self, device: str, user: str) -> str:
        return mac(self._key, f"{device}\n{user.casefold()}", _PROOF_LENGTH)
