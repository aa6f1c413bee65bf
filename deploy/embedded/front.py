"""All services' web applications behind one address, in one process: `python -m deploy.embedded.front`.

The root is the door, where people choose. Each application keeps its own lifespan, state and paths; nothing is
shared and nothing is rewritten, so an application can't tell whether the edge or this front handed it a request.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from importlib import import_module
from typing import Any

import uvloop
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deploy.embedded.door import STATIC, create_door
from deploy.processes import SERVICES
from shared import log, tracing
from shared.settings import Settings
from shared.web.server import Server


class Front:
    """Hands each request to the application of its first path segment."""

    def __init__(self, applications: Mapping[str, FastAPI]) -> None:
        self._applications = applications
        self._first = next(iter(applications))
        self._door = create_door()
        self._states: dict[str, Mapping[str, Any]] = {}
        self._lifespan = Starlette(lifespan=lambda _: self.running())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(scope, receive, send)
        elif scope["path"] == "/" or scope["path"].startswith(f"{STATIC}/"):
            await self._door(scope, receive, send)
        elif scope["path"] == "/readyz":
            await self._answer_readiness(scope, receive, send)
        else:
            name = scope["path"].strip("/").split("/", 1)[0]
            # Health and metrics stand at the root of every application, and one process has one set of metrics.
            await self._application(name if name in self._applications else self._first)(scope, receive, send)

    def stop_streams(self) -> None:
        """End the streams of events, for which the server would wait."""
        for application in self._applications.values():
            application.state.web.hub.close()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Every application begun on entry, ended on exit, in the reverse order."""
        async with AsyncExitStack() as lifespans:
            for name, application in self._applications.items():
                state = await lifespans.enter_async_context(application.router.lifespan_context(application))
                self._states[name] = state or {}
            yield

    def _application(self, name: str) -> ASGIApp:
        async def application(scope: Scope, receive: Receive, send: Send) -> None:
            await self._applications[name]({**scope, "state": dict(self._states[name])}, receive, send)

        return application

    async def _answer_readiness(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Ready when every service is; else the first that isn't tells what is wrong."""
        for name in self._applications:
            answer: list[Message] = []
            await self._application(name)(scope, receive, _into(answer))
            if answer[0]["status"] != 200:
                for message in answer:
                    await send(message)
                return
        await PlainTextResponse("ready\n")(scope, receive, send)


def _into(answer: list[Message]) -> Send:
    async def send(message: Message) -> None:
        answer.append(message)

    return send


def create_front(settings: Settings) -> Front:
    """The front of all services."""
    return Front({service: _application_of(service, settings) for service in SERVICES})


def _application_of(service: str, settings: Settings) -> FastAPI:
    application: FastAPI = import_module(f"services.{service}.app").create_app(settings)
    return application


def main() -> None:
    """Serve until SIGTERM."""
    settings = Settings()
    log.configure(settings, service="web", role="api")
    tracing.configure(settings, service="web", role="api")
    front = create_front(settings)
    server = Server(
        front,
        host=settings.host,
        port=settings.port,
        drain_seconds=settings.drain_seconds,
        on_stop=front.stop_streams,
    )
    try:
        uvloop.run(server.serve())
    finally:
        tracing.shutdown()


if __name__ == "__main__":
    main()
