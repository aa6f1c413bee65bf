"""A command that comes too early, too late, about something else or from elsewhere has no effect and harms nobody."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from shared.contracts.message import Command, Refusal
from shared.contracts.reports import agencies, incidents, units
from shared.contracts.reports.base import IncidentCommand
from shared.contracts.reports.office import ConfigureOffice
from shared.contracts.reports.units import UnitCommand
from tests.reports.promises import check_kept, check_told
from tests.reports.scene import CREW, DESK, OFFICE, PLAN, SEALED, Scene, everything
from tests.reports.wishes import COMMANDS, wish

ELSEWHERE = "polres-donggala"
ABOUT_INCIDENTS = [of for of in COMMANDS if issubclass(of, IncidentCommand)]
ABOUT_THINGS = [of for of in COMMANDS if {"agency", "rule", "evidence", "camera", "request"} & set(of.model_fields)]
ALWAYS = {
    "AddNote", "SendMessage", "RevealIdentity", "EraseReporter", "UnfollowIncident", "ReopenIncident", "CheckClocks",
    "AddEvidence", "RequestFootage", "ShareIncident", "AcknowledgeIncident", "ReportAgencyUnit", "SendAgencyMessage",
}  # fmt: skip
"""What can still be done about an incident that is closed."""


async def opened_elsewhere(scene: Scene) -> None:
    plan = replace(PLAN, id=ELSEWHERE)
    await scene.send(ConfigureOffice(office=ELSEWHERE, plan=plan), id="elsewhere", actor=DESK)


async def outcome(scene: Scene, command: Command, actor: str) -> Any:
    """The first event that a command comes to; None where there is none. It is no dead letter in any case."""
    events = await scene.send(command, id="it", actor=actor)
    assert scene.letters() == []
    return events[0] if events else None


@pytest.mark.parametrize("of", COMMANDS, ids=lambda of: of.__name__)
async def test_before_the_office_is_known_nothing_is_done(of: type[Command]) -> None:
    found = await wish(of)
    if of is ConfigureOffice:
        return
    scene = Scene(found.scene.now)
    refusal = await outcome(scene, found.command, found.actor)
    assert isinstance(refusal, Refusal)
    assert refusal.reason.endswith("-unknown") or refusal.reason == "not-shared"
    assert not any(everything(scene))


@pytest.mark.parametrize("of", ABOUT_INCIDENTS, ids=lambda of: of.__name__)
async def test_before_its_report_nothing_is_known_of_it(of: type[IncidentCommand]) -> None:
    found = await wish(of)
    scene = found.copy()
    before = everything(scene)
    refusal = await outcome(scene, found.command.model_copy(update={"incident": "never"}), found.actor)
    assert isinstance(refusal, Refusal)
    assert refusal.reason in ("incident-unknown", "not-shared")
    assert everything(scene) == before


@pytest.mark.parametrize("of", [*ABOUT_INCIDENTS, *ABOUT_THINGS], ids=lambda of: of.__name__)
async def test_another_office_has_no_say(of: type[Command]) -> None:
    """Nor does it learn that there is such a thing."""
    found = await wish(of)
    scene = found.copy()
    await opened_elsewhere(scene)
    before = everything(scene)
    event = await outcome(scene, found.command.model_copy(update={"office": ELSEWHERE}), found.actor)
    if of.__name__ in ("AddAgency",):  # it has agencies of its own
        return
    assert isinstance(event, Refusal), event
    assert event.reason.endswith("-unknown") or event.reason == "not-shared"
    assert "2026" not in str(event.details)
    assert everything(scene) == before


@pytest.mark.parametrize("of", ABOUT_INCIDENTS, ids=lambda of: of.__name__)
async def test_what_comes_after_the_end_opens_nothing(of: type[IncidentCommand]) -> None:
    """Of a closed incident one may still write and ask; only who reopens it says so."""
    found = await wish(of)
    scene = found.copy()
    for id, command, actor in _to_the_end(scene):
        await scene.send(command, id=id, actor=actor)
    assert scene.incident("incident").state == "closed"
    event = await outcome(scene, found.command, found.actor)
    if of is agencies.RemoveExercise:
        return  # about another one
    accepted = event is not None and not isinstance(event, Refusal)
    assert accepted <= (of.__name__ in ALWAYS), event
    assert (scene.incident("incident").state == "closed") == (of is not incidents.ReopenIncident)
    assert scene.incident("incident").units == ()
    check_kept(everything(scene))


def _to_the_end(scene: Scene) -> Iterator[tuple[str, Command, str]]:
    it: dict[str, Any] = {"office": OFFICE, "incident": "incident"}
    state = scene.incident("incident").state
    if state == "duplicate":
        yield "end-1", incidents.UnlinkDuplicate(**it, reason="sendiri"), DESK
    if state != "resolved":
        yield "end-2", incidents.ResolveIncident(**it, disposition="settled", words="Selesai"), DESK
    yield "end-3", incidents.CloseIncident(**it, reason="selesai"), DESK


@pytest.mark.parametrize(
    "steps", list(permutations((units.AcceptDispatch, units.ArriveOnScene, units.CheckIn, units.ClearScene))), ids=str
)
async def test_a_unit_says_its_steps_in_any_order(steps: tuple[type[UnitCommand], ...]) -> None:
    """Whatever comes too early or too late is refused; the incident never disagrees with its unit."""
    scene = await Scene.opened()
    id = await scene.file()
    for command in steps:
        assert await outcome_of(scene, command) in ("unit-idle",)
    await scene.dispatch(id)
    told = [await outcome_of(scene, command) for command in steps]
    cleared = steps.index(units.ClearScene)
    assert all(answer == "unit-idle" for answer in told[cleared + 1 :])
    assert told[cleared] == "UnitCleared"
    arrived = steps.index(units.ArriveOnScene)
    if arrived < cleared:
        assert told[arrived] == "UnitArrived"
        accepted = steps.index(units.AcceptDispatch)
        assert told[accepted] == ("DispatchAccepted" if accepted < min(arrived, cleared) else "unit-idle")
    check_kept(everything(scene))
    check_told(event for event, _ in scene.events())


async def outcome_of(scene: Scene, command: type[UnitCommand]) -> str:
    event, *_ = await scene.send(command(office=OFFICE, unit="patrol-1"), actor=CREW)
    return event.reason if isinstance(event, Refusal) else type(event).__name__


async def test_a_follower_of_another_incident_cannot_be_taken_away_here() -> None:
    scene = await Scene.opened()
    first, second = await scene.file(), await scene.file()
    follow = incidents.FollowIncident(office=OFFICE, incident=first, reporter=SEALED, contact="1" * 32)
    await scene.done(follow, id="follower", actor="citizen")
    gone = incidents.UnfollowIncident(office=OFFICE, incident=second, follower="follower")
    assert (await scene.refused(gone, actor="citizen"))[0] == "follower-unknown"
    assert scene.incident(first).followers == 1


async def test_a_unit_of_another_incident_cannot_be_called_back_from_here() -> None:
    scene = await Scene.opened()
    first, second = await scene.file(), await scene.file()
    await scene.dispatch(first)
    back = units.StandDownUnit(office=OFFICE, incident=second, unit="patrol-1", reason="salah")
    assert await scene.refused(back) == ("unit-not-sent", {})
    assert scene.unit().incident == first
