"""Proof that a change was wished on one of our own pages.

Two independent walls. `Csrf.middleware` refuses what a browser itself declares to come from another site,
for every unsafe request of the service. `Csrf.check`, a dependency of the whole application, wants the form's
token wherever a person's form arrives, which is everywhere outside of the JSON API.

A token is a keyed hash of a random cookie, salted anew for each page so that it cannot be guessed from the
size of compressed pages.
"""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from urllib.parse import urlsplit

from markupsafe import Markup
from starlette.datastructures import Headers, MutableHeaders, UploadFile
from starlette.requests import Request, cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.web.i18n import gettext
from shared.web.problems import Problem
from shared.web.streamed import Streamed, streamed_limit

FIELD = "csrf"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_COOKIE_VALUE = re.compile(r"[A-Za-z0-9_-]{43}")
_SALT_BYTES = 9
_MINTED = "kentongan.csrf_cookie"


class Csrf:
    """Makes and checks the tokens of one service."""

    def __init__(
        self, key: bytes, *, api_prefix: str | tuple[str, ...], secure: bool, streamed: Sequence[Streamed] = ()
    ) -> None:
        """`secure` keeps the cookie to https and, by its name, from being planted by a subdomain."""
        self._streamed = streamed
        self._key = key
        self._api_prefix = api_prefix
        self._cookie = "__Host-csrf" if secure else "csrf"
        self._cookie_end = "; Path=/; HttpOnly; SameSite=Lax" + ("; Secure" if secure else "")

    def token(self, request: Request) -> str:
        """A token for a form of the page that answers `request`. Mints the cookie where there is none."""
        secret = _valid(request.cookies.get(self._cookie)) or request.scope.get(_MINTED)
        if secret is None:
            secret = request.scope[_MINTED] = secrets.token_urlsafe(32)
        return self._sign(secrets.token_bytes(_SALT_BYTES), secret)

    def browser(self, request: Request) -> str | None:
        """The random cookie of the browser that asks, by which its tries of something can be counted; if it has one."""
        return _valid(request.cookies.get(self._cookie))

    def field(self, request: Request) -> Markup:
        """The hidden field of a form."""
        return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, self.token(request))

    async def check(self, request: Request) -> None:
        """Raises 403 unless a form brings a token that belongs to its cookie."""
        path = request.scope["path"]
        if request.method in SAFE_METHODS or path.startswith(self._api_prefix):
            return
        if streamed_limit(self._streamed, path) is not None:
            return  # whose endpoint reads the form, and verifies its token, itself
        token = (await request.form()).get(FIELD, "")
        self.verify(request, "" if isinstance(token, UploadFile) else token)

    def verify(self, request: Request, token: str) -> None:
        """Raises 403 unless a form's token belongs to the request's cookie."""
        secret = _valid(request.cookies.get(self._cookie))
        if secret is None or not self._matches(token, secret):
            raise expired()

    def middleware(self, app: ASGIApp) -> ASGIApp:
        """Wraps the application in the check of origins and sets a freshly minted cookie."""
        return _OriginMiddleware(app, self._api_prefix, self._cookie, self._cookie_end)

    def _sign(self, salt: bytes, secret: str) -> str:
        mac = hmac.new(self._key, salt + secret.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(salt + mac).decode()

    def _matches(self, token: str, secret: str) -> bool:
        try:
            salt = base64.urlsafe_b64decode(token)[:_SALT_BYTES]
        except ValueError:
            return False
        return hmac.compare_digest(self._sign(salt, secret).encode(), token.encode("utf-8", "replace"))


class _OriginMiddleware:
    def __init__(self, app: ASGIApp, api_prefix: str | tuple[str, ...], cookie: str, cookie_end: str) -> None:
        self._app = app
        self._api_prefix = api_prefix
        self._cookie = cookie
        self._cookie_end = cookie_end

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["method"] not in SAFE_METHODS:
            self._require_own_origin(scope)

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and _MINTED in scope:
                cookie = f"{self._cookie}={scope[_MINTED]}{self._cookie_end}"
                MutableHeaders(scope=message).append("Set-Cookie", cookie)
            await send(message)

        await self._app(scope, receive, send_with_cookie)

    def _require_own_origin(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        if headers.get("authorization"):
            return  # no browser adds this to another site's request by itself
        site = headers.get("sec-fetch-site")
        if site is not None:
            if site not in ("same-origin", "none"):
                raise foreign()
            return
        origin = headers.get("origin")
        if origin is not None and origin != "null":
            if not _same_host(origin, headers.get("host", "")):
                raise foreign()
            return
        # An old browser, or no browser. A page's form proves itself by its token; our referrer policy makes
        # its origin "null". A call of the API under a browser's cookies has nothing else to show.
        if scope["path"].startswith(self._api_prefix) and cookie_parser(headers.get("cookie", "")):
            raise foreign()


def expired() -> Problem:
    """The page was open too long, or its cookie is gone."""
    return Problem(
        403,
        "page-expired",
        gettext("This page has expired"),
        gettext("Please reload the page and send it again. Your browser must accept cookies for this."),
    )


def foreign() -> Problem:
    """The request was made by another site."""
    return Problem(
        403,
        "foreign-origin",
        gettext("This request came from another site"),
        gettext("Please use the pages of this service."),
    )


def _valid(cookie: str | None) -> str | None:
    return cookie if cookie and _COOKIE_VALUE.fullmatch(cookie) else None


def _same_host(origin: str, host: str) -> bool:
    try:
        return bool(host) and urlsplit(origin).netloc.lower() == host.lower()
    except ValueError:
        return False
