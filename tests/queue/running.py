"""A whole queue in this process over a real broker and database: its API and pages, asked as over HTTP, and its worker.

Tests share one, each in an office of its own: an office is the boundary inside of which messages have an order,
so that tests don't meet.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, time
from secrets import token_hex
from typing import Any
from uuid import uuid4

from httpx import AsyncClient, Response

from services.queue.app import create_app
from services.queue.context import Queue
from services.queue.routes import ROUTES
from shared.contracts.queue import (
    AddStaff,
    CloseLine,
    ConfigureOffice,
    CounterPlan,
    Fee,
    Holiday,
    OfficePlan,
    Opening,
    Procedure,
    Role,
    ServicePlan,
    SignOn,
    Text,
)
from shared.messaging.attempt import ACCEPTED
from shared.messaging.errors import Declined, Pending, Transient
from shared.messaging.store import Entry, Position
from shared.messaging.work import Changes
from shared.process import working
from shared.settings import Settings
from tests.support.site import BASE as BASE
from tests.support.site import CHEAP as CHEAP
from tests.support.site import HTML as HTML
from tests.support.site import PASSWORD as PASSWORD
from tests.support.site import PATIENCE_SECONDS as PATIENCE_SECONDS
from tests.support.site import WebSite as WebSite
from tests.support.site import in_own_task as in_own_task
from tests.support.site import of as of
from tests.support.site import problem_of as problem_of
from tests.support.site import told as told
from tests.support.site import with_key as with_key
from tests.support.stored import commit
from tests.support.waiting import until

API = "/queue/api/v1"
QUOTA = 10_000
"""Of each service of the office that tests open, unless they want another one."""
DAY_AND_NIGHT = tuple(Opening(weekday, time(0), time(0)) for weekday in range(7))


class Site(WebSite):
    """The API process's application, and ways to it."""

    @property
    def queue(self) -> Queue:
        """What the entry points share."""
        queue: Queue = self.app.state.queue
        return queue

    async def open_office(self, plan: OfficePlan | None = None) -> "Office":
        """A new office that works by a plan."""
        plan = replace(plan or new_plan(), id=f"office-{token_hex(6)}")
        await self.do(ConfigureOffice(office=plan.id, plan=plan))
        return Office(self, plan)

    async def answers(self) -> bool:
        """Whether a command comes back as an event."""
        try:
            await self.do(CloseLine(office="nowhere", service="nothing"))
        except Declined:
            return True
        except (Pending, Transient):
            return False
        raise AssertionError("there is an office called nowhere")

    async def keep(self, *new: Any) -> None:
        """Have the database hold what an earlier worker has left."""
        store, at = self.queue.store, datetime.now(UTC)
        place, owner = f"earlier-{uuid4()}", "an earlier worker"
        position = Position(place, owner, await store.claim(place, owner))
        entry = Entry(str(uuid4()), "", "", ACCEPTED, (), "system", "", at, at, "")
        await commit(store, Changes(new=list(new)), [entry], [position])

    async def journal(self, id: str) -> Entry:
        """The journal's own record of a command."""
        found = await self.queue.store.entries([id])
        return found[id]


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

    async def take(
        self, client: AsyncClient, service: str = "sim", *, phone: str | None = None, key: str | None = None
    ) -> Response:
        """Ask for a ticket."""
        body = {"office": self.id, "service": service} | ({} if phone is None else {"phone": phone})
        return await client.post(f"{API}/tickets", json=body, headers=with_key(key))

    async def on_duty(self) -> None:
        """Somebody signs on at every counter, for everything."""
        signings = (SignOn(office=self.id, counter=counter.id) for counter in self.plan.counters)
        await asyncio.gather(*(self.site.do(signing, actor="staff/sari") for signing in signings))

    async def taken_in_the_end(self, client: AsyncClient, key: str, service: str = "sim") -> Any:
        """Take a ticket while things break: ask again, with the same key, until it is given."""
        while True:
            answer = await self.take(client, service, key=key)
            if answer.status_code != 503:
                return await outcome(client, answer)
            await asyncio.sleep(float(answer.headers["retry-after"]))

    async def taken(self, client: AsyncClient, service: str = "sim", *, phone: str | None = None) -> Any:
        """Take a ticket that must be given; returns it."""
        return of(await self.take(client, service, phone=phone), 201)

    async def add_staff(
        self,
        username: str,
        *,
        display_name: str = "Staff",
        password: str = PASSWORD,
        role: Role = "officer",
        one_time: bool = False,
    ) -> None:
        """Let a person work here."""
        await self.site.do(
            AddStaff(
                office=self.id,
                username=username,
                display_name=display_name,
                password_hash=CHEAP.hash(password),
                roles=(role,),
                one_time=one_time,
            )
        )

    @asynccontextmanager
    async def officer(
        self, username: str = "sari", *, address: str = "127.0.0.1", role: Role = "officer"
    ) -> AsyncIterator["Officer"]:
        """A person of the staff, signed in."""
        await self.add_staff(username, role=role)
        async with self.site.client(address=address) as client:
            answer = await sign_in(client, self.id, username)
            client.headers["authorization"] = f"Bearer {of(answer, 201)['token']}"
            yield Officer(self, client)


