"""What tests of every service's entry points need: clients, answers, and contexts of a whole session."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any, TypeVar
from uuid import uuid4

from argon2 import PasswordHasher
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response

from shared.contracts.message import Command, Event
from shared.messaging.errors import Pending
from shared.messaging.tail import Gateway
from shared.settings import Settings
from shared.staff.kit import StaffKit

BASE = "http://kentongan.test"
HTML = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
PASSWORD = "a password for tests"
PATIENCE_SECONDS = 120.0
"""How long the outcome of a command is waited for, on however busy a machine."""
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

T = TypeVar("T")


class WebSite:
    """An API process's application, and ways to it."""

    def __init__(self, app: FastAPI, settings: Settings) -> None:
        self.app = app
        self.settings = settings

    @property
    def staff(self) -> StaffKit:
        """What the staff's entry points share."""
        staff: StaffKit = self.app.state.staff
        return staff

    def client(self, *, address: str = "127.0.0.1", **options: Any) -> AsyncClient:
        """Somebody with a browser or a program of their own. An exception that no answer was made of is raised."""
        transport = ASGITransport(self.app, client=(address, 50_000))
        return AsyncClient(transport=transport, base_url=BASE, **options)

    async def do(self, command: Command, *, actor: str = "system", id: str | None = None) -> Event:
        """Have the worker accept a command that has no entry point, such as the operator's, however slow it is."""
        return await asked_in_the_end(self.app.state.gateway, command, id=id or str(uuid4()), actor=actor)


async def asked_in_the_end(gateway: Gateway, command: Command, *, id: str, actor: str) -> Event:
    """The answer to a command, asked for again as often as it takes longer than the wait."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            with suppress(Pending):
                return await gateway.ask(command, id=id, actor=actor)


def of(response: Response, status: int) -> Any:
    """The JSON of an answer that must have this status."""
    assert response.status_code == status, f"{response.status_code}: {response.text[:1000]}"
    return response.json()


def problem_of(response: Response, status: int, slug: str) -> Any:
    """The problem of a request that must be refused in this way."""
    told = of(response, status)
    assert response.headers["content-type"] == "application/problem+json"
    assert told["type"] == f"urn:kentongan:problem:{slug}", told
    assert told["status"] == status
    assert told["title"]
    assert told["instance"] == f"urn:kentongan:request:{response.headers['x-request-id']}"
    return told


def with_key(key: str | None) -> dict[str, str]:
    """The header of an idempotency key, if there is to be one."""
    return {} if key is None else {"idempotency-key": key}


async def told(client: AsyncClient, address: str, *, within: float = 60) -> Any:
    """What a status address tells in the end. Asks again as often as it is told to."""
    async with asyncio.timeout(within):
        while True:
            answer = await client.get(address)
            if answer.status_code not in (202, 503):
                return of(answer, 200)
            await asyncio.sleep(float(answer.headers["retry-after"]))


@asynccontextmanager
async def in_own_task(context: AbstractAsyncContextManager[T]) -> AsyncIterator[T]:
    """Enter and leave a context in one task, which pytest does not do with a fixture's halves but task groups need."""
    entered: asyncio.Future[T] = asyncio.get_running_loop().create_future()
    leave = asyncio.Event()

    async def stay() -> None:
        try:
            async with context as value:
                entered.set_result(value)
                await leave.wait()
        except BaseException as error:
            if entered.done():
                raise
            entered.set_exception(error)

    task = asyncio.create_task(stay())
    try:
        yield await entered
    finally:
        leave.set()
        await task
