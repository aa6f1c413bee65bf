"""Days that are over are summed up once; what is kept is what their visits come to, whatever happens later."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest

from services.queue.domain.feedback import Feedback
from services.queue.domain.line import Line
from services.queue.domain.office import Office
from services.queue.domain.ticket import Ticket
from services.queue.retention import retention_of
from services.queue.summing import Summing, daily_summing
from services.queue.views.figures import Figures, FiguresView
from services.queue.views.tally import Tally
from shared.contracts import queue
from shared.contracts.message import Command
from tests.queue.scene import OFFICE, Scene
from tests.queue.stored import Place
from tests.queue.straight import straight
from tests.queue.test_day_change import DAY_AND_NIGHT

FIRST = date(2026, 2, 23)
COUNTERS = ("loket-1", "loket-2", "loket-3")
STEPS: tuple[tuple[Callable[..., Command], ...], ...] = (
    (queue.ServeTicket, queue.FinishTicket),
    (queue.ServeTicket, queue.FinishTicket),
    (queue.MarkNoShow,),
    (queue.ServeTicket, lambda **at: queue.TransferTicket(service="skck", **at)),
    (queue.UndoStep,),
    (queue.ServeTicket,),
    (),
)
"""What may follow a call."""


async def lived(seed: int, days: int = 6) -> Scene:
    """An office by whose clock so many days have passed, as chance would have it, and some hours of another one."""
    chance = Random(seed)
    begin = datetime(2026, 2, 22, 16, tzinfo=UTC)  # midnight in Palu
    scene = await Scene.opened(DAY_AND_NIGHT, begin)
    while scene.now < begin + timedelta(days=days, hours=5):
        scene.pass_time(minutes=chance.uniform(1, 90))
        for _ in range(chance.randint(0, 2)):
            await scene.take(chance.choice(["sim", "skck"]))
        await _at_the_counter(scene, chance)
        if chance.random() < 0.3:
            await _one(scene, chance, "waiting", lambda id: queue.CancelTicket(office=OFFICE, ticket=id))
        if chance.random() < 0.6:
            await heard(scene, chance)
    return scene


async def _at_the_counter(scene: Scene, chance: Random) -> None:
    counter = chance.choice(COUNTERS)
    for command in (queue.CallNext, *chance.choice(STEPS)):
        await scene.send(command(office=OFFICE, counter=counter))
        scene.pass_time(seconds=chance.choice([3, 200, 900]))
    scene.pass_time(seconds=11)  # after which nothing is taken back


async def heard(scene: Scene, chance: Random) -> None:
    """Somebody says how it was, perhaps days later."""
    score = chance.randint(1, 5)
    await _one(
        scene, chance, "finished", lambda id: queue.GiveFeedback(office=OFFICE, ticket=id, score=score, words="")
    )


async def _one(scene: Scene, chance: Random, state: str, command: Callable[[str], Command]) -> None:
    """Send a command, which may be refused, about one of the tickets in a state."""
    if found := [ticket.id for ticket in scene.tickets() if ticket.state == state]:
        await scene.send(command(chance.choice(found)))


async def mirrored(place: Place, scene: Scene) -> Figures:
    """Have the database hold what the office's has; returns the figures as they are asked for at its time."""
    for kind, collection in ((Office, "offices"), (Line, "lines"), (Ticket, "tickets"), (Feedback, "feedback")):
        await place.database[collection].delete_many({})
        await place.keep(*scene.all(kind))
    return Figures(place.database, place.store, lambda: scene.now)


async def agree(place: Place, figures: Figures, **asked: Any) -> FiguresView:
    """The figures are those that are counted straight from the visits."""
    last = await figures.today(OFFICE)
    view = await figures.of(OFFICE, FIRST, last, **asked)
    (office,) = await place.store.load(Office, "id", [OFFICE])
    counted = await straight(place, office, FIRST, last, **asked)
    assert rounded(view.whole) == counted["whole"]
    assert {row.id: rounded(row.tally) for row in view.services} == counted["services"]
    assert {row.id: rounded(row.tally) for row in view.counters} == counted["counters"]
    assert {span.begin: rounded(span.tally) for span in view.spans} == counted["spans"]
    assert {hour.hour: hour.came for hour in view.hours if hour.came} == counted["came"]
    assert {hour.hour: hour.served for hour in view.hours if hour.served} == counted["served"]
    return view


def rounded(tally: Tally) -> Tally:
    """To a millionth of a minute."""
    waiting, handling = (s and type(s)(*(round(value, 6) for value in s)) for s in (tally.waiting, tally.handling))
    return replace(tally, waiting=waiting, handling=handling)


async def kept(place: Place) -> dict[str, Any]:
    """What is kept, by its day."""
    return {d["_id"].rpartition(":")[2]: d async for d in place.database["tallies"].find()}


@pytest.mark.parametrize("seed", range(4))
async def test_figures_of_kept_days_are_those_of_their_visits(place: Place, seed: int) -> None:
    figures = await mirrored(place, await lived(seed))
    first = await agree(place, figures)
    assert first.whole.people > 20
    today = (await figures.today(OFFICE)).isoformat()
    assert set(await kept(place)) == {str(FIRST + timedelta(days=n)) for n in range(6)} - {today}
    assert await agree(place, figures) == first  # from what is kept
    for asked in ({"service": "skck"}, {"counter": "loket-2"}, {"service": "sim", "counter": "loket-1"}):
        await agree(place, figures, **asked)


