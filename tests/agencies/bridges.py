"""Bridges at work on real servers, an agency that has a token, and receivers of webhooks that behave in every way."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from httpx import AsyncClient

from services.reports.agency_room import AgencyRoom
from services.reports.app import create_app
from services.reports.bridges.process import bridging
from services.reports.sharing.routes import SHARING
from shared.clock import system_clock
from shared.contracts.reports.incidents import TriageIncident
from shared.process import working
from shared.settings import Settings
from shared.web.server import Server
from tests.reports.agencies import Agency, with_topics
from tests.reports.running import Office, Site, running
from tests.support.servers import LOOPBACK, free_port
from tests.support.site import in_own_task, of
from tests.support.waiting import until

AGENCY = "/reports/api/v1/agency"


class Hands:
    """A clock that goes as the system's does, and can be put forward."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return system_clock() + self.ahead

    def forward(self, **span: float) -> None:
        self.ahead += timedelta(**span)


@dataclass(slots=True)
class Bridged:
    """A reports service with its bridges, and two agencies that have topics."""

    site: Site
    clock: Hands
    agencies: list[Agency]

    @property
    def room(self) -> AgencyRoom:
        room: AgencyRoom = self.site.app.state.agency_room
        return room

    async def token(self, office: Office, agency: Agency) -> str:
        _, text = await self.room.bridges.tokens.make(office.id, agency.name, "test", "staff/dewi")
        return text

    @asynccontextmanager
    async def program(self, office: Office, agency: Agency) -> AsyncIterator[AsyncClient]:
        """A program of an agency's, with a token for an office."""
        async with self.site.client() as client:
            client.headers["authorization"] = f"Bearer {await self.token(office, agency)}"
            yield client


@asynccontextmanager
async def _bridged(settings: Settings) -> AsyncIterator[Bridged]:
    clock = Hands()
    async with (
        with_topics(settings, f"damkar-{token_hex(3)}", f"pmi-{token_hex(3)}") as agencies,
        running(settings, worker=False) as site,
        working(SHARING, settings),
        bridging(settings, clock=clock, seconds=1.5, look_seconds=0.1),
    ):
        yield Bridged(site, clock, agencies)


@pytest.fixture(scope="package")
async def bridged(site: Site) -> AsyncIterator[Bridged]:
    """Bridges that may send to this machine, of an installation whose worker is the other tests'."""
    settings = site.settings.model_copy(update={"webhook_networks": "127.0.0.0/8"})
    async with in_own_task(_bridged(settings)) as bridged:
        yield bridged


async def mirrored(client: AsyncClient, incident: str, **wanted: Any) -> Any:
    """How an incident stands for the client's agency, once it has come across and is as wanted."""
    found: dict[str, Any] = {}

    async def there() -> bool:
        answer = await client.get(f"{AGENCY}/incidents/{incident}")
        if answer.status_code == 200:
            found.update(answer.json())
        return answer.status_code == 200 and all(found.get(name) == value for name, value in wanted.items())

    await until(there, within=60, what=f"the agency sees {incident}")
    return found


async def triage(office: Office, incident: str, severity: str) -> None:
    """Have the desk judge an incident, so that it stands otherwise."""
    await office.site.do(
        TriageIncident.model_validate(
            {
                "office": office.id,
                "incident": incident,
                "category": "fight",
                "severity": severity,
                "certainty": "likely",
                "reason": "telepon",
            }
        ),
        actor="staff/dewi",
    )


@dataclass(slots=True)
class Got:
    """One request that a receiver got."""

    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Receiver:
    """A server of an agency's, which answers with a status, or not at all."""

    answer: bytes = b"HTTP/1.1 204 No Content\r\n\r\n"
    hangs: bool = False
    got: list[Got] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}/hook"

    @property
    def ids(self) -> list[str]:
        return [got.headers["webhook-id"] for got in self.got]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                lines = [line.partition(": ") for line in head.split("\r\n")[1:] if line]
                headers = {name.lower(): value for name, _, value in lines}
                self.got.append(Got(headers, await reader.readexactly(int(headers["content-length"]))))
                if self.hangs:
                    await reader.read()  # until the other side has had enough
                    break
                writer.write(self.answer)
                await writer.drain()
        writer.close()


@asynccontextmanager
async def receiving(*receivers: Receiver) -> AsyncIterator[None]:
    """Receivers side by side."""
    servers = []
    for receiver in receivers:
        server = await asyncio.start_server(receiver.serve, LOOPBACK, 0)
        receiver.port = server.sockets[0].getsockname()[1]
        servers.append(server)
    try:
        yield
    finally:
        for server in servers:
            server.close()


async def register(client: AsyncClient, receiver: Receiver, name: str = "hook") -> Any:
    """Have an agency's webhooks sent to a receiver."""
    return of(await client.post(f"{AGENCY}/webhooks", json={"name": name, "url": receiver.url}), 201)


@asynccontextmanager
async def serving(settings: Settings, port: int) -> AsyncIterator[FastAPI]:
    """An API process, as far as its clients can tell: a server at a port, that stops as by SIGTERM."""
    app = create_app(settings)
    server = Server(app, host=LOOPBACK, port=port, drain_seconds=5, on_stop=app.state.web.hub.close)
    task = asyncio.create_task(uvicorn.Server.serve(server))
    await until(lambda: server.started, within=60, what="the server is there")
    try:
        yield app
    finally:
        server.should_exit = True
        await task


def a_port() -> int:
    return free_port()