class Officer:
    """Somebody at a counter, who signs on there before the first call, as everybody would."""

    def __init__(self, office: Office, client: AsyncClient) -> None:
        self.office = office
        self.client = client
        self._at: set[str] = set()

    async def act(self, action: str, counter: str = "loket-1", *, key: str | None = None, **body: str) -> Response:
        """Do something at a counter."""
        address = f"{self.office.path}/counters/{counter}"
        if action in ("call-next", "resume-ticket", "pause") and counter not in self._at:
            await self.client.post(f"{address}/sign-on")
            self._at.add(counter)
        elif action == "sign-on":
            self._at.add(counter)
        return await self.client.post(f"{address}/{action}", headers=with_key(key), json=body or None)

    async def done(self, action: str, counter: str = "loket-1", **body: str) -> Any:
        """Do what must succeed; returns the counter as it is then."""
        return of(await self.act(action, counter, **body), 200)


async def sign_in(client: AsyncClient, office: str, username: str, password: str = PASSWORD) -> Response:
    """Try to sign in."""
    body = {"office": office, "username": username, "password": password}
    return await client.post(f"{API}/sessions", json=body)


def midday_zone() -> str:
    """A zone in which it is around noon, so that no test meets a change of day."""
    behind = datetime.now(UTC).hour - 12
    return f"Etc/GMT{behind:+d}"  # the sign of these names says how far Greenwich is ahead


def new_plan(
    *, quota: int = QUOTA, hours: Iterable[Opening] = DAY_AND_NIGHT, holidays: tuple[Holiday, ...] = ()
) -> OfficePlan:
    """An office with two services and three counters that never closes, unless told otherwise."""
    opened = tuple(hours)
    procedure = Procedure(
        summary=Text("Ringkasan", "Summary"),
        requirements=(Text("KTP", "Identity card"),),
        steps=(Text("Pendaftaran", "Registration"),),
        fees=(Fee(Text("SIM A", "SIM A (car)"), 120_000),),
        source="PP 76/2020",
    )
    sim = ServicePlan("sim", Text("SIM baru", "New driving licence"), "A", opened, quota, procedure)
    skck = ServicePlan("skck", Text("SKCK", "Police clearance"), "B", opened, quota, procedure)
    return OfficePlan(
        id="office",
        name=Text("Polres Uji", "Test Police Station"),
        address=Text("Jalan Uji", "Test Street"),
        time_zone=midday_zone(),
        services=(sim, skck),
        counters=(
            CounterPlan("loket-1", Text("Loket 1", "Counter 1"), ("sim",)),
            CounterPlan("loket-2", Text("Loket 2", "Counter 2"), ("sim", "skck")),
            CounterPlan("loket-3", Text("Loket 3", "Counter 3"), ("skck",)),
        ),
        holidays=holidays,
    )


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


async def outcome(client: AsyncClient, answer: Response, *, within: float = 60) -> Any:
    """The ticket that a request to take one has come to, also where the answer said only that it will."""
    if answer.status_code == 201:
        return answer.json()
    assert of(answer, 202)["status"] == "pending"
    found = await told(client, answer.headers["location"], within=within)
    assert found["status"] == "accepted", found
    return found["ticket"]
