"""However events reach a board, late, repeated, swapped or not at all, it ends with what a reload would show."""

import asyncio
import json
from collections import deque
from collections.abc import Callable, Collection
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.reports.domain.incident import Incident
from services.reports.domain.office import Office
from services.reports.domain.records import Story
from services.reports.domain.unit import Unit
from services.reports.live import boards
from services.reports.live.boards import LiveBoards, board_topic
from services.reports.views.board_shown import BoardView, Card, Filter
from services.reports.views.open_incidents import OpenIncidents
from shared.contracts.message import Command, events_topic
from shared.contracts.reports import EVENTS, incidents, units
from shared.contracts.reports.base import IncidentEvent
from shared.messaging.envelope import Codec, Incoming
from shared.messaging.errors import Transient
from shared.web.sse import Hub
from tests.reports.scene import CREW, HERE, OFFICE, Scene
from tests.support.waiting import until

REPORTS = 4
FILTERS = (Filter(), Filter(charge="dewi"), Filter(late=True), Filter(priority=2), Filter(text="motor"))


@dataclass(slots=True)
class History:
    """What happened at a desk: the events, and how the database stood after each."""

    events: list[Incoming] = field(default_factory=list)
    stood: list[list[tuple[Incident, Story]]] = field(default_factory=list)
    office: Office | None = None


class Told(Hub):
    """A hub that shows each message to whoever listens at that moment."""

    def __init__(self) -> None:
        super().__init__()
        self.pages: dict[str, list[Any]] = {}

    def topics(self) -> Collection[str]:
        return self.pages.keys()

    def publish(self, topic: str, data: bytes) -> int:
        for page in self.pages.get(topic, ()):
            page["shows"] = json.loads(data)
        return 0


class Words:
    """The scribe, in as many words as the test compares."""

    def board(self, view: BoardView, language: str) -> bytes:
        rows = [[card.id, card.revision, card.state, card.late, card.in_charge] for card in view.cards]
        counts = [view.counts.open, view.counts.late, view.counts.escalated]
        return json.dumps([rows, view.matching, counts, [card.id for card in view.latest]]).encode()

    def unit(self, unit: Unit, incident: Incident | None) -> bytes:
        raise AssertionError("nobody looks at a unit")

    def incident(self, revision: int) -> bytes:
        return b"%d" % revision


class Stage:
    """Live boards with their database, and what is yet to happen: while a read waits, the next things happen."""

    def __init__(self, history: History, script: list[Callable[["Stage"], None]], failures: list[bool]) -> None:
        self.history = history
        self.script = deque(script)
        self.failures = deque(failures)
        self.revision = 0
        self.hub = Told()
        self.live = LiveBoards(self.hub, self, Words())
        self.opening: list[asyncio.Task[None]] = []

    def step(self) -> None:
        if self.script:
            self.script.popleft()(self)

    def shown(self, wanted: Filter) -> Any:
        """What a reload would show."""
        return json.loads(Words().board(self._known().board(wanted), "id"))

    def _known(self) -> OpenIncidents:
        assert self.history.office
        office = self.history.office
        now = self.history.stood[self.revision]
        return OpenIncidents(office, [Card.of(i, s, office) for i, s in now if i.at_work])

    async def look(self, wanted: Filter) -> None:
        """A page listens and then reads."""
        page: dict[str, Any] = {"filter": wanted}
        self.hub.pages.setdefault(board_topic(OFFICE, wanted, "id"), []).append(page)
        while True:
            try:
                first = json.loads(await self.live.board(OFFICE, wanted, "id"))
            except Transient:
                continue
            page.setdefault("shows", first)
            return

    # The reader -----------------------------------------------------------------------------------------

    async def open(self, office: str) -> OpenIncidents:
        await self._meanwhile()
        known = self._known()
        await self._meanwhile()
        return known

    async def renew(self, known: OpenIncidents, ids: Collection[str]) -> None:
        await self._meanwhile()
        now = self._known().cards
        await self._meanwhile()
        for id in ids:
            known.drop(id)
            if id in now:
                known.put(now[id])

    async def unit(self, office: str, unit: str) -> tuple[Unit, Incident | None]:
        raise AssertionError("nobody looks at a unit")

    async def _meanwhile(self) -> None:
        self.step()
        await asyncio.sleep(0)
        if self.failures and self.failures.popleft():
            raise Transient("the database is away")


