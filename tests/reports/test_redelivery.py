"""Every command has its effect once, however often the bus brings it, to whichever worker, and with whom beside it."""

from typing import Any

import pytest

from services.reports.routes import ROUTES
from shared.contracts import reports
from shared.contracts.message import Command, Refusal
from shared.contracts.reports.incidents import CheckClocks
from shared.messaging.loop import Loop
from shared.messaging.memory import MemoryWorker
from tests.reports.scene import OFFICE, Scene
from tests.reports.wishes import COMMANDS, wish
from tests.support.twin import KEY

every_command = pytest.mark.parametrize("of", COMMANDS, ids=lambda of: of.__name__)
NEIGHBOUR = CheckClocks(office=OFFICE, incident="incident")


def kept(scene: Scene) -> dict[type, list[Any]]:
    """All that is stored, whatever order it lies in."""
    return {kind.type: sorted(scene.all(kind.type), key=lambda row: row.id) for kind in ROUTES.kinds}


async def once(of: type[Command]) -> tuple[Scene, list[Any]]:
    """The command sent once; returns what it came to."""
    found = await wish(of)
    scene = found.copy()
    events = await scene.send(found.command, id="it", actor=found.actor)
    return scene, events


def test_no_command_of_the_contract_is_without_these_tests() -> None:
    assert set(COMMANDS) == set(reports.COMMANDS) == set(ROUTES.commands)
    assert len(COMMANDS) == len(set(COMMANDS))


@every_command
async def test_it_has_an_effect(of: type[Command]) -> None:
    scene, events = await once(of)
    assert scene.letters() == []
    assert events
    assert not isinstance(events[0], Refusal), events
    assert all(event.key() == OFFICE for event in events)
    assert {type(event) for event in events} <= set(reports.EVENTS)


@every_command
async def test_twice_in_a_batch_it_has_its_effect_once(of: type[Command]) -> None:
    found, (alone, events) = await wish(of), await once(of)
    scene = found.copy()
    for _ in range(2):
        scene.put(found.command, id="it", actor=found.actor)
    await scene.run()
    assert [event for event, cause in scene.events() if cause == "it"] == events * 2
    assert kept(scene) == kept(alone)
    assert scene.letters() == []


@every_command
async def test_again_in_a_later_batch_it_has_its_effect_once(of: type[Command]) -> None:
    """Also beside a command that has loaded what it once made."""
    found, (scene, events) = await wish(of), await once(of)
    await scene.send(NEIGHBOUR, id="first-neighbour")
    before = kept(scene)
    scene.put(NEIGHBOUR, id="neighbour")
    scene.put(found.command, id="it", actor=found.actor)
    scene.put(CheckClocks(office=OFFICE, incident="it"), id="about-what-it-made")
    scene.put(found.command, id="it", actor=found.actor)
    await scene.run()
    assert [event for event, cause in scene.events() if cause == "it"] == events * 3
    assert kept(scene) == before
    assert scene.letters() == []


@every_command
async def test_to_another_worker_it_has_its_effect_once(of: type[Command]) -> None:
    """One that starts where the first did, before any offset was committed."""
    scene, events = await once(of)
    before = kept(scene)
    loop = Loop(ROUTES, scene.store, key=KEY, clock=lambda: scene.now, new_owner=lambda: "another")
    another = MemoryWorker(loop, scene.bus)
    await another.start()
    await another.run()
    assert [event for event, cause in scene.events() if cause == "it"] == events * 2
    assert kept(scene) == before
    assert scene.letters() == []


@every_command
async def test_its_id_with_other_content_is_refused(of: type[Command]) -> None:
    scene, _ = await once(of)
    before = kept(scene)
    scene.put(NEIGHBOUR if of is not CheckClocks else CheckClocks(office=OFFICE, incident="other"), id="it")
    await scene.run()
    ((refusal, _),) = scene.events()[-1:]
    assert isinstance(refusal, Refusal)
    assert refusal.reason == "idempotency-key-reused"
    assert kept(scene) == before
