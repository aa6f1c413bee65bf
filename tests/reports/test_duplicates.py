"""Reports of the same thing are linked, both are kept, and neither is lost by it."""

import pytest

from shared.contracts.reports import incidents, units
from tests.reports.scene import OFFICE, Scene


def link(incident: str, original: str) -> incidents.LinkDuplicate:
    return incidents.LinkDuplicate(office=OFFICE, incident=incident, original=original)


def unlink(incident: str) -> incidents.UnlinkDuplicate:
    return incidents.UnlinkDuplicate(office=OFFICE, incident=incident, reason="kejadian lain")


async def test_a_duplicate_is_no_work_and_cannot_be_late() -> None:
    scene = await Scene.opened()
    first, second = await scene.file(), await scene.file()
    await scene.triage(second)
    await scene.done(link(second, first))
    found = scene.incident(second)
    assert (found.state, found.original, found.at_work, found.clocks, found.due) == ("duplicate", first, None, (), None)
    assert scene.incident(first).duplicates == 1


async def test_no_chain_of_duplicates_can_be_made() -> None:
    scene = await Scene.opened()
    a, b, c = [await scene.file() for _ in range(3)]
    await scene.done(link(b, a))
    assert await scene.refused(link(c, b)) == ("original-unfit", {})
    assert await scene.refused(link(a, c)) == ("has-duplicates", {"number": "2026-000001"})
    assert await scene.refused(link(c, c)) == ("original-unfit", {})
    assert (await scene.refused(link(b, c)))[0] == "incident-elsewhere"
    await scene.done(link(c, a))
    assert scene.incident(a).duplicates == 2


async def test_who_has_duplicates_cannot_be_set_aside_with_them() -> None:
    """Else whoever looks at a duplicate is led to what nobody looks at."""
    scene = await Scene.opened()
    a, b = await scene.file(), await scene.file()
    await scene.done(link(b, a))
    aside = incidents.QuarantineIncident(office=OFFICE, incident=a, reason="iseng")
    assert await scene.refused(aside) == ("has-duplicates", {"number": "2026-000001"})
    await scene.done(unlink(b))
    await scene.done(aside)
    assert await scene.refused(link(b, a)) == ("original-unfit", {})


async def test_units_are_called_back_before_it_is_linked() -> None:
    scene = await Scene.opened()
    a, b = await scene.file(), await scene.file()
    await scene.dispatch(b)
    assert await scene.refused(link(b, a)) == ("units-sent", {"number": "2026-000002"})
    await scene.of_unit(units.ClearScene)
    await scene.done(link(b, a))


@pytest.mark.parametrize("looked", [False, True])
async def test_one_of_its_own_again_begins_as_far_as_the_desk_had_come(looked: bool) -> None:
    scene = await Scene.opened()
    a, b = await scene.file(), await scene.file()
    if looked:
        await scene.triage(b)
    await scene.done(link(b, a))
    scene.pass_time(days=3)
    event = await scene.done(unlink(b))
    assert isinstance(event, incidents.DuplicateUnlinked)
    assert (event.original, event.state) == (a, "triaged" if looked else "received")
    clocks = {running.clock: running.since for running in scene.incident(b).clocks}
    assert clocks == {"dispatch" if looked else "triage": scene.now, "resolve": scene.now}
    assert scene.incident(a).duplicates == 0
    assert await scene.refused(unlink(b)) == ("incident-elsewhere", {"number": "2026-000002", "state": event.state})


async def test_a_duplicate_stays_one_when_its_original_is_over_and_can_still_be_written_about() -> None:
    scene = await Scene.opened()
    a, b = await scene.file(), await scene.file()
    await scene.done(link(b, a))
    await scene.resolve(a)
    assert scene.incident(b).state == "duplicate"
    message = incidents.SendMessage(office=OFFICE, incident=b, words="Bagaimana laporan saya?", via="reporter")
    await scene.done(message, actor="citizen")
    await scene.done(unlink(b))
    assert scene.incident(b).state == "received"


async def test_the_events_of_one_say_nothing_of_the_others_reporter() -> None:
    scene = await Scene.opened()
    a, b = await scene.file(), await scene.file(words="Nama saya Rahasia")
    (event,) = await scene.all_done(link(b, a))
    assert event.model_dump() == {"office": OFFICE, "incident": b, "revision": 2, "original": a}
