"""Pranks are known again without anybody being turned away, and nobody can flood a desk."""

from datetime import timedelta
from typing import Any

import pytest

from services.reports.domain.errors import TooManyReports
from services.reports.domain.trust import MOST_IN_WINDOW, Trust
from shared.contracts.reports import incidents
from shared.contracts.reports.base import Place
from tests.reports.scene import CONTACT, DESK, NOW, OFFICE, SEALED, Scene


def trust(scene: Scene) -> tuple[int, int]:
    (found,) = scene.all(Trust)
    return found.real, found.pranks


async def judged(scene: Scene, disposition: incidents.Disposition, **more: Any) -> str:
    id = await scene.file(contact=CONTACT, reporter=SEALED, **more)
    await scene.resolve(id, disposition)
    scene.pass_time(hours=1)
    return id


async def test_outcomes_count_for_the_contact_and_some_say_nothing_of_it() -> None:
    scene = await Scene.opened()
    dispositions: tuple[incidents.Disposition, ...] = (
        "prank", "settled", "arrest", "unfounded", "exercise", "gone-on-arrival",
    )  # fmt: skip
    for disposition in dispositions:
        await judged(scene, disposition)
    assert trust(scene) == (3, 1)


async def test_an_outcome_that_was_wrong_counts_no_more() -> None:
    scene = await Scene.opened()
    id = await judged(scene, "prank")
    for _ in range(3):
        await scene.done(incidents.ReopenIncident(office=OFFICE, incident=id, words="benar", via="desk"))
        assert trust(scene) == (0, 0)
        await scene.resolve(id, "prank")
        assert trust(scene) == (0, 1)
    await scene.done(incidents.ReopenIncident(office=OFFICE, incident=id, words="benar", via="desk"))
    await scene.resolve(id, "arrest")
    assert trust(scene) == (1, 0)


async def test_one_prank_or_more_that_was_real_sets_nothing_aside() -> None:
    scene = await Scene.opened()
    await judged(scene, "prank")
    assert scene.incident(await scene.file(contact=CONTACT)).state == "received"
    await judged(scene, "prank")
    await judged(scene, "settled")
    await judged(scene, "settled")
    assert scene.incident(await scene.file(contact=CONTACT)).state == "received"


async def test_whom_a_dispatcher_has_heard_is_never_set_aside_nor_sent_away() -> None:
    """Who reports too often is asked to call: then the call must be taken."""
    scene = await Scene.opened()
    await judged(scene, "prank")
    await judged(scene, "prank")
    call = incidents.FileReport(
        office=OFFICE,
        category="fight",
        words="Ada perkelahian",
        place=Place(words="pasar"),
        contact=CONTACT,
        way="desk",
    )
    for _ in range(MOST_IN_WINDOW + 2):
        event = await scene.done(call, actor=DESK)
        assert isinstance(event, incidents.IncidentReported)
        assert event.state == "received"
    web = call.model_copy(update={"way": "web"})
    assert (await scene.refused(web, actor="citizen"))[0] == "too-many-reports"
    assert (await scene.refused(call, actor="citizen"))[0] == "wrong-side"


async def test_who_waits_as_long_as_told_can_report_again() -> None:
    scene = await Scene.opened()
    for _ in range(MOST_IN_WINDOW):
        await scene.file(contact=CONTACT)
        scene.pass_time(seconds=7.3)
    report = incidents.FileReport(
        office=OFFICE, category="theft", words="lagi", place=Place(words="sini"), contact=CONTACT
    )
    _, details = await scene.refused(report, actor="citizen")
    scene.pass_time(seconds=int(details["seconds"]) - 1)
    await scene.refused(report, actor="citizen")
    scene.pass_time(seconds=1)
    await scene.done(report, actor="citizen")


async def test_another_contact_and_the_anonymous_are_not_hindered() -> None:
    scene = await Scene.opened()
    for _ in range(MOST_IN_WINDOW):
        await scene.file(contact=CONTACT)
    await scene.file(contact="1" * 32)
    for _ in range(MOST_IN_WINDOW + 1):
        await scene.file(privacy="anonymous")


async def test_an_exercise_says_nothing_of_who_reported_it() -> None:
    scene = await Scene.opened()
    await judged(scene, "settled", exercise=True)
    await judged(scene, "prank", exercise=True)
    assert trust(scene) == (0, 0)


async def test_a_forgotten_reporter_is_not_judged() -> None:
    scene = await Scene.opened()
    id = await scene.file(contact=CONTACT, reporter=SEALED)
    await scene.done(incidents.EraseReporter(office=OFFICE, incident=id, via="reporter"), actor="citizen")
    await scene.resolve(id, "prank")
    assert trust(scene) == (0, 0)


@pytest.mark.parametrize("past", [timedelta(0), timedelta(seconds=-3)])
def test_a_clock_that_goes_back_a_little_forgets_no_report(past: timedelta) -> None:
    found = Trust("t")
    for _ in range(MOST_IN_WINDOW):
        found.file(NOW)
    with pytest.raises(TooManyReports):
        found.file(NOW + past)