ACTIONS: tuple[Callable[[str], tuple[Command, str]], ...] = (
    lambda _: (incidents.FileReport(office=OFFICE, category="theft", words="Motor hilang", place=HERE), "citizen"),
    lambda id: (incidents.TakeCharge(office=OFFICE, incident=id), "staff/dewi"),
    lambda id: (
        incidents.TriageIncident(
            office=OFFICE, incident=id, category="theft", severity="severe", certainty="observed", reason="x"
        ),
        "staff/dewi",
    ),
    lambda id: (units.DispatchUnit(office=OFFICE, incident=id, unit="patrol-1"), "staff/dewi"),
    lambda id: (units.StandDownUnit(office=OFFICE, incident=id, unit="patrol-1", reason="x"), "staff/dewi"),
    lambda _: (units.ArriveOnScene(office=OFFICE, unit="patrol-1"), CREW),
    lambda id: (incidents.CheckClocks(office=OFFICE, incident=id), "system"),
    lambda id: (incidents.QuarantineIncident(office=OFFICE, incident=id, reason="x"), "staff/dewi"),
    lambda id: (incidents.ReleaseIncident(office=OFFICE, incident=id, reason="x"), "staff/dewi"),
    lambda id: (incidents.ResolveIncident(office=OFFICE, incident=id, disposition="settled", words="x"), "staff/dewi"),
    lambda id: (incidents.ReopenIncident(office=OFFICE, incident=id, words="x", via="desk"), "staff/dewi"),
    lambda id: (incidents.AddNote(office=OFFICE, incident=id, words="x"), "staff/dewi"),
)
HAPPENINGS = st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, REPORTS - 1)), min_size=5, max_size=25)


async def lived(happenings: list[tuple[Callable[[str], tuple[Command, str]], int]]) -> History:
    """Have it happen to the real domain, in memory."""
    scene = await Scene.opened()
    history = History(stood=[[]], office=scene.all(Office)[0])
    ids: list[str] = []

    async def happen(command: Command, actor: str) -> None:
        scene.pass_time(minutes=4)
        await scene.send(command, actor=actor)
        stories = {story.id: story for story in scene.all(Story)}
        stood = [(deepcopy(i), stories[i.id]) for i in scene.all(Incident)]
        happened = sum(isinstance(event, IncidentEvent) for event, _ in scene.events())
        history.stood.extend([stood] * (happened + 1 - len(history.stood)))

    for _ in range(REPORTS):
        await happen(*ACTIONS[0](""))
    ids = sorted(incident.id for incident in scene.all(Incident))
    for action, n in happenings:
        await happen(*action(ids[n]))
    codec = Codec(EVENTS)
    told = [codec.decode(record) for record in scene.bus.all(events_topic("reports"))]
    history.events = [event for event in told if isinstance(event.message, IncidentEvent)]
    assert len(history.events) == len(history.stood) - 1
    return history


def delivered(n: int, ahead: int = 0) -> Callable[[Stage], None]:
    """An event arrives; the database may be further already."""

    def happen(stage: Stage) -> None:
        stage.revision = max(stage.revision, min(n + 1 + ahead, len(stage.history.events)))
        stage.live.on_event(stage.history.events[n])

    return happen


def opened(wanted: Filter) -> Callable[[Stage], None]:
    """Somebody opens a board."""

    def happen(stage: Stage) -> None:
        stage.opening.append(asyncio.ensure_future(stage.look(wanted)))

    return happen


@st.composite
def scripts(draw: st.DrawFn, history: History) -> list[Callable[[Stage], None]]:
    """Deliveries of all that happened, with repeats, swaps and losses, and boards that are opened in between.

    A loss shows by the next event of its incident, so each incident's latest is not lost.
    """
    events = len(history.events)
    latest = sorted({str(event.message.subject()): n for n, event in enumerate(history.events)}.values())
    order = [n for n in range(events) if n not in latest]
    for n in draw(st.lists(st.integers(0, max(0, len(order) - 2)), max_size=4)):
        if n + 1 < len(order):
            order[n], order[n + 1] = order[n + 1], order[n]
    for n in sorted(draw(st.sets(st.integers(0, 40), max_size=6)), reverse=True):
        if n < len(order):
            del order[n]
    script = [delivered(n, draw(st.integers(0, 3))) for n in order]
    for n in draw(st.lists(st.integers(0, events - 1), max_size=6)):  # a repeated command's event of long ago
        script.insert(draw(st.integers(0, len(script))), delivered(n))
    for wanted in draw(st.lists(st.sampled_from(FILTERS), max_size=6)):
        script.insert(draw(st.integers(0, len(script))), opened(wanted))
    return [opened(FILTERS[0]), *script, *map(delivered, latest)]


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tell at once what there is to tell."""
    monkeypatch.setattr(boards, "SETTLE_SECONDS", 0)
    monkeypatch.setattr(boards, "RETRY_SECONDS", 0)


@pytest.mark.usefixtures("hurry")
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), happenings=HAPPENINGS, rests=st.lists(st.integers(0, 6), max_size=40))
async def test_every_board_ends_with_what_a_reload_would_show(
    data: st.DataObject, happenings: list[tuple[Callable[[str], tuple[Command, str]], int]], rests: list[int]
) -> None:
    history = await lived(happenings)
    script = data.draw(scripts(history), label="script")
    failures = data.draw(st.lists(st.booleans(), max_size=6), label="failures of the database")
    stage = Stage(history, script, failures)
    turns = iter(rests)
    while stage.script:
        stage.step()
        for _ in range(next(turns, 1)):
            await asyncio.sleep(0)
    await asyncio.gather(*stage.opening)

    def all_true() -> bool:
        pages = [page for found in stage.hub.pages.values() for page in found]
        return all(page["shows"] == stage.shown(page["filter"]) for page in pages)

    await until(all_true, within=5, what="every board is true")
