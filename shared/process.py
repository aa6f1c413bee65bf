"""The two kinds of process of every service, from settings to a clean end on SIGTERM.

Invariant: a process that is told to stop takes nothing new, finishes what it has begun within
`Settings.drain_seconds`, and what it could not finish is done by another: nothing acknowledged is lost.
"""

import ctypes
import gc
import sys
import uuid
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager, suppress

import uvloop
from fastapi import FastAPI

from shared import log, tracing
from shared.auth.keys import derive_key
from shared.clock import system_clock
from shared.messaging.lifecycle import Prepared, Startable, kept_trying
from shared.messaging.loop import Loop
from shared.messaging.mongo_store import MongoStore
from shared.messaging.routes import Routes
from shared.messaging.worker import Worker
from shared.metrics import LAG, LoopMetrics
from shared.mongo import Client, connected, ping
from shared.settings import Settings
from shared.web.app import Web
from shared.web.health import Check, health_app
from shared.web.server import Server

YOUNG_OBJECTS = 10_000
"""So many new ones before the collector looks for litter among them: a batch makes that many, and few form cycles."""


def calm_collector() -> None:
    """Have the garbage collector leave alone what is there by now, and look seldom at what comes."""
    gc.collect()
    gc.freeze()  # a hundred thousand objects that live as long as the process: looking at them again stops it for 50 ms
    gc.set_threshold(YOUNG_OBJECTS)


ARENAS = 2
_M_ARENA_MAX = -8
"""As glibc's malloc.h names it."""


def share_heaps() -> None:
    """Have all threads share two of glibc's heaps, where this is glibc: before any thread begins.

    By itself each thread gets one of its own, up to eight a core, and what was freed in one is of no use to another:
    with the database driver's threads a large upload held half as much memory again.
    """
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, ARENAS)


SWITCH_SECONDS = 0.001
"""So long one thread computes at most while another waits for the interpreter. By itself it is five times as long."""


def hand_over_soon() -> None:
    """Have the threads of the database's driver go on while the event loop computes.

    Each call to the database is made in a thread, which waits for the interpreter when it has sent and when it has
    received: a batch that is written while the next one is made ready waits a dozen times.
    """
    sys.setswitchinterval(SWITCH_SECONDS)


def run_api(app: FastAPI, settings: Settings, service: str) -> None:
    """Serve an application until told to stop."""
    web: Web = app.state.web
    server = Server(
        app, host=settings.host, port=settings.port, drain_seconds=settings.drain_seconds, on_stop=web.hub.close
    )
    with _observed(settings, service, "api"):
        uvloop.run(server.serve())


Beside = Callable[[Client, Settings, MongoStore], Startable]
"""Makes what a worker does beside its messages, such as forgetting what is old."""


Reading = Callable[[Settings], AbstractAsyncContextManager[Mapping[str, Check]]]
"""A process that reads the bus, at work. Gives what must be well for it to be ready."""


def run_reader(reading: Reading, settings: Settings, service: str, role: str = "worker") -> None:
    """Read the bus until told to stop, answering /healthz, /readyz and /metrics meanwhile."""
    with _observed(settings, service, role):
        uvloop.run(_read(reading, settings))


async def _read(reading: Reading, settings: Settings) -> None:
    async with reading(settings) as checks:
        await Server(
            health_app(checks), host=settings.host, port=settings.worker_port, drain_seconds=settings.drain_seconds
        ).serve()


@asynccontextmanager
async def working(routes: Routes, settings: Settings, *beside: Beside) -> AsyncIterator[Mapping[str, Check]]:
    """A service's worker, from joining its group to leaving it. Gives what must be well for it to be ready."""
    async with connected(settings) as client:
        store = MongoStore(client, client[settings.database(routes.service)], routes.kinds, told=routes.told)
        loop = Loop(
            routes,
            store,
            key=derive_key(settings.secret_key, f"{routes.service}/pseudonyms"),
            clock=system_clock,
            new_owner=lambda: str(uuid.uuid4()),
            topic=settings.topic,
        )
        worker = Worker(settings, loop, routes.group, metrics=LoopMetrics(routes.service), clock=system_clock)

        async def database() -> None:
            await ping(client)

        async with AsyncExitStack() as stack:
            stack.enter_context(LAG.of(routes.service, routes.group, worker.lag))
            await stack.enter_async_context(kept_trying(Prepared(store.prepare)))
            await stack.enter_async_context(kept_trying(worker))
            for make in beside:
                await stack.enter_async_context(kept_trying(make(client, settings, store)))
            yield {"broker": worker.ready, "database": database}


@contextmanager
def _observed(settings: Settings, service: str, role: str) -> Iterator[None]:
    share_heaps()
    hand_over_soon()
    log.configure(settings, service=service, role=role)
    tracing.configure(settings, service=service, role=role)
    calm_collector()
    try:
        yield
    finally:
        tracing.shutdown()
