"""Counts and times every HTTP request, in one layer around the whole application.

Invariants: a request is told by its route's template, never by its path, which may be a secret link, nor by
any other word of a client's choice; a stream's hours do not count as a slow response.
"""

from time import perf_counter

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.metrics import EVENT_STREAMS, HTTP_REQUESTS, HTTP_SECONDS

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_OTHER = "other"


class MeasureRequests:
    """ASGI middleware. Belongs outside of every other one, so that their time and their errors count."""

    def __init__(self, app: ASGIApp, *, service: str) -> None:
        self._app = app
        self._service = service
        self._streams = EVENT_STREAMS.labels(service)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer()
        try:
            await self._app(scope, receive, self._watched(send, answer))
        finally:
            self._count(scope, answer)

    def _watched(self, send: Send, answer: "_Answer") -> Send:
        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.status = message["status"]
                if (
                    Headers(raw=list(message.get("headers", ())))
                    .get("content-type", "")
                    .startswith("text/event-stream")
                ):
                    answer.stream_began = perf_counter()
                    self._streams.inc()
            await send(message)

        return watched

    def _count(self, scope: Scope, answer: "_Answer") -> None:
        ended = perf_counter()
        if answer.stream_began is not None:
            self._streams.dec()
            ended = answer.stream_began
        method = scope["method"] if scope["method"] in _METHODS else _OTHER
        route = getattr(scope.get("route"), "path", _OTHER)
        HTTP_REQUESTS.labels(self._service, method, route, str(answer.status)).inc()
        HTTP_SECONDS.labels(self._service, method, route).observe(ended - answer.started)


class _Answer:
    """How a request is being answered. Until something is sent it counts as failed."""

    __slots__ = ("started", "status", "stream_began")

    def __init__(self) -> None:
        self.started = perf_counter()
        self.status = 500
        self.stream_began: float | None = None
