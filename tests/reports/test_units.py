"""Units and incidents never disagree: who is sent where, who is free, who is there."""

import pytest

from shared.contracts.message import Refusal
from shared.contracts.reports import incidents, units
from tests.reports.scene import CREW, DESK, OFFICE, Scene


def send(incident: str, unit: str) -> units.DispatchUnit:
    return units.DispatchUnit(office=OFFICE, incident=incident, unit=unit)


async def test_two_units_at_one_incident_go_one_after_the_other() -> None:
    scene = await Scene.opened()
    id = await scene.file()
    await scene.triage(id)
    for unit in ("patrol-1", "rescue-1"):
        await scene.dispatch(id, unit)
        await scene.of_unit(units.ArriveOnScene, unit)
    await scene.of_unit(units.ClearScene)
    assert scene.incident(id).state == "on-scene"
    await scene.of_unit(units.ClearScene, "rescue-1")
    assert scene.incident(id).state == "triaged"
    assert {running.clock for running in scene.incident(id).clocks} == {"resolve"}


async def test_who_is_there_keeps_the_promise_for_all() -> None:
    scene = await Scene.opened()
    id = await scene.file("fight")
    await scene.dispatch(id)
    await scene.dispatch(id, "patrol-2")
    await scene.of_unit(units.ArriveOnScene, "patrol-2")
    assert not [running for running in scene.incident(id).clocks if running.clock == "arrive"]
    await scene.of_unit(units.ClearScene, "patrol-2")
    assert scene.incident(id).state == "dispatched"


async def test_who_is_called_back_leaves_the_promise_to_send_somebody() -> None:
    scene = await Scene.opened()
    id = await scene.file("fight")
    await scene.triage(id, "fight")
    await scene.dispatch(id)
    await scene.done(units.StandDownUnit(office=OFFICE, incident=id, unit="patrol-1", reason="salah alamat"))
    assert [running.clock for running in scene.incident(id).clocks] == ["resolve", "dispatch"]
    assert scene.timeline(id)[-1].words == "salah alamat"


async def test_an_outcome_frees_every_unit_before_it_is_told() -> None:
    scene = await Scene.opened()
    id = await scene.file()
    for unit in ("patrol-1", "patrol-2", "rescue-1"):
        await scene.dispatch(id, unit)
    resolve = incidents.ResolveIncident(office=OFFICE, incident=id, disposition="settled", words="Selesai")
    events = await scene.all_done(resolve)
    names = [type(event).__name__ for event in events]
    assert names == ["UnitCleared"] * 3 + ["IncidentResolved"] + ["UnitStatusChanged"] * 3
    assert [entry.words for entry in scene.timeline(id)][-4:] == ["", "", "", "Selesai"]
    assert {scene.unit(unit).status for unit in ("patrol-1", "patrol-2", "rescue-1")} == {"available"}


async def test_an_outcome_that_is_refused_frees_nobody() -> None:
    scene = await Scene.opened()
    id, other = await scene.file(), await scene.file()
    await scene.done(incidents.LinkDuplicate(office=OFFICE, incident=other, original=id))
    await scene.dispatch(id)
    resolve = incidents.ResolveIncident(office=OFFICE, incident=other, disposition="settled", words="Selesai")
    assert (await scene.refused(resolve))[0] == "incident-elsewhere"
    assert scene.unit().incident == id


async def test_two_wishes_in_one_batch_send_a_unit_to_one_place() -> None:
    scene = await Scene.opened()
    first, second = await scene.file(), await scene.file()
    scene.put(send(first, "patrol-1"), id="one", actor=DESK)
    scene.put(send(second, "patrol-1"), id="two", actor="staff/rahmat")
    await scene.run()
    told = {cause: event for event, cause in scene.events() if cause in ("one", "two")}
    assert isinstance(told["two"], Refusal)
    assert told["two"].reason == "unit-busy"
    assert (scene.incident(second).units, scene.incident(second).state) == ((), "received")


async def test_a_unit_that_rests_is_sent_nowhere_and_a_busy_one_cannot_rest() -> None:
    scene = await Scene.opened()
    id = await scene.file()
    await scene.of_unit(units.GoOutOfService)
    assert await scene.refused(send(id, "patrol-1")) == ("unit-out-of-service", {})
    await scene.of_unit(units.GoInService)
    await scene.dispatch(id)
    rest = units.GoOutOfService(office=OFFICE, unit="patrol-1")
    assert await scene.refused(rest, actor=CREW) == ("unit-busy", {"status": "assigned"})


@pytest.mark.parametrize("command", units.COMMANDS, ids=lambda of: of.__name__)
async def test_a_unit_that_the_plan_does_not_know_is_none(command: type[units.UnitCommand]) -> None:
    scene = await Scene.opened()
    id = await scene.file()
    told = {"office": OFFICE, "unit": "patrol-9", "incident": id, "reason": "x"}
    wanted = command(**{name: value for name, value in told.items() if name in command.model_fields})
    assert await scene.refused(wanted, actor=CREW) == ("unit-unknown", {})


async def test_a_known_prank_can_be_ended_without_sending_anybody() -> None:
    scene = await Scene.opened()
    id = await scene.file()
    await scene.done(incidents.QuarantineIncident(office=OFFICE, incident=id, reason="iseng"))
    assert await scene.refused(send(id, "patrol-1")) == (
        "incident-elsewhere",
        {"number": "2026-000001", "state": "quarantined"},
    )
    await scene.resolve(id, "prank")
    assert scene.incident(id).state == "resolved"
