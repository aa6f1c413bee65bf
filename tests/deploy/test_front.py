"""Several services behind one address."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace

import pytest
from fastapi import FastAPI, Request, Response
from httpx import ASGITransport, AsyncClient
from starlette.types import Message

from deploy.embedded.front import Front
from deploy.processes import SERVICES
from shared.web.security import CONTENT_SECURITY_POLICY


class Hub:
    closed = False

    def close(self) -> None:
        self.closed = True


def service(name: str, log: list[str], *, ready: bool = True) -> FastAPI:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[dict[str, str]]:
        log.append(f"{name} begins")
        yield {"owner": name}
        log.append(f"{name} ends")

    app = FastAPI(title=name, lifespan=lifespan)
    app.state.web = SimpleNamespace(hub=Hub())

    @app.get(f"/{name}/whose")
    def whose(request: Request) -> str:
        return f"{request.state.owner} at {request.url.path}"

    @app.get("/healthz")
    def healthz() -> str:
        return name

    @app.get("/readyz")
    def readyz() -> Response:
        return Response("ready" if ready else f"{name} is not ready", 200 if ready else 503)

    return app


@asynccontextmanager
async def serving(*services: FastAPI) -> AsyncIterator[AsyncClient]:
    front = Front({app.title: app for app in services})
    async with front.running(), AsyncClient(transport=ASGITransport(front), base_url="http://front.test") as client:
        yield client


@pytest.fixture
def log() -> list[str]:
    return []


async def test_each_service_gets_the_requests_below_its_name_with_its_own_state(log: list[str]) -> None:
    async with serving(service("queue", log), service("forum", log)) as client:
        assert (await client.get("/queue/whose")).json() == "queue at /queue/whose"
        assert (await client.get("/forum/whose")).json() == "forum at /forum/whose"
        assert (await client.get("/nobody/whose")).status_code == 404


async def test_a_request_that_is_about_no_address_is_none_of_ours(log: list[str]) -> None:
    front = Front({"queue": service("queue", log)})
    sent: list[Message] = []

    async def nothing() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    async with front.running():
        scope = {"type": "http", "method": "OPTIONS", "path": "*", "raw_path": b"*", "query_string": b"", "headers": []}
        await front(scope, nothing, send)
    assert sent[0]["status"] == 404


async def test_every_service_begins_and_ends_with_the_process(log: list[str]) -> None:
    async with serving(service("queue", log), service("forum", log)):
        assert log == ["queue begins", "forum begins"]
    assert log == ["queue begins", "forum begins", "forum ends", "queue ends"]


async def test_the_root_is_a_page_that_offers_every_service_and_needs_none(log: list[str]) -> None:
    async with serving(service("queue", log, ready=False)) as client:
        page = await client.get("/")
        assert page.status_code == 200
        assert page.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
        assert {f"/{name}/" for name in SERVICES} <= set(re.findall(r'href="([^"]+)"', page.text))
        for address in re.findall(r'href="(/static/[^"]+)"', page.text):
            assert (await client.get(address)).status_code == 200, address
        assert (await client.get("/static/../door.py")).status_code == 404


async def test_what_belongs_to_the_process_is_told_by_the_first_service(log: list[str]) -> None:
    async with serving(service("queue", log), service("forum", log)) as client:
        assert (await client.get("/healthz")).json() == "queue"


async def test_the_process_is_ready_only_when_every_service_is(log: list[str]) -> None:
    async with serving(service("queue", log), service("forum", log)) as client:
        assert (await client.get("/readyz")).status_code == 200
    async with serving(service("queue", log), service("forum", log, ready=False)) as client:
        answer = await client.get("/readyz")
        assert (answer.status_code, answer.text) == (503, "forum is not ready")


def test_all_streams_end_when_the_server_is_told_to_stop(log: list[str]) -> None:
    services = [service("queue", log), service("forum", log)]
    Front({app.title: app for app in services}).stop_streams()
    assert all(app.state.web.hub.closed for app in services)
