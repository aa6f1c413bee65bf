"""However events reach a live page, late, repeated, swapped or not at all, it ends with what the database says."""

import asyncio
import json
from collections import deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.queue.domain.line import Line
from services.queue.live import live
from services.queue.live.live import Live, ticket_topic
from services.queue.live.watched import LiveLine, Step, Watched
from shared.contracts import queue
from shared.contracts.message import Command, events_topic
from shared.contracts.queue import EVENTS, LineEvent, TakeTicket, Text
from shared.errors import Refused
from shared.messaging.envelope import Codec, Incoming
from shared.messaging.errors import Transient
from shared.web.sse import Hub
from tests.queue.scene import OFFICE, Scene
from tests.support.waiting import until

PEOPLE = 4
LANGUAGES = ("id", "en")


@dataclass(frozen=True, slots=True)
class Kept:
    """A ticket as the database keeps it."""

    state: str
    counter: str | None
    rank: int
    line: str


@dataclass(frozen=True, slots=True)
class Stood:
    """How the database stood."""

    tickets: Mapping[str, Kept] = field(default_factory=dict)
    revisions: Mapping[str, int] = field(default_factory=dict)
    closings: Mapping[str, Text | None] = field(default_factory=dict)


@dataclass(slots=True)
class History:
    """What happened in an office's two lines: the events, and how the database stood after each."""

    events: list[Incoming] = field(default_factory=list)
    stood: list[Stood] = field(default_factory=list)
    """How many events → the state that has them all: the events of one command come into it together."""
    tickets: list[str] = field(default_factory=list)


class Gone(Refused):
    slug = "counter-unknown"


class Told(Hub):
    """A hub that shows each message to whoever listens at that moment."""

    def __init__(self) -> None:
        super().__init__()
        self.pages: list[Page] = []

    def publish(self, topic: str, data: bytes) -> int:
        for page in self.pages:
            if page.topic == topic:
                page.shows = json.loads(data)
        return 0


@dataclass(slots=True, eq=False)
class Page:
    """Somebody's open page. It has read the database before anything is told to it."""

    ticket: str
    language: str
    shows: Any
    watched: Watched
    watching: bool = False

    @property
    def topic(self) -> str:
        return ticket_topic(self.ticket, self.language)


class Stage:
    """A `Live` with its database, and what is yet to happen to them: while a read waits, the next things happen."""

    def __init__(self, history: History, script: list[Callable[["Stage"], None]], failures: list[bool]) -> None:
        self.history = history
        self.script = deque(script)
        self.failures = deque(failures)
        self.revision = 0
        self.hub = Told()
        self.live = Live(self.hub, self)
        self.open: list[Page] = []
        self.reads = 0

    @property
    def now(self) -> Stood:
        return self.history.stood[self.revision]

    def step(self) -> None:
        if self.script:
            self.script.popleft()(self)

    def shown(self, ticket: str) -> list[Any]:
        """What a reload would show."""
        kept, waits = self.now.tickets[ticket], self.now.tickets[ticket].state == "waiting"
        ahead = sum(rank < kept.rank for rank in self.ranks(kept.line).values()) if waits else 0
        return [kept.state, kept.counter, ahead, said(self.now.closings.get(kept.line)) if waits else ""]

    def ranks(self, line: str) -> dict[str, int]:
        """Who waits in a line."""
        return {id: t.rank for id, t in self.now.tickets.items() if t.line == line and t.state == "waiting"}

    # The scribe ---------------------------------------------------------------------------------------

    async def line(self, id: str, tickets: Collection[str]) -> tuple[LiveLine, Mapping[str, Step]]:
        await self._meanwhile()
        now = self.now
        steps = {t: Step(now.tickets[t].state, now.tickets[t].counter, now.tickets[t].line) for t in tickets}
        read = LiveLine(now.revisions.get(id, 0), self.ranks(id), now.closings.get(id)), steps
        await self._meanwhile()
        self.reads += 1
        return read

    async def office(self, topic: str) -> bytes:
        await self._meanwhile()
        raise Gone

    def ticket(self, _: str, ticket: Watched, ahead: int, language: str) -> bytes:
        closing = said(ticket.closing) if ticket.state == "waiting" else ""
        return json.dumps([ticket.state, ticket.counter, ahead, closing]).encode()

    async def _meanwhile(self) -> None:
        self.step()
        await asyncio.sleep(0)
        if self.failures and self.failures.popleft():
            raise Transient("the database is away")


