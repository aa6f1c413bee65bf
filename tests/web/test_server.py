"""What never becomes a request."""

import asyncio
import json

import pytest
from starlette.applications import Starlette

from deploy.embedded.programs import free_ports
from shared.web.server import Server
from tests.support.waiting import until


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HTTP/3.7\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
    ],
)
async def test_what_is_no_http_is_told_as_every_mistake(sent: bytes) -> None:
    (port,) = free_ports(1)
    server = Server(Starlette(), host="127.0.0.1", port=port, drain_seconds=1)
    serving = asyncio.create_task(server.serve())
    try:
        await until(lambda: server.started, what="it serves")
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
    finally:
        server.should_exit = True
        await serving
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"content-type: application/problem+json" in head
    assert json.loads(body)["type"] == "urn:kentongan:problem:bad-request"
