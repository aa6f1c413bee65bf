"""A gateway that takes short messages over, on this machine: what it was told, and how it fails when it is to."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

TOKEN = "what the gateway knows us by"
_CODE = re.compile(r"(?<![0-9])[0-9]{6}(?![0-9])")


@dataclass
class CodeGateway:
    """A gateway at work."""

    address: str
    answers: int = 202
    """The status of each answer."""
    silent: Event = field(default_factory=Event)
    """Set: it answers nothing."""
    let_go: Event = field(default_factory=Event)
    """Set: who waits for an answer of a silent one has it."""
    messages: list[dict[str, Any]] = field(default_factory=list)
    """Each as it came, with its bearer token as `token`."""

    def code(self, nth: int = -1) -> str:
        """The code of a message, the latest one unless told."""
        match = _CODE.search(self.messages[nth]["text"])
        assert match, self.messages[nth]
        return match[0]

    def another_code(self) -> str:
        """A code that was not sent."""
        return f"{(int(self.code()) + 1) % 1_000_000:06}"


@contextmanager
def code_gateway() -> Iterator[CodeGateway]:
    """One that listens on loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Asked)
    gateway = CodeGateway(f"http://127.0.0.1:{server.server_port}/messages")
    server.gateway = gateway  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield gateway
    finally:
        gateway.let_go.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Asked(BaseHTTPRequestHandler):
    def do_POST(self) -> None:  # the standard library's name
        gateway: CodeGateway = self.server.gateway  # type: ignore[attr-defined]
        told = json.loads(self.rfile.read(int(self.headers["content-length"])))
        token = self.headers.get("authorization", "").removeprefix("Bearer ")
        gateway.messages.append({**told, "token": token})
        if gateway.silent.is_set():
            gateway.let_go.wait()
            return
        self.send_response(gateway.answers)
        self.send_header("location", "/elsewhere")
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: Any) -> None:
        """Says nothing."""
