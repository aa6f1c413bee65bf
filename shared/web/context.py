"""Who is asking, for everything that runs on behalf of one request.

Invariant: an identifier that came from outside is used only if it has the agreed form; otherwise a fresh one
is minted. Nothing a client sends can therefore forge a log line or a header.
"""

import re
import uuid
from contextvars import ContextVar

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.tracing import Span, parse

_REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")

_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


def request_id() -> str:
    """The present request's identifier, which is also the correlation id of the command that it sends."""
    return _request_id.get() or str(uuid.uuid4())


def address_of(request: Request) -> str:
    """Where a request comes from; empty where that is not known."""
    return request.client.host if request.client else ""


def route_of(scope: Scope) -> str:
    """The pattern of the route that was matched. A path itself may hold a secret link: it is told to nobody."""
    return getattr(scope.get("route"), "path", "(no route)")


class RequestContextMiddleware:
    """Opens the request's span, binds its identifier to the log, answers with `X-Request-ID`.

    `shared.tracing.current` is then the trace context to be sent on.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        id = given if _REQUEST_ID.fullmatch(given) else str(uuid.uuid4())
        span = Span(scope["method"], "server", parse(headers.get("traceparent")))

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["X-Request-ID"] = id
                span.attributes["http.response.status_code"] = message["status"]
            await send(message)

        token = _request_id.set(id)
        try:
            with span, structlog.contextvars.bound_contextvars(correlation_id=id, trace_id=span.traceparent[3:35]):
                await self._app(scope, receive, send_with_id)
                span.name = f"{scope['method']} {route_of(scope)}"
        finally:
            _request_id.reset(token)
