"""The page at the root of an installation, from which people choose a service. The edge serves the same files.

It needs no service: whoever must call the police sees the number also while everything behind it is away.
"""

from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from shared.web.assets import SHARED_STATIC
from shared.web.security import SecurityHeadersMiddleware

PAGE = Path(__file__).parents[1] / "door" / "index.html"
STATIC = "/static"
CACHED = {"Cache-Control": "no-cache"}
"""Asked about each time, since the addresses do not tell one version from another."""


class _Files(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update(CACHED)
        return response


def create_door() -> Starlette:
    """The page and what it is drawn with."""

    async def page(_: Request) -> FileResponse:
        return FileResponse(PAGE, headers=CACHED)

    return Starlette(
        routes=[Route("/", page), Mount(STATIC, _Files(directory=SHARED_STATIC))],
        middleware=[Middleware(SecurityHeadersMiddleware)],
    )