async def test_a_kept_day_is_read_from_no_ticket(place: Place) -> None:
    figures = await mirrored(place, await lived(5))
    last = await figures.today(OFFICE) - timedelta(days=1)
    view = await figures.of(OFFICE, FIRST, last)
    await place.database["tickets"].drop()
    await place.database["feedback"].drop()
    assert await figures.of(OFFICE, FIRST, last) == view


@pytest.mark.parametrize("seed", [11, 12])
async def test_feedback_of_days_that_are_over_counts_and_their_tickets_are_left_alone(place: Place, seed: int) -> None:
    scene = await lived(seed)
    before = (await agree(place, await mirrored(place, scene))).whole.opinion.number
    people = {day: document["people"] for day, document in (await kept(place)).items()}
    chance, said = Random(seed), len(scene.all(Feedback))
    while len(scene.all(Feedback)) < said + 5:
        await heard(scene, chance)
    figures = await mirrored(place, scene)
    yesterday = str(await figures.today(OFFICE) - timedelta(days=1))
    assert (await agree(place, figures)).whole.opinion.number == before + 5
    assert {day: document["people"] for day, document in (await kept(place)).items()} == people
    assert yesterday in people


async def test_a_command_that_was_late_by_a_day_counts(place: Place) -> None:
    scene = await lived(21)
    before = (await agree(place, await mirrored(place, scene))).whole
    scene.pass_time(days=-1)  # as a worker that has fallen behind sees it, or a dead letter that is sent again
    for _ in range(3):
        await scene.take("skck")
    await scene.call("loket-3")
    scene.pass_time(days=1)
    after = (await agree(place, await mirrored(place, scene))).whole
    assert after.people == before.people + 3


async def test_what_is_forgotten_changes_no_figure_kept_or_made_anew(place: Place) -> None:
    scene = await lived(31)
    figures = await mirrored(place, scene)
    view = await agree(place, figures)
    await retention_of(place.database, place.store, place.settings).run(scene.now + timedelta(days=2_000))
    assert await figures.of(OFFICE, FIRST, view.last) == view
    await place.database["tallies"].drop()
    assert await figures.of(OFFICE, FIRST, view.last) == view


async def test_in_another_time_zone_people_came_at_other_hours(place: Place) -> None:
    figures = await mirrored(place, await lived(41))
    view = await agree(place, figures)
    await place.database["offices"].update_one({"_id": OFFICE}, {"$set": {"plan.time_zone": "Asia/Jakarta"}})
    elsewhere = await agree(place, figures)
    assert elsewhere.hours != view.hours
    assert elsewhere.whole == view.whole
    assert {document["zone"] for document in (await kept(place)).values()} == {"Asia/Jakarta"}


async def test_the_day_that_goes_on_is_kept_when_it_is_over_by_the_offices_clock(place: Place) -> None:
    scene = await lived(51)
    day = str(await (await mirrored(place, scene)).today(OFFICE))
    await scene.take()
    await agree(place, await mirrored(place, scene))
    assert day not in await kept(place)
    scene.now = datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(hours=16, seconds=-1)  # midnight in Palu
    await agree(place, await mirrored(place, scene))
    assert day not in await kept(place)
    scene.pass_time(seconds=1)
    await agree(place, await mirrored(place, scene))
    assert day in await kept(place)


async def test_processes_that_sum_up_at_once_agree(place: Place) -> None:
    scene = await lived(61)
    figures = [await mirrored(place, scene)] + [
        Figures(place.database, place.store, lambda: scene.now) for _ in range(4)
    ]
    last = await figures[0].today(OFFICE)
    first, *others = await asyncio.gather(*(one.of(OFFICE, FIRST, last) for one in figures))
    assert all(other == first for other in others)
    assert await agree(place, figures[0]) == first


async def test_who_sums_up_late_what_has_changed_meanwhile_leaves_nothing_wrong(place: Place) -> None:
    scene = await lived(71)
    await agree(place, await mirrored(place, scene))
    late = list((await kept(place)).values())
    scene.pass_time(days=-1)
    await scene.take()
    scene.pass_time(days=1)
    figures = await mirrored(place, scene)
    view = await agree(place, figures)
    for document in late:  # of a process that has been slow
        await place.database["tallies"].replace_one({"_id": document["_id"]}, document)
    assert await agree(place, figures) == view


async def test_what_another_release_has_kept_is_made_anew(place: Place) -> None:
    figures = await mirrored(place, await lived(81))
    view = await agree(place, figures)
    await place.database["tallies"].update_many({}, {"$set": {"form": 0, "people": "as it was then"}})
    assert await agree(place, figures) == view


async def test_a_worker_sums_up_before_anybody_asks(place: Place) -> None:
    scene = await lived(91)
    figures = await mirrored(place, scene)
    await Summing(place.database, place.store).run(scene.now)
    days = await kept(place)
    assert len(days) == 6
    view = await agree(place, figures)
    assert await kept(place) == days
    assert view.whole.people
    assert await daily_summing(place.client, place.settings, place.store).turn()


async def test_another_offices_days_and_services_are_its_own(place: Place) -> None:
    scene = await lived(101, days=2)
    figures = await mirrored(place, scene)
    view = await agree(place, figures)
    name = f"{OFFICE}-2"
    lines = [replace(line, id=line.id.replace(OFFICE, name), office=name, version=0) for line in scene.all(Line)]
    await place.keep(replace(scene.all(Office)[0], id=name, version=0), *lines)
    assert (await figures.of(name, FIRST, view.last)).whole.people == 0
    assert await agree(place, figures) == view
