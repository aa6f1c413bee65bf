"""What people are told: honest ranges in plain words, how good they have been, and nothing that is out of date."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from services.queue.app import FOLDER
from services.queue.domain import errors
from services.queue.domain.forecast.forecast import Forecast, Range
from services.queue.domain.forecast.track_record import ENOUGH, HowGood, Tried
from services.queue.domain.office import Office
from services.queue.entrypoints.words import Words
from services.queue.live.watched import Watched
from services.queue.views.expectations import Expectations, rounded
from services.queue.waits import followed
from services.queue.waits import waits as at_work
from services.queue.waits.followed import Followed
from services.queue.waits.kept import Kept
from services.queue.waits.waits import Waits
from shared.contracts import queue
from shared.messaging.errors import Transient
from shared.web.i18n import Catalogues
from tests.queue.scene import MONDAY, OFFICE, Scene
from tests.queue.waits.happened import BUSY, Play, empty_day
from tests.support.waiting import until

CATALOGUES = Catalogues(FOLDER / "locales")
MINUTE = 60.0


@pytest.mark.parametrize(
    ("likely", "at_most", "indonesian", "english"),
    [
        (0.1, 0.4, "paling lama kira-kira 2 menit", "up to about 2 minutes"),
        (3.2, 6.1, "kira-kira 3–7 menit", "about 3–7 minutes"),
        (2.0, 10.0, "kira-kira 2–10 menit", "about 2–10 minutes"),
        (9.6, 9.9, "kira-kira 10 menit", "about 10 minutes"),
        (18.0, 33.0, "kira-kira 20–35 menit", "about 20–35 minutes"),
        (2.0, 12.0, "paling lama kira-kira 15 menit", "up to about 15 minutes"),
        (95.0, 119.0, "kira-kira 95–120 menit", "about 95–120 minutes"),
        (95.0, 121.0, "kira-kira 1,5–2,5 jam", "about 1.5–2.5 hours"),
        (179.0, 180.0, "kira-kira 3 jam", "about 3 hours"),
    ],
)
def test_a_range_is_told_as_exactly_as_it_is(likely: float, at_most: float, indonesian: str, english: str) -> None:
    view = Expectations(Known(Range(likely * MINUTE, at_most * MINUTE)), CATALOGUES).ticket("palu", "t")
    assert view is not None
    assert (view.words.id, view.words.en) == (indonesian, english)
    assert rounded(Range(likely * MINUTE, at_most * MINUTE))[1] >= at_most


class Known(Waits):
    """Knows one range."""

    def __init__(self, range: Range) -> None:
        self._range = range

    def ticket(self, office: str, id: str) -> Range:
        return self._range

    def how_good(self, office: str) -> None:
        return None


def test_who_is_next_hears_no_range_that_is_not_there() -> None:
    message = Words(CATALOGUES).ticket(Watched("A-1", "palu:sim:2026-03-02", "waiting", None, {}), 0, "id", None)
    assert b'"wait":""' in message


async def two_of_whom_one_is_called(scene: Scene) -> None:
    for _ in range(2):
        await scene.take()
    await scene.call()


class Process:
    """What a process knows that has followed an office from the morning on."""

    def __init__(self, scene: Scene) -> None:
        self.followed = Followed(OFFICE)
        self.followed.became(empty_day())
        self._play = Play(scene)
        self._heard = 0

    def hears(self, *, again: bool = False) -> None:
        """Whatever has happened, or all of it once more, the latest first."""
        told = self._play.told()
        for event in told[::-1] if again else told[self._heard :]:
            if isinstance(event.message, queue.QueueEvent) and not isinstance(event.message, queue.OfficeConfigured):
                self.followed.take(event.message, event.id, event.issued_at.timestamp())
        self._heard = len(told)

    def good(self) -> HowGood | None:
        """What is said beside a forecast that is made now."""
        self.followed.show(Forecast(self._play.scene.now.timestamp(), {}, {}))
        return self.followed.good

    def tried(self) -> list[Tried]:
        """What is known of what people were told."""
        assert self.followed.day is not None
        return self.followed.day.tried()

    @property
    def restarted(self) -> "Process":
        """One that begins now, by what the database has."""
        other = Process(self._play.scene)
        assert other.followed.day is not None
        other.followed.day.begin(self._play.kept(), self._play.scene.now.timestamp())
        other._heard = len(self._play.told())
        return other


TOLD = queue.Promise(likely_seconds=100, at_most_seconds=300)


async def served(scene: Scene, ticket: str, seconds: float) -> None:
    """Somebody who waits alone is called after a while, and served."""
    scene.pass_time(seconds=seconds)
    assert await scene.call() == ticket
    await scene.serve()
    await scene.finish()


async def test_after_enough_calls_it_is_said_how_many_were_within_what_they_were_told_when_they_came() -> None:
    scene = await Scene.opened(BUSY, MONDAY)
    process = Process(scene)
    for n in range(ENOUGH):
        assert process.good() is None
        await served(scene, await scene.take(promise=TOLD), 200 if n % 4 else 400)
        process.hears()
    process.hears(again=True)
    good = process.good()
    assert good is not None
    assert (good.count, good.within) == (ENOUGH, 0.75)
    assert good.mean_error == pytest.approx(150.0)


async def test_a_restart_between_the_promise_and_the_call_costs_nothing() -> None:
    scene = await Scene.opened(BUSY, MONDAY)
    process = Process(scene)
    for _ in range(ENOUGH):
        ticket = await scene.take(promise=TOLD)
        process = process.restarted
        await served(scene, ticket, 200)
        process.hears()
        assert process.restarted.tried() == process.tried()
    assert process.good() == process.restarted.good() == HowGood(ENOUGH, 1.0, 100.0, 100.0)


async def test_two_processes_of_which_one_hears_everything_twice_say_the_same() -> None:
    scene = await Scene.opened(BUSY, MONDAY)
    one, other = Process(scene), Process(scene)
    for n in range(ENOUGH + 3):
        await served(scene, await scene.take(promise=TOLD), 150 * (n % 4))
        one.hears()
        other.hears()
        other.hears(again=True)
    assert one.good() is not None
    assert one.good() == other.good()


async def test_who_let_others_go_first_says_nothing_of_how_good_a_range_was() -> None:
    scene = await Scene.opened(BUSY, MONDAY)
    process = Process(scene)
    ticket = await scene.take(promise=TOLD)
    await scene.done(queue.DelayTicket(office=OFFICE, ticket=ticket, minutes=5))
    await served(scene, ticket, 600)
    process.hears()
    assert process.tried() == process.restarted.tried() == []


async def test_who_goes_first_was_told_nothing_and_says_nothing() -> None:
    scene = await Scene.opened(BUSY, MONDAY)
    process = Process(scene)
    await served(scene, await scene.take(promise=TOLD, need="elderly"), 60)
    await served(scene, await scene.take(), 60)
    process.hears()
    assert process.tried() == process.restarted.tried() == []


async def test_the_first_call_counts_and_none_that_was_taken_back() -> None:
    scene = await Scene.opened(BUSY, MONDAY)
    process = Process(scene)
    ticket = await scene.take(promise=TOLD)
    taken_at = scene.now
    scene.pass_time(seconds=50)
    await scene.call()
    process.hears()
    assert [one.seconds for one in process.tried()] == [50.0]
    await scene.done(queue.UndoStep(office=OFFICE, counter="loket-1"))
    process.hears()
    assert process.tried() == process.restarted.tried() == []
    scene.pass_time(seconds=50)
    await scene.call()
    await scene.put_back(ticket)
    await served(scene, ticket, 1000)
    process.hears()
    expected = Tried((taken_at + timedelta(seconds=100)).timestamp(), ticket, taken_at.timestamp(), TOLD)
    assert process.tried() == process.restarted.tried() == [expected]


async def test_of_a_line_without_end_only_the_beginning_is_forecast(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = await Scene.opened(BUSY, MONDAY)
    for _ in range(60):
        await scene.take()
        scene.pass_time(seconds=1)
    await scene.call()
    process = Process(scene)
    process.hears()
    assert process.followed.day is not None
    wanted = process.followed.want(process.followed.day, scene.now.timestamp())
    everybody = wanted.make()
    assert len(everybody.tickets) == 59
    assert "sim" in everybody.newcomers
    monkeypatch.setattr(followed, "PEOPLE_MOST", 20)
    some = wanted.make()
    assert some.tickets.keys() == {ticket.id for ticket in scene.tickets()[1:21]}
    assert "sim" not in some.newcomers
    for ticket, range_ in some.tickets.items():
        assert range_.likely == pytest.approx(everybody.tickets[ticket].likely, rel=0.2, abs=60)


class Memory:
    """`Records` of a scene, from which reading may fail."""

    def __init__(self, scene: Scene, failures: int) -> None:
        self.scene = scene
        self.failures = failures
        self.reads = 0
        self.steps: list[bool] = []
        """Of each reading of the day: whether it was to contain the steps of the counters."""
        self.answers = asyncio.Event()
        """Cleared: who has asked for an office is kept waiting for it as it was then."""
        self.answers.set()

    async def office(self, id: str) -> Office:
        self.reads += 1
        if self.reads <= self.failures:
            raise Transient("the database is away")
        found: list[Office] = [office for office in self.scene.all(Office) if office.id == id]
        if not found:
            raise errors.OfficeUnknown
        await self.answers.wait()
        return found[0]

    async def past(self, office: Office, day: str) -> list[Kept]:
        return []

    async def today(self, office: Office, day: str, *, steps: bool) -> Kept:
        self.steps.append(steps)
        kept = Play(self.scene).kept()
        return kept if day == kept.day else Kept(day, (), (), (), {})


@asynccontextmanager
async def at_work_with(scene: Scene, failures: int = 0) -> AsyncIterator[tuple[Waits, Memory]]:
    memory = Memory(scene, failures)
    waits = Waits(memory, lambda: scene.now)
    async with waits.running():
        yield waits, memory


OTHER = replace(BUSY, counters=(replace(BUSY.counters[0], services=("skck",)), *BUSY.counters[1:]))
"""The plan by which the first counter, the only one that is open, serves another service."""


def serves(scene: Scene, waits: Waits, service: str) -> bool:
    """Whether newcomers are told a range of this service alone, a moment later."""
    scene.pass_time(seconds=0.1)
    return waits.newcomers(OFFICE).keys() == {service}


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """By a clock that stands still, nothing is waited for."""
    for name in ("EVERY", "RETRY", "GATHER", "REST", "AT_LEAST_EVERY"):
        monkeypatch.setattr(at_work, name, 0.01)


@pytest.mark.usefixtures("hurried")
async def test_what_can_not_be_read_is_told_as_soon_as_it_can() -> None:
    scene = await Scene.opened(BUSY, MONDAY)
    await two_of_whom_one_is_called(scene)
    ticket = scene.tickets()[1].id
    async with at_work_with(scene, failures=2) as (waits, memory):

        def known() -> bool:
            scene.pass_time(seconds=0.1)
            return waits.ticket(OFFICE, ticket) is not None

        assert not known()
        await until(known, within=10)
        assert memory.reads > 2


@pytest.mark.usefixtures("hurried")
async def test_only_who_begins_with_a_day_reads_the_steps_of_its_counters() -> None:
    scene = await Scene.opened(BUSY, MONDAY)
    await two_of_whom_one_is_called(scene)
    async with at_work_with(scene) as (waits, memory):
        waits.newcomer(OFFICE, "sim")
        await until(lambda: waits.newcomers(OFFICE) != {}, within=10)
        scene.pass_time(seconds=at_work.SETTLE_EVERY)
        await until(lambda: len(memory.steps) > 1, within=10)
    assert memory.steps == [True, False]


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("known", [False, True])
async def test_an_office_that_gets_another_plan_while_it_is_read_is_read_again(known: bool) -> None:
    scene = await Scene.opened(BUSY, MONDAY)
    await two_of_whom_one_is_called(scene)
    async with at_work_with(scene) as (waits, memory):
        if known:
            await until(lambda: serves(scene, waits, "sim"), within=10)
            scene.pass_time(seconds=at_work.SETTLE_EVERY)
        memory.answers.clear()
        before = memory.reads
        waits.newcomers(OFFICE)
        await until(lambda: memory.reads > before, within=10)
        await scene.configure(OTHER)
        waits.on_event(Play(scene).told()[-1])
        memory.answers.set()
        await until(lambda: serves(scene, waits, "skck"), within=10)


@pytest.mark.usefixtures("hurried")
async def test_another_plan_of_which_nobody_told_is_noticed_in_time() -> None:
    scene = await Scene.opened(BUSY, MONDAY)
    await two_of_whom_one_is_called(scene)
    async with at_work_with(scene) as (waits, _):
        await until(lambda: serves(scene, waits, "sim"), within=10)
        await scene.configure(OTHER)
        scene.pass_time(seconds=at_work.SETTLE_EVERY)
        await until(lambda: serves(scene, waits, "skck"), within=10)


@pytest.mark.usefixtures("hurried")
async def test_an_office_that_does_not_exist_is_not_followed() -> None:
    scene = await Scene.opened(BUSY, MONDAY)
    async with at_work_with(scene) as (waits, memory):
        assert waits.newcomer("nowhere", "sim") is None
        await until(lambda: memory.reads == 1, within=10)


@pytest.mark.usefixtures("hurried")
async def test_yesterdays_forecast_is_told_to_nobody() -> None:
    scene = await Scene.opened(BUSY, MONDAY)
    await two_of_whom_one_is_called(scene)
    ticket = scene.tickets()[1].id
    async with at_work_with(scene) as (waits, _):
        waits.ticket(OFFICE, ticket)
        await until(lambda: waits.ticket(OFFICE, ticket) is not None, within=10)
        scene.pass_time(days=1)
        assert waits.ticket(OFFICE, ticket) is None
        await until(lambda: waits.newcomers(OFFICE) == {}, within=10)
        assert waits.ticket(OFFICE, ticket) is None
