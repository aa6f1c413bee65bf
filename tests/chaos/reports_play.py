"""Reports: citizens who tell what happened, and a desk that judges it, sends its units and says what came of it."""

import asyncio
from collections import deque
from collections.abc import Coroutine, Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import Any

from services.reports.domain.incident import Incident
from services.reports.domain.office import Office
from services.reports.domain.records import Entry, Follower, Reporter, Story
from services.reports.domain.register import Register
from services.reports.domain.trust import Trust
from services.reports.domain.unit import Unit
from services.reports.entrypoints.filing import id_of
from services.reports.routes import ROUTES
from shared.contracts.reports import EVENTS, SERVICE
from shared.contracts.reports.incidents import FileReport
from shared.contracts.reports.office import ConfigureOffice
from shared.contracts.reports.staff import AddStaff
from shared.contracts.reports.units import GoInService
from shared.settings import Settings
from tests.chaos.load import PAUSE_SECONDS, PEOPLE, Answers, Load
from tests.chaos.plays import Do
from tests.chaos.truth import gathered
from tests.reports.promises import Kept, check_kept, check_timeline, check_told
from tests.reports.running import API, Site, running
from tests.reports.scene import PLAN
from tests.support.site import CHEAP, PASSWORD

DISPATCHER = "dewi"
UNITS = ("patrol-1", "patrol-2")
"""Each with a dispatcher of its own."""
JUDGED = {"category": "theft", "severity": "moderate", "certainty": "likely", "reason": "menurut pelapor"}
OUTCOME = {"disposition": "settled", "words": "Sudah ditangani."}


class ReportsLoad(Load):
    """Reports to one office and has its desk deal with it."""

    def __init__(self, address: str, office: str, body: dict[str, Any]) -> None:
        super().__init__(address)
        self._office = f"{API}/offices/{office}"
        self._name = office
        self._body = body
        self._waiting: deque[str] = deque()

    def people(self) -> Iterable[Coroutine[Any, Any, None]]:
        yield from (self._report() for _ in range(PEOPLE))
        yield from (self._work(unit) for unit in UNITS)

    async def _report(self) -> None:
        async with self.client() as client:
            while not self.stopping:
                filed = await self.make(client, f"{API}/reports", self._body)
                self._waiting.append(filed["id"])

    async def _work(self, unit: str) -> None:
        async with self.signed_in(API, self._name, DISPATCHER) as desk:
            while not self.stopping:
                if not self._waiting:
                    await asyncio.sleep(PAUSE_SECONDS)
                    continue
                incident = f"{self._office}/incidents/{self._waiting.popleft()}"
                await self.step(desk, f"{incident}/triage", JUDGED)
                await self.step(desk, f"{incident}/dispatch", {"unit": unit})
                for step in ("accept", "arrive", "clear", "arrive"):  # the last one comes too late and is refused
                    await self.step(desk, f"{self._office}/units/{unit}/{step}")
                await self.step(desk, f"{incident}/resolve", OUTCOME)


class ReportsPlay:
    """See `Play`."""

    service = SERVICE
    events = EVENTS
    making = f"{API}/reports"

    def running(self, settings: Settings) -> AbstractAsyncContextManager[Site]:
        return running(settings, worker=False)

    async def open(self, do: Do) -> str:
        plan = replace(PLAN, id="office")
        await do(ConfigureOffice(office=plan.id, plan=plan))
        for unit in plan.units:
            await do(GoInService(office=plan.id, unit=unit.id))
        await do(
            AddStaff(
                office=plan.id,
                username=DISPATCHER,
                display_name="Dewi",
                password_hash=CHEAP.hash(PASSWORD),
                roles=("dispatcher",),
            )
        )
        return plan.id

    def body(self, office: str) -> dict[str, Any]:
        place = {"latitude": -0.8917, "longitude": 119.8707, "accuracy_metres": 15, "words": "Depan pasar"}
        return {"office": office, "category": "theft", "words": "Motor saya dicuri", "place": place}

    def id_of(self, key: str) -> str:
        return id_of(key)

    def load(self, address: str, office: str) -> Load:
        return ReportsLoad(address, office, self.body(office))

    async def check(self, settings: Settings, answers: Answers) -> None:
        async with gathered(settings, ROUTES, EVENTS) as truth:
            incidents, timeline = await truth.all(Incident), await truth.all(Entry)
            kept = Kept(
                offices=await truth.all(Office),
                incidents=incidents,
                units=await truth.all(Unit),
                registers=await truth.all(Register),
                stories=await truth.all(Story),
                reporters=await truth.all(Reporter),
                followers=await truth.all(Follower),
                timeline=timeline,
                trust=await truth.all(Trust),
            )
        check_kept(kept)
        check_timeline(timeline, truth.told)
        told = check_told(truth.told)
        assert told == {one.id: one.state for one in incidents}, "the events tell another story than the state"
        truth.check_steps(answers.steps)
        by_id = {incident.id: incident for incident in incidents}
        assert by_id.keys() == truth.accepted(FileReport), "a command made more or less than one incident"
        for key, given in answers.made.items():
            assert given["number"] == by_id[id_of(key)].number, "a report was acknowledged that is not there"
