"""What every response says to the browser about trust, and how large a request may be.

Pure ASGI throughout: a stream of events passes unbuffered.

Invariants: no response leaves without the headers below, of which a page may widen its permissions alone; nothing is
cached unless the endpoint says so; no request is read beyond its limit.
"""

from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.web.problems import problem
from shared.web.streamed import Streamed, streamed_limit

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "media-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
PERMISSIONS = "Permissions-Policy"
WITH_POSITION = {PERMISSIONS: "camera=(), geolocation=(self), microphone=(), payment=(), usb=(), fullscreen=(self)"}
"""Of a page that asks for the position of the telephone. Every other page may not, whoever gets a script into it."""
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    # The address of a ticket is its key: it is told to nobody, not even to a neighbour service.
    "Referrer-Policy": "no-referrer",
    PERMISSIONS: "camera=(), geolocation=(), microphone=(), payment=(), usb=(), fullscreen=(self)",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
STRICT_TRANSPORT = "max-age=31536000; includeSubDomains"


class SecurityHeadersMiddleware:
    """Adds the headers to every response, errors included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                granted = headers.get(PERMISSIONS)
                headers.update(HEADERS)
                if granted:
                    headers[PERMISSIONS] = granted
                headers.setdefault("Cache-Control", "no-store")
                if scope["scheme"] == "https":
                    headers["Strict-Transport-Security"] = STRICT_TRANSPORT
            await send(message)

        await self._app(scope, receive, send_with_headers)


class BodyLimitMiddleware:
    """Stops reading a request at the limit, whether or not it told its length.

    The problem is raised where the body is read, so that it is answered like any other.
    """

    def __init__(self, app: ASGIApp, *, limit: int, streamed: Sequence[Streamed] = ()) -> None:
        self._app = app
        self._limit = limit
        self._streamed = streamed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = streamed_limit(self._streamed, scope["path"]) or self._limit
        declared = Headers(scope=scope).get("content-length", "0")
        too_large = not declared.isdecimal() or int(declared[:20]) > limit
        read = 0

        async def receive_within_limit() -> Message:
            nonlocal read
            if too_large:
                raise problem(413)
            message = await receive()
            if message["type"] == "http.request":
                read += len(message.get("body", b""))
                if read > limit:
                    raise problem(413)
            return message

        await self._app(scope, receive_within_limit, send)
