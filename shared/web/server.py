"""Runs an ASGI application, and stops it in order.

Uvicorn waits for open connections before it ends the application's lifespan, and a stream of events is open
for as long as a phone is awake. So streams must be ended by the signal itself.
"""

from collections.abc import Callable
from types import FrameType

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from shared.web.context import request_id
from shared.web.problems import ProblemResponse, problem

KEEP_ALIVE_SECONDS = 75
"""How long a connection is kept open without a request: longer than whoever is before us keeps it.

The edge (60 s, see deploy/caddy/Caddyfile) and clients must be the ones who close it. Who sends a request on a
connection that we are just closing is not answered, and cannot know whether it was taken.
"""


class _Protocol(HttpToolsProtocol):
    """Says no to what is no HTTP as to every other mistake."""

    def send_400_response(self, msg: str) -> None:
        answer = ProblemResponse(problem(400), request_id())
        headers = b"".join(b"%s: %s\r\n" % header for header in (*answer.raw_headers, (b"connection", b"close")))
        self.transport.write(b"HTTP/1.1 400 Bad Request\r\n%s\r\n%s" % (headers, answer.body))
        self.transport.close()


class Server(uvicorn.Server):
    """Uvicorn that ends the streams when it is told to stop."""

    def __init__(
        self, app: ASGIApp, *, host: str, port: int, drain_seconds: float, on_stop: Callable[[], None] = lambda: None
    ) -> None:
        """`on_stop` runs in the event loop, once, as soon as a signal asks the process to end: `hub.close`.

        `drain_seconds` is how long answers that have begun may take after that.
        """
        config = uvicorn.Config(
            app,
            host=host,
            port=port,
            http=_Protocol,
            access_log=False,
            log_config=None,
            server_header=False,
            lifespan="on",
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=max(1, int(drain_seconds)),
        )
        super().__init__(config)
        self._on_stop = on_stop

    async def main_loop(self) -> None:
        """Serve until asked to stop."""
        await super().main_loop()
        self._on_stop()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A second signal does not cut answers off: the supervisor decides when patience ends."""
        self.should_exit = True
