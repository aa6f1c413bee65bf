"""Shows every page of a service with sample content: `python -m tests.web.preview [reports]`, and open what it says."""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from html import escape

from fastapi import APIRouter, FastAPI
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse

import services.queue.app
import services.reports.app
from shared.staff import routers as staff
from shared.web.app import WebService, create_app, web
from shared.web.server import Server
from shared.web.sse import BEAT
from tests.web.report_samples import REPORT_SAMPLES
from tests.web.sample_office import Sample
from tests.web.samples import SAMPLES

PORT = 8090


def _router(name: str, samples: Mapping[str, Sample]) -> APIRouter:
    """The samples, and a stream on which nothing ever happens, so that each stays as it is."""
    router = APIRouter(prefix=f"/{name}")

    @router.get("/preview/")
    async def index() -> Response:
        links = "".join(f'<li><a href="/{name}/preview/{escape(one)}">{escape(one)}</a></li>' for one in samples)
        return HTMLResponse(f"<!doctype html><title>Preview</title><ul>{links}</ul>")

    @router.get("/preview/{sample}")
    async def sample(request: Request, sample: str) -> Response:
        template, context = samples[sample]
        return web(request).templates.page(request, template, **context)

    @router.get("/api/v1/{stream:path}", include_in_schema=False)
    async def beats() -> Response:
        async def silence() -> AsyncIterator[bytes]:
            yield BEAT
            await asyncio.Event().wait()

        return StreamingResponse(silence(), media_type="text/event-stream")

    return router


@asynccontextmanager
async def _nothing_to_open(_: FastAPI) -> AsyncIterator[None]:
    yield


def preview_app(name: str = "queue") -> FastAPI:
    """A service's templates, style and words, without the service."""
    folder, frame, samples = {
        "queue": (services.queue.app.FOLDER, "queue.html", SAMPLES),
        "reports": (services.reports.app.FOLDER, "reports.html", REPORT_SAMPLES),
    }[name]
    service = WebService(name, "Kentongan", folder, [_router(name, samples)], parts=(staff.FOLDER,), frame=frame)
    return create_app(service, secret_key=SecretStr("only for looking at pages, never more"), lifespan=_nothing_to_open)


if __name__ == "__main__":
    service = sys.argv[1] if len(sys.argv) > 1 else "queue"
    print(f"http://127.0.0.1:{PORT}/{service}/preview/")  # noqa: T201  # this is its purpose
    asyncio.run(Server(preview_app(service), host="127.0.0.1", port=PORT, drain_seconds=1).serve())
