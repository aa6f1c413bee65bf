"""A small service that shows every side of the web kit, and browsers and programs that call it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, MutableMapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any, ClassVar

import pytest
import structlog
from fastapi import APIRouter, FastAPI, Form, Request
from httpx import ASGITransport, AsyncClient
from pydantic import BaseModel, Field, SecretStr
from starlette.responses import RedirectResponse, Response

from shared.errors import Refused
from shared.messaging.errors import Declined, Pending, Transient
from shared.web.app import WebService, create_app, web
from shared.web.i18n import gettext_noop
from shared.web.problems import RefusalText, too_many_requests

SECRET = SecretStr("a secret for tests that is long enough")
HTML = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


class ShopShut(Refused):
    slug: ClassVar[str] = "shop-shut"


class Order(BaseModel):
    name: Annotated[str, Field(min_length=2, max_length=20)]
    count: Annotated[int, Field(ge=1, le=9)] = 1


router = APIRouter()
"""The routes of the service `demo`."""


@router.post("/demo/api/v1/orders", status_code=201)
async def order(order: Order) -> dict[str, str | int]:
    return {"name": order.name, "count": order.count}


@router.get("/demo/fail/{how}", include_in_schema=False)
@router.post("/demo/api/v1/fail/{how}")
async def fail(how: str) -> None:
    errors: dict[str, Exception] = {
        "refused": ShopShut(time="08.00"),
        "declined": Declined("shop-shut", {"time": "08.00"}),
        "older": Declined("shop-shut", {}),
        "unknown": Declined("never-heard-of", {"seat": 3}),
        "transient": Transient("broker at 10.0.0.7 is away"),
        "pending": Pending("0123456789abcdef"),
        "at-once": too_many_requests(0.2),
        "soon": too_many_requests(59.2),
        "later": too_many_requests(91),
        "bug": RuntimeError("password=hunter2"),
    }
    raise errors[how]


@router.get("/demo/greeting", include_in_schema=False)
async def greeting(request: Request, name: str = "") -> Response:
    return web(request).templates.page(request, "greeting.html", name=name, error="")


@router.post("/demo/greeting", include_in_schema=False)
async def greet(name: Annotated[str, Form()]) -> Response:
    return RedirectResponse("/demo/greeting", 303)


@asynccontextmanager
async def nothing_to_open(_: FastAPI) -> AsyncIterator[None]:
    yield


Logs = list[MutableMapping[str, Any]]


@pytest.fixture
def logs() -> Iterator[Logs]:
    """The lines that are logged meanwhile."""
    with structlog.testing.capture_logs() as lines:
        yield lines


MakeApp = Callable[..., FastAPI]


@pytest.fixture
def make_app() -> MakeApp:
    def make(checks: dict[str, Callable[[], Awaitable[None]]] | None = None, **options: Any) -> FastAPI:
        service = WebService(
            name="demo",
            title="Demo",
            folder=Path(__file__).parent / "demo",
            routers=[router],
            refusals={
                "shop-shut": RefusalText(
                    409, gettext_noop("There is nothing here"), gettext_noop("tomorrow at %(time)s")
                )
            },
            checks=checks or {},
        )
        return create_app(service, secret_key=SECRET, lifespan=nothing_to_open, **options)

    return make


def client_of(app: FastAPI, **options: Any) -> AsyncClient:
    options.setdefault("base_url", "http://kentongan.test")
    return AsyncClient(transport=ASGITransport(app), **options)


@pytest.fixture
async def client(make_app: MakeApp) -> AsyncIterator[AsyncClient]:
    async with client_of(make_app()) as client:
        yield client
