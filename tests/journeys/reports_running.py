"""The reports service as operations runs it, and what its desk does while a browser looks on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from secrets import token_hex
from typing import TypeVar
from uuid import uuid4

from services.reports.codes import Codes
from services.reports.demo import demo_office
from services.reports.domain.errors import IncidentUnknown
from services.reports.domain.incident import Incident
from services.reports.domain.records import Reporter
from services.reports.routes import ROUTES
from shared.auth.keys import derive_key
from shared.clock import system_clock
from shared.contracts.fields import Text
from shared.contracts.message import Command, Event
from shared.contracts.reports import EVENTS, SERVICE
from shared.contracts.reports.base import Place
from shared.contracts.reports.incidents import (
    CheckClocks,
    Disposition,
    FileReport,
    IncidentReported,
    ResolveIncident,
    SendMessage,
    TriageIncident,
)
from shared.contracts.reports.office import ConfigureOffice, OfficePlan
from shared.contracts.reports.units import AcceptDispatch, ArriveOnScene, DispatchUnit, GoInService
from shared.links import SecretLinks
from shared.messaging.errors import Declined, Pending, Transient
from shared.messaging.mongo_store import MongoStore
from shared.messaging.tail import Gateway, Tail
from shared.mongo import connected
from shared.settings import Settings
from tests.chaos.programs import Program, started
from tests.support.waiting import until

UNIT = "patroli-1"
DESK, CREW = "staff/dewi", "staff/budi"
HERE = Place(-0.9078, 119.8531, 12.0, "Depan Pasar Inpres Manonda")

E = TypeVar("E", bound=Event)


class Site:
    """API and worker of reports, and a way to have the worker do what other people wish."""

    def __init__(self, settings: Settings, folder: Path, gateway: Gateway, store: MongoStore) -> None:
        self.settings = settings
        self.store = store
        self._folder = folder
        self._gateway = gateway
        self.links = SecretLinks(_key(settings, "links"), "/reports/r/", IncidentUnknown)
        self.codes = Codes(_key(settings, "codes"))
        self.api = self.another_api()
        self.worker = Program("worker", settings, folder, service=SERVICE)

    def another_api(self, **otherwise: object) -> Program:
        """One more API process of the same installation, with some settings of its own. Not yet started."""
        return Program("api", self.settings.model_copy(update=otherwise), self._folder, service=SERVICE)

    async def do(self, command: Command, *, actor: str = "system", id: str | None = None) -> Event:
        """Have the worker accept a command. Raises `Declined` where it refuses."""
        return await self._gateway.ask(command, id=id or str(uuid4()), actor=actor)

    async def open_office(self, plan: OfficePlan | None = None) -> "Office":
        """A new office that works by a plan: that of the demo, unless told otherwise."""
        tag = token_hex(3)
        plan = plan or demo_office().plan
        named = Text(f"{plan.name.id} {tag}", f"{plan.name.en} {tag}")
        plan = replace(plan, id=f"polres-{tag}", name=named)
        await self.do(ConfigureOffice(office=plan.id, plan=plan))
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


class Office:
    """A desk at work, as seen by everybody but the one whose journey it is."""

    def __init__(self, site: Site, plan: OfficePlan) -> None:
        self.site = site
        self.plan = plan
        self.id = plan.id
        self.path = f"/reports/offices/{plan.id}"

    def form(self, category: str) -> str:
        """Where a kind is reported."""
        return f"{self.path}/report/{category}"

    async def incidents(self) -> list[Incident]:
        """All that were reported here."""
        return await self.site.store.select(Incident, {"office": self.id}, order=("number",), limit=100)

    async def reporter(self, incident: Incident) -> list[Reporter]:
        """What is kept of who reported it."""
        return await self.site.store.load(Reporter, "id", [incident.id])

    async def file(self, category: str = "curanmor", *, words: str = "Motor hilang", place: Place = HERE) -> str:
        """Somebody reports something; returns the incident's id."""
        answers = {"curanmor": "motor", "kecelakaan": "yes"}
        command = FileReport.model_validate(
            {
                "office": self.id,
                "category": category,
                "words": words,
                "place": place,
                "answers": [{"question": q, "value": answers[category]} for q in self._required(category)],
            }
        )
        return self._such(await self.site.do(command, actor="citizen"), IncidentReported).incident

    async def triage(self, incident: str, category: str = "curanmor") -> None:
        """The desk judges it."""
        await self.site.do(
            TriageIncident(
                office=self.id,
                incident=incident,
                category=category,
                severity="moderate",
                certainty="likely",
                reason="cocok",
            ),
            actor=DESK,
        )

    async def send_unit(self, incident: str, unit: str = UNIT) -> None:
        """A unit is on its way."""
        await self.site.do(GoInService(office=self.id, unit=unit), actor=CREW)
        await self.site.do(DispatchUnit(office=self.id, incident=incident, unit=unit), actor=DESK)
        await self.site.do(AcceptDispatch(office=self.id, unit=unit), actor=CREW)

    async def arrive(self, unit: str = UNIT) -> None:
        """It is there."""
        await self.site.do(ArriveOnScene(office=self.id, unit=unit), actor=CREW)

    async def write(self, incident: str, words: str) -> None:
        """The desk writes to the reporter."""
        await self.site.do(SendMessage(office=self.id, incident=incident, words=words, via="desk"), actor=DESK)

    async def resolve(self, incident: str, words: str, disposition: Disposition = "settled") -> None:
        """There is an outcome."""
        command = ResolveIncident(office=self.id, incident=incident, disposition=disposition, words=words)
        await self.site.do(command, actor=DESK)

    def _required(self, category: str) -> list[str]:
        (kind,) = [kind for kind in self.plan.categories if kind.id == category]
        return [question.id for question in kind.questions if question.required]

    @staticmethod
    def _such(event: Event, kind: type[E]) -> E:
        assert isinstance(event, kind), event
        return event


def _key(settings: Settings, purpose: str) -> bytes:
    return derive_key(settings.secret_key, f"{SERVICE}/{purpose}")


@asynccontextmanager
async def running(settings: Settings, folder: Path) -> AsyncIterator[Site]:
    """API and worker in an installation, both answering. `folder` is for their logs."""
    gateway = Gateway(settings, SERVICE, Tail(EVENTS), clock=system_clock)
    await gateway.start()
    try:
        async with connected(settings) as client:
            store = MongoStore(client, client[settings.database(SERVICE)], ROUTES.kinds)
            site = Site(settings, folder, gateway, store)
            async with started(site.api, site.worker):
                await until(site.answers, within=60, what="the worker answers")
                yield site
    finally:
        await gateway.stop()