def said(closing: Text | None) -> str:
    return closing.en if closing else ""


# What happens in the lines ---------------------------------------------------------------------------------

ACTIONS: tuple[Callable[[str, str], Command], ...] = (
    lambda _, __: TakeTicket(office=OFFICE, service="sim"),
    lambda _, counter: queue.CallNext(office=OFFICE, counter=counter),
    lambda _, counter: queue.CallNext(office=OFFICE, counter=counter),
    lambda _, counter: queue.ServeTicket(office=OFFICE, counter=counter),
    lambda _, counter: queue.FinishTicket(office=OFFICE, counter=counter),
    lambda _, counter: queue.MarkNoShow(office=OFFICE, counter=counter),
    lambda _, counter: queue.RecallTicket(office=OFFICE, counter=counter),
    lambda ticket, counter: queue.PutBackTicket(office=OFFICE, counter=counter, ticket=ticket),
    lambda ticket, counter: queue.PutBackTicket(office=OFFICE, counter=counter, ticket=ticket),
    lambda ticket, _: queue.DelayTicket(office=OFFICE, ticket=ticket, minutes=5),
    lambda _, counter: queue.ParkTicket(office=OFFICE, counter=counter),
    lambda ticket, counter: queue.ResumeTicket(office=OFFICE, counter=counter, ticket=ticket),
    lambda _, counter: queue.TransferTicket(office=OFFICE, counter=counter, service="skck"),
    lambda _, counter: queue.TransferTicket(office=OFFICE, counter=counter, service="sim"),
    lambda _, counter: queue.UndoStep(office=OFFICE, counter=counter),
    lambda _, counter: queue.UndoStep(office=OFFICE, counter=counter),
    lambda _, __: queue.ReopenLine(office=OFFICE, service="skck"),
    lambda _, __: queue.TakeTicket(office=OFFICE, service="skck"),
    lambda _, __: queue.CloseLine(office=OFFICE, service="skck", message=Text("Tutup", "Closed")),
    lambda ticket, _: queue.CancelTicket(office=OFFICE, ticket=ticket),
)
HAPPENINGS = st.lists(
    st.tuples(st.sampled_from(ACTIONS), st.integers(0, PEOPLE - 1), st.sampled_from(["loket-1", "loket-2", "loket-3"])),
    min_size=5,
    max_size=30,
)


async def lived(happenings: list[tuple[Callable[[str, str], Command], int, str]]) -> History:
    """Have it happen to the real domain, in memory."""
    scene = await Scene.opened()
    history = History(stood=[Stood()])

    async def happen(command: Command) -> None:
        scene.pass_time(seconds=4 if isinstance(command, queue.UndoStep | queue.ReopenLine) else 30)
        await scene.send(command)
        tickets = {t.id: Kept(t.state, t.counter, t.rank, t.line) for t in scene.tickets()}
        lines = scene.all(Line)
        stood = Stood(tickets, {line.id: line.revision for line in lines}, {line.id: line.message for line in lines})
        happened = sum(isinstance(event, LineEvent) for event, _ in scene.events())
        history.stood.extend([stood] * (happened + 1 - len(history.stood)))

    for _ in range(PEOPLE):
        await happen(ACTIONS[0]("", ""))
    history.tickets = [ticket.id for ticket in scene.tickets()]
    for action, n, counter in happenings:
        await happen(action(history.tickets[n], counter))
    codec = Codec(EVENTS)
    told = [codec.decode(record) for record in scene.bus.all(events_topic("queue"))]
    history.events = [event for event in told if isinstance(event.message, LineEvent)]
    assert len(history.events) == len(history.stood) - 1
    return history


