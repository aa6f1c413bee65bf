"""Who writes, to whom it is shown, and that nobody writes as somebody else."""

from datetime import timedelta
from typing import Any

import pytest

from services.reports.domain.office import Office
from services.reports.domain.records import Entry
from services.reports.views.incidents import _line
from shared.contracts.message import Command
from shared.contracts.reports import incidents, staff
from tests.reports.scene import CREW, DESK, OFFICE, PLAN, SEALED, Scene
from tests.reports.wishes import HASH

IT: dict[str, Any] = {"office": OFFICE, "incident": "it"}
ACTORS = {"desk": DESK, "field": CREW, "reporter": "citizen", "system": "system"}
STRANGERS = ("citizen", "system", "staff/dewi", "agency/damkar", "", "staffer/dewi", "citizen/staff/dewi")


async def told() -> Scene:
    scene = await Scene.opened()
    await scene.file(id="it", reporter=SEALED, contact="0" * 32)
    return scene


def shown(scene: Scene) -> list[tuple[str, str]]:
    """What the reporter reads."""
    office = Office(OFFICE, PLAN)
    lines = [_line(entry, office) for entry in scene.timeline("it") if entry.shown == "reporter"]
    return [(line.what, line.words) for line in lines]


@pytest.mark.parametrize("via", ["desk", "field", "reporter", "system"])
async def test_whoever_writes_is_on_the_side_they_say(via: str) -> None:
    scene = await told()
    message = incidents.SendMessage(**IT, words="Halo", via=via)
    for actor in STRANGERS:
        if (actor or "system").partition("/")[0] != ACTORS[via].partition("/")[0]:  # who says nothing is nobody
            assert await scene.refused(message, actor=actor) == ("wrong-side", {})
    event = await scene.done(message, actor=ACTORS[via])
    assert event.via == via  # type: ignore[attr-defined]
    assert shown(scene)[-1] == ("MessageSent", "Halo")


@pytest.mark.parametrize(
    "command",
    [
        incidents.ConfirmOutcome(**IT),
        incidents.ReopenIncident(**IT, words="Belum", via="reporter"),
        incidents.EraseReporter(**IT, via="reporter"),
        incidents.SendMessage(**IT, words="Saya pelapor", via="reporter"),
    ],
    ids=lambda command: type(command).__name__,
)
async def test_nobody_of_the_staff_speaks_for_the_reporter(command: Command) -> None:
    scene = await told()
    await scene.resolve("it")
    assert await scene.refused(command, actor=DESK) == ("wrong-side", {})
    await scene.done(command, actor="citizen")


@pytest.mark.parametrize(
    "command",
    [
        incidents.TakeCharge(**IT),
        incidents.HandOver(**IT, to="budi"),
        incidents.RevealIdentity(**IT, reason="ingin tahu"),
        incidents.AddNote(**IT, words="catatan"),
        incidents.SendMessage(**IT, words="dari meja", via="desk"),
        incidents.ReopenIncident(**IT, words="Buka lagi", via="desk"),
        incidents.EraseReporter(**IT, via="desk"),
    ],
    ids=lambda command: type(command).__name__,
)
async def test_nobody_speaks_for_the_staff(command: Command) -> None:
    scene = await told()
    for actor in ("citizen", "system", "agency/damkar", "", "staffer/dewi"):
        assert await scene.refused(command, actor=actor) == ("wrong-side", {})


async def test_the_reporter_reads_what_was_written_for_the_reporter_and_no_reason() -> None:
    scene = await told()
    await scene.triage("it", reason="RAHASIA")
    await scene.done(incidents.AddNote(**IT, words="RAHASIA"))
    await scene.done(incidents.SendMessage(**IT, words="Kami ke sana", via="desk"))
    await scene.dispatch("it")
    await scene.resolve("it")
    await scene.done(incidents.CloseIncident(**IT, reason="RAHASIA"))
    await scene.done(incidents.RevealIdentity(**IT, reason="RAHASIA"))
    assert shown(scene) == [
        ("IncidentReported", ""),
        ("MessageSent", "Kami ke sana"),
        ("UnitDispatched", ""),
        ("IncidentResolved", "Sudah ditangani"),
        ("IncidentClosed", ""),
    ]
    assert "RAHASIA" in {entry.words for entry in scene.timeline("it")}


async def test_the_timeline_says_to_whom_it_was_handed_over() -> None:
    scene = await told()
    for who in ("dewi", "budi"):
        await scene.done(staff.AddStaff(office=OFFICE, username=who, display_name=who, password_hash=HASH))
    await scene.done(incidents.TakeCharge(**IT))
    assert await scene.refused(incidents.TakeCharge(**IT)) == ("in-charge-already", {})
    await scene.done(incidents.HandOver(**IT, to="budi", note="Saksi menunggu"))
    assert scene.incident("it").in_charge == "budi"
    handed: Entry = scene.timeline("it")[-1]
    assert (handed.by, handed.about, handed.words, handed.shown) == (DESK, "budi", "Saksi menunggu", "desk")
    assert (await scene.refused(incidents.HandOver(**IT, to="nobody")))[0] == "colleague-unknown"


async def test_a_reporter_may_object_for_as_long_as_was_promised() -> None:
    scene = await told()
    reopen = incidents.ReopenIncident(**IT, words="Belum", via="reporter")
    await scene.resolve("it")
    scene.now += timedelta(days=30)
    await scene.check("it")
    assert scene.incident("it").state == "closed"
    await scene.done(reopen, actor="citizen")
    await scene.resolve("it")
    scene.now += timedelta(days=30, seconds=1)
    assert await scene.refused(reopen, actor="citizen") == ("too-late-to-reopen", {"days": 30})
    await scene.done(reopen.model_copy(update={"via": "desk"}))
