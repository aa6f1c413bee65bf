"""Shows every page of the queue with sample content: `python -m tests.web.preview`, then open what it says."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import escape

from fastapi import APIRouter, FastAPI
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse

import services.queue.app
from shared.staff import routers as staff
from shared.web.app import WebService, create_app, web
from shared.web.server import Server
from shared.web.sse import BEAT
from tests.web.samples import SAMPLES

PORT = 8090
router = APIRouter(prefix="/queue")


@router.get("/preview/")
async def index() -> Response:
    """The list of samples."""
    links = "".join(f'<li><a href="/queue/preview/{escape(name)}">{escape(name)}</a></li>' for name in SAMPLES)
    return HTMLResponse(f"<!doctype html><title>Preview</title><ul>{links}</ul>")


@router.get("/preview/{name}")
async def sample(request: Request, name: str) -> Response:
    """One sample."""
    template, context = SAMPLES[name]
    return web(request).templates.page(request, template, **context)


@router.get("/api/v1/{stream:path}", include_in_schema=False)
async def beats() -> Response:
    """A stream on which nothing ever happens, so that a sample stays as it is."""

    async def silence() -> AsyncIterator[bytes]:
        yield BEAT
        await asyncio.Event().wait()

    return StreamingResponse(silence(), media_type="text/event-stream")


@asynccontextmanager
async def _nothing_to_open(_: FastAPI) -> AsyncIterator[None]:
    yield


def preview_app() -> FastAPI:
    """The queue's templates, style and words, without a queue."""
    folder = services.queue.app.FOLDER
    service = WebService("queue", "Kentongan", folder, [router], parts=(staff.FOLDER,), frame="queue.html")
    return create_app(service, secret_key=SecretStr("only for looking at pages, never more"), lifespan=_nothing_to_open)


if __name__ == "__main__":
    print(f"http://127.0.0.1:{PORT}/queue/preview/")  # noqa: T201  # this is its purpose
    asyncio.run(Server(preview_app(), host="127.0.0.1", port=PORT, drain_seconds=1).serve())
