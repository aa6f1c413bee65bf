"""A desk and its incidents in memory: the stage on which the tests of the domain play."""

from datetime import UTC, datetime, timedelta
from typing import Any

from services.reports.domain.incident import Incident
from services.reports.domain.office import Office
from services.reports.domain.records import Entry, Follower, Reporter, Story
from services.reports.domain.register import Register
from services.reports.domain.trust import Trust
from services.reports.domain.unit import Unit
from services.reports.routes import ROUTES
from shared.contracts import reports
from shared.contracts.fields import Text
from shared.contracts.message import Command, Event, Refusal
from shared.contracts.reports import incidents, office, units
from shared.contracts.reports.base import Place, Sealed
from shared.contracts.reports.office import Category, Choice, OfficePlan, Post, Question, ServiceLevel, UnitPlan
from tests.reports.promises import Kept
from tests.support.twin import Twin

OFFICE = "polres-palu"
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
"""Monday, 2 March 2026, 20:00 in Palu (UTC+8)."""
HERE = Place(-0.8917, 119.8707, 15.0, "Depan Pasar Inpres")
SEALED = Sealed("0123456789abcdef", "c2VhbGVk")
CONTACT = "0" * 32
DESK = "staff/dewi"
CREW = "staff/budi"


def text(words: str) -> Text:
    return Text(words, words)


VEHICLES = (Choice("car", text("Mobil")), Choice("motorcycle", text("Motor")))
PLAN = OfficePlan(
    id=OFFICE,
    name=text("Polres Palu"),
    address=text("Palu"),
    time_zone="Asia/Makassar",
    latitude=-0.89,
    longitude=119.87,
    categories=(
        Category(
            "theft",
            text("Pencurian"),
            text("Barang hilang dicuri"),
            questions=(
                Question(
                    "vehicle",
                    text("Kendaraan?"),
                    "choice",
                    (Choice("car", text("Mobil")), Choice("motorcycle", text("Motor"))),
                ),
                Question("plate", text("Nomor polisi?")),
            ),
            public=True,
        ),
        Category(
            "fight", text("Perkelahian"), text("Perkelahian"), urgency="immediate", severity="severe", emergency=True
        ),
        Category("domestic", text("KDRT"), text("Kekerasan rumah tangga"), urgency="immediate", sensitive=True),
        Category("noise", text("Kebisingan"), text("Bising"), urgency="future", severity="minor"),
    ),
    units=(
        UnitPlan("patrol-1", text("Patroli 1")),
        UnitPlan("patrol-2", text("Patroli 2")),
        UnitPlan("rescue-1", text("Rescue"), "rescue"),
    ),
    posts=(Post("pos-manonda", text("Pos Manonda"), text("Manonda"), -0.905, 119.86, "+62451421110"),),
    levels=(
        ServiceLevel(1, 1, 2, 10, 120),
        ServiceLevel(2, 5, 10, 30, 480),
        ServiceLevel(3, 30, 120, None, 3 * 24 * 60),
        ServiceLevel(4, 240, None, None, 10 * 24 * 60),
    ),
    emergency_words=("kebakaran", "pisau"),
)


class Scene(Twin):
    """The desk of one office, with words for what happens there."""

    def __init__(self, now: datetime = NOW) -> None:
        super().__init__(ROUTES, reports.EVENTS, now)

    @classmethod
    async def opened(cls, plan: OfficePlan = PLAN, now: datetime = NOW) -> "Scene":
        """A desk that works by a plan, with every unit in service."""
        scene = cls(now)
        await scene.done(office.ConfigureOffice(office=plan.id, plan=plan))
        for unit in plan.units:
            await scene.done(units.GoInService(office=plan.id, unit=unit.id), actor=CREW)
        return scene

    def pass_time(self, **spans: float) -> None:
        """`pass_time(minutes=5)`."""
        self.now += timedelta(**spans)

    async def all_done(self, command: Command, *, id: str | None = None, actor: str = DESK) -> list[Event]:
        """Send a command that must be accepted; returns its events."""
        events = await self.send(command, id=id, actor=actor)
        assert events, "nothing came of it"
        assert not isinstance(events[0], Refusal), events[0]
        return events

    async def done(self, command: Command, *, id: str | None = None, actor: str = DESK) -> Event:
        """Send a command that must be accepted; returns its first event."""
        return (await self.all_done(command, id=id, actor=actor))[0]

    async def refused(self, command: Command, *, actor: str = DESK) -> tuple[str, dict[str, str | int]]:
        """Send a command that must be refused; returns the reason and its details."""
        (event,) = await self.send(command, actor=actor)
        assert isinstance(event, Refusal), event
        return event.reason, event.details

    async def file(self, category: str = "theft", *, id: str | None = None, **more: Any) -> str:
        """A citizen reports something; returns the incident's id."""
        told = {"words": "Motor saya dicuri", "place": HERE, **more}
        event = await self.done(incidents.FileReport(office=OFFICE, category=category, **told), id=id, actor="citizen")
        assert isinstance(event, incidents.IncidentReported)
        return event.incident

    async def triage(self, incident: str, category: str = "theft", **judged: Any) -> incidents.IncidentTriaged:
        """The desk judges it."""
        told = {"severity": "moderate", "certainty": "likely", "reason": "dari telepon", **judged}
        event = await self.done(incidents.TriageIncident(office=OFFICE, incident=incident, category=category, **told))
        assert isinstance(event, incidents.IncidentTriaged)
        return event

    async def dispatch(self, incident: str, unit: str = "patrol-1") -> Event:
        return await self.done(units.DispatchUnit(office=OFFICE, incident=incident, unit=unit))

    async def of_unit(self, command: type[units.UnitCommand], unit: str = "patrol-1") -> Event:
        """The crew says something, `AcceptDispatch` or another of a unit's commands."""
        return await self.done(command(office=OFFICE, unit=unit), actor=CREW)

    async def resolve(self, incident: str, disposition: incidents.Disposition = "settled") -> Event:
        return await self.done(
            incidents.ResolveIncident(
                office=OFFICE, incident=incident, disposition=disposition, words="Sudah ditangani"
            )
        )

    async def check(self, incident: str) -> list[Event]:
        """Whoever watches the clocks looks."""
        return await self.send(incidents.CheckClocks(office=OFFICE, incident=incident))

    def incident(self, id: str) -> Incident:
        (found,) = [incident for incident in self.all(Incident) if incident.id == id]
        assert isinstance(found, Incident)
        return found

    def unit(self, name: str = "patrol-1") -> Unit:
        (found,) = [unit for unit in self.all(Unit) if unit.id == f"{OFFICE}:{name}"]
        assert isinstance(found, Unit)
        return found

    def timeline(self, incident: str) -> list[Entry]:
        """What is written down of an incident, in order."""
        return sorted((entry for entry in self.all(Entry) if entry.incident == incident), key=lambda entry: entry.place)


def everything(scene: Scene) -> Kept:
    """All that is kept of the desk's own affairs."""
    kinds = (Office, Incident, Unit, Register, Story, Reporter, Follower, Entry, Trust)
    return Kept(*(sorted(scene.all(kind), key=lambda row: row.id) for kind in kinds))
