"""The desk judges what comes first, as often as it knows more, and what is promised follows."""

from datetime import timedelta

import pytest

from shared.contracts.reports import incidents, units
from tests.reports.scene import NOW, OFFICE, Scene


def due(scene: Scene, incident: str) -> dict[str, timedelta]:
    """What is promised, counted from the report."""
    found = scene.incident(incident)
    return {running.clock: running.due_at - found.filed_at for running in found.clocks}


async def test_priority_follows_from_what_was_judged() -> None:
    scene = await Scene.opened()
    id = await scene.file()
    assert scene.incident(id).priority == 2
    judged = await scene.triage(id, severity="extreme", certainty="observed")
    assert (judged.priority, judged.state) == (1, "triaged")
    judged = await scene.triage(id, severity="minor", certainty="unlikely")
    assert judged.priority == 4


async def test_the_desk_can_say_another_priority_and_why() -> None:
    scene = await Scene.opened()
    id = await scene.file()
    assert (await scene.triage(id, priority=1, reason="dekat sekolah")).priority == 1
    assert scene.timeline(id)[-1].words == "dekat sekolah"
    assert scene.timeline(id)[-1].about == "1"
    assert scene.timeline(id)[-1].shown == "desk"


async def test_what_is_promised_follows_the_priority() -> None:
    scene = await Scene.opened()
    id = await scene.file()
    assert due(scene, id) == {"triage": timedelta(minutes=5), "resolve": timedelta(hours=8)}
    scene.pass_time(minutes=3)
    await scene.triage(id, severity="extreme", certainty="observed")
    assert due(scene, id) == {"resolve": timedelta(hours=2), "dispatch": timedelta(minutes=3 + 2)}


async def test_whatever_comes_first_after_all_gets_its_promises_too() -> None:
    """Also where nothing was promised for what it was taken for."""
    scene = await Scene.opened()
    id = await scene.file("noise")
    await scene.triage(id, "noise", severity="minor")
    assert due(scene, id) == {"resolve": timedelta(days=10)}
    scene.pass_time(hours=1)
    await scene.triage(id, "fight", severity="extreme")
    assert due(scene, id) == {"resolve": timedelta(hours=2), "dispatch": timedelta(hours=1, minutes=2)}
    scene.pass_time(minutes=3)
    (missed,) = await scene.check(id)
    assert isinstance(missed, incidents.DeadlineMissed)
    assert missed.clock == "dispatch"


async def test_who_is_sent_before_the_desk_has_looked_must_arrive_in_time_all_the_same() -> None:
    scene = await Scene.opened()
    id = await scene.file("noise")
    await scene.dispatch(id)
    scene.pass_time(minutes=1)
    await scene.triage(id, "fight", severity="extreme")
    assert due(scene, id)["arrive"] == timedelta(minutes=10)
    assert "dispatch" not in due(scene, id)


async def test_an_incident_at_which_a_unit_was_waits_for_an_outcome_only() -> None:
    scene = await Scene.opened()
    id = await scene.file()
    await scene.triage(id)
    await scene.dispatch(id)
    await scene.of_unit(units.ArriveOnScene)
    await scene.of_unit(units.ClearScene)
    await scene.triage(id, severity="severe")
    assert set(due(scene, id)) == {"resolve"}
    assert scene.incident(id).reached_at == NOW


async def test_what_was_missed_stays_missed_however_it_is_judged_later() -> None:
    scene = await Scene.opened()
    id = await scene.file("fight")
    scene.pass_time(hours=3)
    await scene.check(id)
    await scene.triage(id, "noise", severity="minor")
    assert [running.clock for running in scene.incident(id).clocks if running.missed] == ["resolve"]
    await scene.triage(id, "fight", severity="extreme")
    scene.pass_time(days=20)
    assert [event.clock for event in await scene.check(id)] == ["dispatch"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("category", ["unknown", ""])
async def test_a_category_is_one_of_the_offices(category: str) -> None:
    scene = await Scene.opened()
    id = await scene.file()
    wanted = incidents.TriageIncident.model_construct(
        office=OFFICE, incident=id, category=category or "gone", severity="minor", certainty="likely", reason="x"
    )
    assert await scene.refused(wanted) == ("category-unknown", {})
    assert scene.incident(id).certainty is None


async def test_only_what_is_at_work_is_judged() -> None:
    scene = await Scene.opened()
    id = await scene.file()
    await scene.done(incidents.QuarantineIncident(office=OFFICE, incident=id, reason="iseng"))
    judge = incidents.TriageIncident(
        office=OFFICE, incident=id, category="theft", severity="minor", certainty="likely", reason="x"
    )
    assert await scene.refused(judge) == ("incident-elsewhere", {"number": "2026-000001", "state": "quarantined"})
