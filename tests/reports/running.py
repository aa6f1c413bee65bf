"""A whole reports service in this process over a real broker and database: its API and pages, and its worker.

Tests share one, each in an office of its own, so that tests don't meet.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from secrets import token_hex
from typing import Any

from httpx import AsyncClient, Response

from services.reports.app import create_app
from services.reports.context import Reports
from services.reports.routes import ROUTES
from shared.contracts.reports.incidents import CheckClocks
from shared.contracts.reports.office import ConfigureOffice, OfficePlan
from shared.contracts.reports.staff import AddStaff, Role
from shared.contracts.reports.units import GoInService
from shared.messaging.errors import Declined, Pending, Transient
from shared.messaging.store import Entry
from shared.process import working
from shared.settings import Settings
from tests.reports.scene import PLAN
from tests.support.site import CHEAP, PASSWORD, WebSite, of, with_key
from tests.support.waiting import until

API = "/reports/api/v1"


class Site(WebSite):
    """The API process's application, and ways to it."""

    @property
    def reports(self) -> Reports:
        """What the entry points share."""
        reports: Reports = self.app.state.reports
        return reports

    async def open_office(self, plan: OfficePlan = PLAN) -> "Office":
        """A new office whose desk works by a plan, with every unit in service."""
        plan = replace(plan, id=f"office-{token_hex(6)}")
        await self.do(ConfigureOffice(office=plan.id, plan=plan))
        for unit in plan.units:
            await self.do(GoInService(office=plan.id, unit=unit.id), actor="staff/budi")
        return Office(self, plan)

    async def answers(self) -> bool:
        """Whether a command comes back as an event."""
        try:
            await self.do(CheckClocks(office="nowhere", incident="nothing"))
        except Declined:
            return True
        except (Pending, Transient):
            return False
        raise AssertionError("there is an office called nowhere")

    async def journal(self, id: str) -> Entry:
        """The journal's own record of a command."""
        return (await self.reports.store.entries([id]))[id]


class Office:
    """An office at work."""

    def __init__(self, site: Site, plan: OfficePlan) -> None:
        self.site = site
        self.plan = plan
        self.id = plan.id
        self.path = f"{API}/offices/{plan.id}"

    async def configure(self, plan: OfficePlan) -> None:
        """Work by another plan from now on."""
        self.plan = replace(plan, id=self.id)
        await self.site.do(ConfigureOffice(office=self.id, plan=self.plan))

    def report(self, **more: Any) -> dict[str, Any]:
        """The body of a report."""
        place = {"latitude": -0.8917, "longitude": 119.8707, "accuracy_metres": 15, "words": "Depan pasar"}
        return {"office": self.id, "category": "theft", "words": "Motor saya dicuri", "place": place, **more}

    async def file(self, client: AsyncClient, *, key: str | None = None, **more: Any) -> Response:
        """Report something."""
        return await client.post(f"{API}/reports", json=self.report(**more), headers=with_key(key))

    async def filed(self, client: AsyncClient, **more: Any) -> Any:
        """Report something that must be taken in; returns what is answered."""
        return of(await self.file(client, **more), 201)

    async def add_staff(
        self, username: str, *, display_name: str = "Staff", password: str = PASSWORD, role: Role = "officer"
    ) -> None:
        """Let a person work here."""
        await self.site.do(
            AddStaff(
                office=self.id,
                username=username,
                display_name=display_name,
                password_hash=CHEAP.hash(password),
                roles=(role,),
            )
        )

    @asynccontextmanager
    async def staff(
        self, username: str = "dewi", *, role: Role = "dispatcher", address: str = "127.0.0.1"
    ) -> AsyncIterator[AsyncClient]:
        """A program of a person of the staff, signed in."""
        await self.add_staff(username, role=role)
        async with self.site.client(address=address) as client:
            body = {"office": self.id, "username": username, "password": PASSWORD}
            answer = await client.post(f"{API}/sessions", json=body)
            client.headers["authorization"] = f"Bearer {of(answer, 201)['token']}"
            yield client


@asynccontextmanager
async def running(settings: Settings, *, worker: bool = True) -> AsyncIterator[Site]:
    """The API with its lifespan. With the worker it answers from the beginning on."""
    app = create_app(settings)
    async with app.router.lifespan_context(app), AsyncExitStack() as stack:
        if worker:
            await stack.enter_async_context(working(ROUTES, settings))
        site = Site(app, settings)
        async with site.client() as anybody:

            async def ready() -> bool:
                return (await anybody.get("/readyz")).status_code == 200

            await until(ready, within=30, what="the API is ready")
        if worker:
            await until(site.answers, within=60, what="the worker answers")
        yield site