# How it reaches the pages ---------------------------------------------------------------------------------


def delivered(n: int, ahead: int = 0) -> Callable[[Stage], None]:
    """An event arrives; the database may be further already."""

    def happen(stage: Stage) -> None:
        stage.revision = max(stage.revision, min(n + 1 + ahead, len(stage.history.events)))
        stage.live.on_event(stage.history.events[n])

    return happen


def opened(n: int, language: str) -> list[Callable[[Stage], None]]:
    """A page reads the database and listens, then is watched for: things may happen in between."""
    pages: list[Page] = []

    def look(stage: Stage) -> None:
        ticket = stage.history.tickets[n]
        shown = stage.shown(ticket)
        line = stage.now.tickets[ticket].line
        page = Page(ticket, language, shown, Watched(str(n), line, shown[0], shown[1], {}))
        pages.append(page)
        stage.hub.pages.append(page)
        stage.open.append(page)

    def watch(stage: Stage) -> None:
        (page,) = pages
        stage.live.watch(page.ticket, page.watched, page.language)
        page.watching = True

    return [look, watch]


def closed(n: int) -> Callable[[Stage], None]:
    """Somebody looks away."""

    def happen(stage: Stage) -> None:
        pages = [page for page in stage.open if page.watching]
        if pages:
            page = pages[n % len(pages)]
            stage.open.remove(page)
            stage.hub.pages.remove(page)
            stage.live.unwatch(page.ticket, page.language)

    return happen


