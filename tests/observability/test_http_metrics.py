"""Requests are counted by their route, and by nothing that a client can choose."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.types import Message

from shared.http_metrics import MeasureRequests
from tests.observability.test_metrics import Since

SERVICE = "measured"


@pytest.fixture
def since() -> Since:
    """Reads what a test has added."""
    return Since.now()


async def _ticket(request: Request) -> Response:
    return Response(status_code=int(request.query_params.get("status", "200")))


async def _fail(_: Request) -> Response:
    raise RuntimeError


APP = Starlette(
    routes=[
        Route("/queue/t/{ticket}", _ticket, methods=["GET", "POST"]),
        Route("/queue/fail", _fail),
    ],
    middleware=[Middleware(MeasureRequests, service=SERVICE)],
)


def _client() -> httpx.AsyncClient:
    transport = httpx.ASGITransport(APP, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://test")


def _count(since: Since, method: str, route: str, status: int) -> float:
    return since("kentongan_http_requests_total", service=SERVICE, method=method, route=route, status=str(status))


async def test_a_request_counts_under_its_routes_template(since: Since) -> None:
    async with _client() as client:
        await client.get("/queue/t/1.secret")
        await client.get("/queue/t/2.secret")
        await client.post("/queue/t/3.secret?status=303")
    assert _count(since, "GET", "/queue/t/{ticket}", 200) == 2
    assert _count(since, "POST", "/queue/t/{ticket}", 303) == 1
    assert since("kentongan_http_request_seconds_count", service=SERVICE, method="GET", route="/queue/t/{ticket}") == 2


async def test_what_a_client_makes_up_is_no_label(since: Since) -> None:
    async with _client() as client:
        await client.get("/no/such/path")
        await client.request("DANCE", "/no/such/path")
    assert _count(since, "GET", "other", 404) == 1
    assert _count(since, "other", "other", 404) == 1


async def test_a_failure_counts_as_one(since: Since) -> None:
    async with _client() as client:
        assert (await client.get("/queue/fail")).status_code == 500
    assert _count(since, "GET", "/queue/fail", 500) == 1


async def test_an_open_stream_is_open_and_not_slow(since: Since) -> None:
    more = asyncio.Event()

    async def stream(_: Request) -> Response:
        async def body() -> AsyncIterator[bytes]:
            yield b": hello\n\n"
            await more.wait()

        return StreamingResponse(body(), media_type="text/event-stream")

    app = MeasureRequests(Starlette(routes=[Mount("/queue", routes=[Route("/live", stream)])]), service=SERVICE)
    began = asyncio.Event()

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        if message.get("body"):
            began.set()

    scope = {"type": "http", "method": "GET", "path": "/queue/live", "headers": [], "query_string": b""}
    request = asyncio.create_task(app(scope, receive, send))
    await began.wait()
    assert since("kentongan_open_event_streams", service=SERVICE) == 1
    more.set()
    await request
    assert since("kentongan_open_event_streams", service=SERVICE) == 0
