"""The one way a service's web application is put together.

Order of the layers, from the outside in: identifiers, security headers, language, errors, origin, size of the
body, routes. Each layer's doc says what it guarantees; the order is what lets an error of an inner layer
leave with the identifiers, the headers and the language of the outer ones.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, SecretStr
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from shared.auth.keys import derive_key
from shared.http_metrics import MeasureRequests
from shared.web.assets import Assets
from shared.web.context import RequestContextMiddleware
from shared.web.csrf import Csrf
from shared.web.errors import Errors
from shared.web.health import Check, health_routes
from shared.web.i18n import Catalogues, LanguageMiddleware
from shared.web.problems import Problems, RefusalText, problem
from shared.web.reference import Reference, of_asyncapi, of_openapi
from shared.web.representations import OutcomeOut
from shared.web.security import BodyLimitMiddleware, SecurityHeadersMiddleware
from shared.web.sse import Hub
from shared.web.streamed import Streamed
from shared.web.templates import Templates

BODY_LIMIT = 64 * 1024

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


@dataclass(frozen=True, slots=True)
class WebService:
    """What a service tells about itself."""

    name: str
    """Its name in addresses: everything of it is below `/<name>/`."""
    title: str
    """For the reader of its interface description."""
    folder: Path
    """Holds `entrypoints/templates`, `entrypoints/static` and `locales`, as far as there are any."""
    routers: Sequence[APIRouter]
    """Their paths begin with `/<name>/`; those of the JSON API with `/<name>/api/v1`."""
    refusals: Mapping[str, RefusalText] = field(default_factory=dict)
    checks: Mapping[str, Check] = field(default_factory=dict)
    """What must work for `/readyz`."""
    asyncapi: Callable[[], Mapping[str, Any]] | None = None
    """Its AsyncAPI document."""
    schema: Callable[[str], bytes] | None = None
    """The JSON Schema of a message by its label, `TicketTaken.v1`. Raises `KeyError`."""
    streamed: Sequence[Streamed] = ()
    """Addresses whose endpoints read long bodies as they come."""
    parts: Sequence[Path] = ()
    """Shared packages that it uses, such as `shared.staff`: their folders hold `templates` and `locales`."""
    frame: str = "base.html"
    """The template that the pages of shared packages extend; inside of its `head` it has a block `page_head`."""
    outcome: type[BaseModel] = OutcomeOut
    """How its API tells what became of a command: at least `id` and `status`, with defaults for all else."""
    standards: tuple[str, ...] = ()
    """Before addresses of interfaces that others have laid down: programs send forms there, without a page of ours."""

    @property
    def home(self) -> str:
        """Where its pages begin."""
        return f"/{self.name}/"

    @property
    def api(self) -> str:
        """Before every address of its JSON API."""
        return f"/{self.name}/api/v1"


@dataclass(frozen=True, slots=True)
class Web:
    """What entry points use. `web(request)` gives the application's own."""

    templates: Templates
    csrf: Csrf
    problems: Problems
    assets: Assets
    hub: Hub
    home: str
    """Where the service's pages begin, `/queue/`."""
    api: str
    """Before every address of its JSON API, `/queue/api/v1`."""


def create_app(
    service: WebService,
    *,
    secret_key: SecretStr,
    lifespan: Lifespan,
    secure: bool = False,
    hub: Hub | None = None,
    body_limit: int = BODY_LIMIT,
) -> FastAPI:
    """The application of a service. `secure` says that people reach it by https."""
    prefix = f"/{service.name}"
    entrypoints = service.folder / "entrypoints"
    catalogues = Catalogues(*(folder / "locales" for folder in (*service.parts, service.folder)))
    assets = Assets(f"{prefix}/static", entrypoints / "static")
    programs = (f"{prefix}/api/", *service.standards)
    csrf = Csrf(
        derive_key(secret_key, f"{service.name}/csrf"),
        api_prefix=programs,
        secure=secure,
        streamed=service.streamed,
    )
    folders = (entrypoints / "templates", *(part / "templates" for part in service.parts))
    templates = Templates(service.name, *folders, assets=assets, catalogues=catalogues, csrf=csrf, frame=service.frame)
    problems = Problems(service.refusals)
    errors = Errors(problems, templates, api_prefix=programs, api=service.api, outcome=service.outcome)
    app = FastAPI(
        title=service.title,
        version="1",
        lifespan=lifespan,
        openapi_url=f"{prefix}/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        dependencies=[Depends(csrf.check)],
        exception_handlers={HTTPException: errors.answer, RequestValidationError: errors.answer},
        middleware=[
            Middleware(MeasureRequests, service=service.name),
            Middleware(RequestContextMiddleware),
            Middleware(SecurityHeadersMiddleware),
            Middleware(LanguageMiddleware, catalogues, secure=secure),
            Middleware(errors.middleware),
            Middleware(csrf.middleware),
            Middleware(BodyLimitMiddleware, limit=body_limit, streamed=service.streamed),
        ],
    )
    hub = Hub() if hub is None else hub
    app.state.web = Web(templates, csrf, problems, assets, hub, service.home, service.api)
    app.router.routes.extend(health_routes(service.checks))
    app.add_route(f"{prefix}/static/{{path:path}}", assets.serve, include_in_schema=False)
    for router in service.routers:
        app.include_router(router)
    _add_reference(app, service)
    return app


def web(request: Request) -> Web:
    """The kit of the application that handles `request`."""
    kit: Web = request.app.state.web
    return kit


def _add_reference(app: FastAPI, service: WebService) -> None:
    """The documents that describe the service's interfaces, and a page to read them on."""
    prefix = f"/{service.name}"

    async def asyncapi(_: Request) -> Response:
        return JSONResponse(_asyncapi(service))

    async def schema(request: Request) -> Response:
        assert service.schema
        try:
            return Response(service.schema(request.path_params["label"]), media_type="application/schema+json")
        except KeyError:
            raise problem(404) from None

    async def reference(request: Request) -> Response:
        documents: list[Reference] = [of_openapi(app.openapi())]
        if service.asyncapi:
            documents.append(of_asyncapi(_asyncapi(service)))
        return web(request).templates.page(
            request, "api.html", title=service.title, documents=documents, asyncapi=bool(service.asyncapi)
        )

    app.add_route(f"{prefix}/api", reference, include_in_schema=False)
    if service.asyncapi:
        app.add_route(f"{prefix}/asyncapi.json", asyncapi, include_in_schema=False)
    if service.schema:
        app.add_route(f"{prefix}/schemas/{{label}}.json", schema, include_in_schema=False)


def _asyncapi(service: WebService) -> dict[str, Any]:
    return dict(service.asyncapi()) if service.asyncapi else {}