@st.composite
def scripts(draw: st.DrawFn, history: History) -> list[Callable[[Stage], None]]:
    """Deliveries of all that happened, with repeats, swaps and gaps, and pages that come and go in between.

    A gap shows by the next event of its line, so each line's latest is not lost.
    """
    events = len(history.events)
    facts = [event.message for event in history.events]
    latest = sorted({fact.line: n for n, fact in enumerate(facts) if isinstance(fact, LineEvent)}.values())
    order = [n for n in range(PEOPLE, events) if n not in latest]
    for n in draw(st.lists(st.integers(0, max(0, len(order) - 2)), max_size=3)):
        if n + 1 < len(order):
            order[n], order[n + 1] = order[n + 1], order[n]
    for n in sorted(draw(st.sets(st.integers(0, 40), max_size=5)), reverse=True):
        if n < len(order):
            del order[n]
    script = [delivered(n, draw(st.integers(0, 3))) for n in order]
    for n in draw(st.lists(st.integers(0, events - 1), max_size=6)):  # a repeated command's event of long ago
        script.insert(draw(st.integers(0, len(script))), delivered(n))
    for n, language in draw(st.lists(st.tuples(st.integers(0, PEOPLE - 1), st.sampled_from(LANGUAGES)), max_size=6)):
        at = draw(st.integers(0, len(script)))
        between = draw(st.integers(0, 3))
        look, watch = opened(n, language)
        script.insert(min(at + between, len(script)), watch)
        script.insert(at, look)
    for n in draw(st.lists(st.integers(0, 5), max_size=2)):
        script.insert(draw(st.integers(0, len(script))), closed(n))
    look, watch = opened(draw(st.integers(0, PEOPLE - 1)), "id")
    return [*(delivered(n) for n in range(PEOPLE)), look, watch, *script, *map(delivered, latest)]


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tell at once what there is to tell."""
    monkeypatch.setattr(live, "SETTLE_SECONDS", 0)
    monkeypatch.setattr(live, "RETRY_SECONDS", 0)


@pytest.mark.usefixtures("hurry")
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), happenings=HAPPENINGS, rests=st.lists(st.integers(0, 6), max_size=40))
async def test_every_page_ends_with_what_the_database_says(
    data: st.DataObject, happenings: list[tuple[Callable[[str, str], Command], int, str]], rests: list[int]
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

    def all_true() -> bool:
        return all(page.shows == stage.shown(page.ticket) for page in stage.open)

    await until(
        all_true, within=5, what=str([(page.ticket, page.shows, stage.shown(page.ticket)) for page in stage.open])
    )
    for page in stage.open:
        stage.live.unwatch(page.ticket, page.language)


# One by one -----------------------------------------------------------------------------------------------

CALLED, SERVED = (ACTIONS[1], 0, "loket-1"), (ACTIONS[3], 0, "loket-1")
"""What happens to the first of the line."""


async def staged(*happenings: tuple[Callable[[str, str], Command], int, str], failures: int = 0) -> Stage:
    """Four people wait; of what happens then nothing has been told yet."""
    stage = Stage(await lived(list(happenings)), [], [])
    for n in range(PEOPLE):
        delivered(n)(stage)
    stage.failures.extend([True] * failures)
    return stage


def open_page(stage: Stage, n: int) -> Page:
    look, watch = opened(n, "id")
    look(stage)
    watch(stage)
    return stage.open[-1]


async def settled(stage: Stage) -> None:
    """Every page has been told what it lacks."""
    await until(lambda: all(page.shows == stage.shown(page.ticket) for page in stage.open), within=5)


async def known(stage: Stage) -> None:
    """The line has been read, together with whom it concerns."""
    await until(lambda: stage.reads > 0)
    await settled(stage)


@pytest.mark.usefixtures("hurry")
async def test_a_page_that_opens_just_when_its_person_is_called_tells_so() -> None:
    stage = await staged(CALLED)
    open_page(stage, 1)
    await known(stage)
    look, watch = opened(0, "id")
    look(stage)
    delivered(PEOPLE)(stage)
    await until(lambda: stage.open[0].shows == ["waiting", None, 0, ""])
    watch(stage)
    await settled(stage)
    assert stage.open[-1].shows == ["called", "loket-1", 0, ""]


@pytest.mark.usefixtures("hurry")
async def test_a_page_that_opens_while_the_line_is_read_tells_what_that_read_has_seen() -> None:
    stage = await staged(CALLED)
    open_page(stage, 1)
    look, watch = opened(0, "id")

    def look_just_before_the_call(stage: Stage) -> None:
        look(stage)
        stage.revision += 1

    stage.script.extend([look_just_before_the_call, watch])
    await until(lambda: not stage.script)
    stage.live.on_event(stage.history.events[PEOPLE])
    await settled(stage)
    assert stage.open[-1].shows == ["called", "loket-1", 0, ""]


@pytest.mark.usefixtures("hurry")
async def test_what_could_not_be_read_is_told_as_soon_as_it_can() -> None:
    stage = await staged(CALLED, failures=3)
    page = open_page(stage, 0)
    delivered(PEOPLE)(stage)
    await settled(stage)
    assert page.shows == ["called", "loket-1", 0, ""]


@pytest.mark.usefixtures("hurry")
async def test_an_event_that_was_told_before_changes_nothing() -> None:
    stage = await staged(CALLED, SERVED, (ACTIONS[-1], 1, ""))
    page, behind = open_page(stage, 0), open_page(stage, 2)
    await known(stage)
    for n in (PEOPLE, PEOPLE + 1, 0, PEOPLE, PEOPLE + 2):
        delivered(n)(stage)
    await settled(stage)
    assert (page.shows, behind.shows) == (["serving", "loket-1", 0, ""], ["waiting", None, 0, ""])


@pytest.mark.usefixtures("hurry")
async def test_after_an_event_that_never_came_all_is_read_again() -> None:
    stage = await staged(CALLED, (ACTIONS[0], 0, ""))
    called, next_one = open_page(stage, 0), open_page(stage, 1)
    await known(stage)
    delivered(PEOPLE + 1)(stage)
    await settled(stage)
    assert (called.shows, next_one.shows) == (["called", "loket-1", 0, ""], ["waiting", None, 0, ""])


@pytest.mark.usefixtures("hurry")
async def test_what_arrives_while_the_line_is_read_is_not_lost() -> None:
    stage = await staged(CALLED, SERVED)
    page = open_page(stage, 0)
    stage.script.extend([delivered(PEOPLE, ahead=-1), delivered(PEOPLE + 1, ahead=-1)])
    await until(lambda: not stage.script)
    stage.revision = len(stage.history.events)
    await settled(stage)
    assert page.shows == ["serving", "loket-1", 0, ""]


SENT_ON, TAKEN_BACK = (ACTIONS[12], 0, "loket-1"), (ACTIONS[14], 0, "loket-1")


@pytest.mark.usefixtures("hurry")
async def test_who_is_sent_on_is_followed_to_the_next_line_and_back() -> None:
    stage = await staged(CALLED, SERVED, SENT_ON, TAKEN_BACK)
    page = open_page(stage, 0)
    await known(stage)
    for n in range(PEOPLE, PEOPLE + 4):
        delivered(n)(stage)
        await settled(stage)
    assert page.shows == ["waiting", None, 0, ""]
    for n in range(PEOPLE + 4, PEOPLE + 6):
        delivered(n)(stage)
        await settled(stage)
    assert page.shows == ["serving", "loket-1", 0, ""]


@pytest.mark.usefixtures("hurry")
async def test_who_was_sent_on_is_told_what_happens_in_the_next_line() -> None:
    closed = (ACTIONS[-2], 0, "")
    stage = await staged(CALLED, SERVED, SENT_ON, (ACTIONS[-3], 0, ""), closed, (ACTIONS[1], 0, "loket-3"))
    page = open_page(stage, 0)
    await known(stage)
    told = []
    for n in range(PEOPLE, len(stage.history.events)):
        delivered(n)(stage)
        await settled(stage)
        told.append(page.shows)
    assert told[-2:] == [["waiting", None, 0, "Closed"], ["called", "loket-3", 0, ""]]


@pytest.mark.usefixtures("hurry")
async def test_who_comes_to_a_known_line_by_an_event_that_overtook_the_sending_on_is_followed() -> None:
    stage = await staged(*[CALLED, SERVED, SENT_ON] * 2)
    _, page = open_page(stage, 0), open_page(stage, 1)
    await known(stage)
    for n in range(PEOPLE, PEOPLE + 6):
        delivered(n)(stage)
        await settled(stage)
    delivered(PEOPLE + 7)(stage)
    await settled(stage)
    delivered(PEOPLE + 6)(stage)
    await settled(stage)
    assert page.shows == ["waiting", None, 1, ""]


@pytest.mark.usefixtures("hurry")
async def test_a_line_is_read_once_for_a_thousand_pages_and_a_hundred_events() -> None:
    history = await lived([(ACTIONS[0], 0, "")] * 96)
    reads = 0

    class Counted(Stage):
        async def line(self, id: str, tickets: Collection[str]) -> tuple[LiveLine, Mapping[str, Step]]:
            nonlocal reads
            reads += 1
            return await super().line(id, tickets)

    stage = Counted(history, [], [])
    stage.revision = PEOPLE
    for _ in range(250):
        for n in range(PEOPLE):
            look, watch = opened(n, "id")
            look(stage)
            watch(stage)
    for n in range(PEOPLE, 100):
        delivered(n)(stage)
        await asyncio.sleep(0)
    await until(lambda: all(page.shows == stage.shown(page.ticket) for page in stage.open))
    assert reads <= 2
