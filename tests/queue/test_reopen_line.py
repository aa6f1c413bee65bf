"""Closing a line is taken back within ten seconds, and whoever was told so hears that it goes on."""

import pytest

from services.queue.domain.counter import UNDO_WITHIN
from services.queue.domain.line import GOES_ON
from shared.contracts.queue import CancelTicket, CloseLine, LineReopened, ReopenLine, TakeTicket, Text
from tests.queue.scene import OFFICE, Scene, with_quota

MESSAGE = Text("Listrik padam.", "The power is out.")
CLOSE = CloseLine(office=OFFICE, service="sim", message=MESSAGE)
REOPEN = ReopenLine(office=OFFICE, service="sim")


async def test_within_ten_seconds_a_line_gives_out_numbers_again_without_a_gap() -> None:
    scene = await Scene.opened()
    await scene.take()
    await scene.done(CLOSE)
    scene.pass_time(seconds=UNDO_WITHIN.seconds)
    reopened = await scene.done(REOPEN)
    assert isinstance(reopened, LineReopened)
    assert (reopened.waiting, reopened.message) == (1, GOES_ON)
    assert scene.ticket(await scene.take()).number == "A-002"


async def test_who_was_told_nothing_is_told_nothing_more() -> None:
    scene = await Scene.opened()
    await scene.take()
    await scene.done(CloseLine(office=OFFICE, service="sim"))
    reopened = await scene.done(REOPEN)
    assert isinstance(reopened, LineReopened)
    assert (reopened.message, scene.line().message) == (None, None)


@pytest.mark.parametrize("commands", [(), (CLOSE, REOPEN)], ids=["never closed", "open again"])
async def test_a_line_that_is_not_closed_has_nothing_to_take_back(commands: tuple[CloseLine | ReopenLine, ...]) -> None:
    scene = await Scene.opened()
    for command in commands:
        await scene.done(command)
    assert await scene.refused(REOPEN) == ("nothing-to-undo", {})


async def test_ten_seconds_later_it_is_too_late() -> None:
    scene = await Scene.opened()
    await scene.done(CLOSE)
    scene.pass_time(seconds=UNDO_WITHIN.seconds, milliseconds=1)
    assert await scene.refused(REOPEN) == ("nothing-to-undo", {})
    assert scene.line().closed


async def test_a_line_that_goes_on_can_be_closed_for_good() -> None:
    scene = await Scene.opened()
    for command in (CLOSE, REOPEN, CLOSE):
        await scene.done(command)
    assert scene.line().message == MESSAGE
    assert (await scene.refused(CLOSE))[0] == "line-closed"


async def test_taking_it_back_gives_no_more_numbers_than_the_day_has() -> None:
    scene = await Scene.opened(with_quota(1))
    await scene.done(CancelTicket(office=OFFICE, ticket=await scene.take()))
    await scene.done(CLOSE)
    await scene.done(REOPEN)
    assert (await scene.refused(TakeTicket(office=OFFICE, service="sim")))[0] == "quota-reached"


async def test_the_line_of_another_service_stays_closed() -> None:
    scene = await Scene.opened()
    await scene.done(CLOSE)
    assert await scene.refused(ReopenLine(office=OFFICE, service="skck")) == ("nothing-to-undo", {})
    assert await scene.refused(ReopenLine(office=OFFICE, service="passport")) == ("service-unknown", {})
    assert scene.line().closed


async def test_yesterday_s_closing_is_not_taken_back() -> None:
    scene = await Scene.opened()
    scene.pass_time(hours=15, minutes=59, seconds=55)
    await scene.done(CLOSE)
    scene.pass_time(seconds=8)
    assert await scene.refused(REOPEN) == ("nothing-to-undo", {})


async def test_a_redelivered_reopening_counts_once() -> None:
    scene = await Scene.opened()
    await scene.done(CLOSE)
    for _ in range(3):
        scene.put(REOPEN, id="reopen-1")
    await scene.run()
    assert scene.line().revision == 2
    assert not scene.line().closed
