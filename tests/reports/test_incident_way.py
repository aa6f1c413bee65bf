"""An incident's way: from the report to the closed case, with those who go astray."""

from shared.contracts.reports import incidents, units
from shared.contracts.reports.base import Place
from tests.reports.scene import CONTACT, CREW, OFFICE, SEALED, Scene


async def test_a_report_goes_all_the_way() -> None:
    scene = await Scene.opened()
    id = await scene.file()
    assert scene.incident(id).number == "2026-000001"
    assert scene.incident(id).state == "received"
    assert (await scene.triage(id)).priority == 2
    await scene.dispatch(id)
    assert scene.incident(id).state == "dispatched"
    await scene.of_unit(units.AcceptDispatch)
    await scene.of_unit(units.ArriveOnScene)
    assert scene.incident(id).state == "on-scene"
    events = await scene.all_done(
        incidents.ResolveIncident(office=OFFICE, incident=id, disposition="settled", words="Motor ditemukan")
    )
    assert [type(event).__name__ for event in events] == ["UnitCleared", "IncidentResolved", "UnitStatusChanged"]
    assert scene.unit().status == "available"
    await scene.done(incidents.ConfirmOutcome(office=OFFICE, incident=id), actor="citizen")
    assert scene.incident(id).state == "closed"
    assert [entry.what for entry in scene.timeline(id)] == [
        "IncidentReported",
        "IncidentTriaged",
        "UnitDispatched",
        "DispatchAccepted",
        "UnitArrived",
        "UnitCleared",
        "IncidentResolved",
        "IncidentClosed",
    ]


async def test_two_dispatchers_cannot_send_one_unit_to_two_places() -> None:
    scene = await Scene.opened()
    first, second = await scene.file(), await scene.file()
    await scene.dispatch(first)
    assert await scene.refused(units.DispatchUnit(office=OFFICE, incident=second, unit="patrol-1")) == (
        "unit-busy",
        {"status": "assigned"},
    )


async def test_an_outcome_closes_by_itself_when_nobody_objects() -> None:
    scene = await Scene.opened()
    id = await scene.file()
    await scene.resolve(id)
    scene.pass_time(days=6)
    assert await scene.check(id) == []
    scene.pass_time(days=1)
    (closed,) = await scene.check(id)
    assert isinstance(closed, incidents.IncidentClosed)
    assert closed.via == "system"
    assert await scene.check(id) == []


async def test_a_reporter_reopens_within_bounds() -> None:
    scene = await Scene.opened()
    id = await scene.file()
    reopen = incidents.ReopenIncident(office=OFFICE, incident=id, words="Belum beres", via="reporter")
    for _ in range(2):
        await scene.resolve(id)
        await scene.done(reopen, actor="citizen")
        assert scene.incident(id).state == "received"
    await scene.resolve(id)
    assert (await scene.refused(reopen, actor="citizen"))[0] == "reopen-exhausted"
    await scene.done(reopen.model_copy(update={"via": "desk"}))


async def test_each_clock_is_missed_once() -> None:
    scene = await Scene.opened()
    id = await scene.file("fight")
    scene.pass_time(minutes=2)
    (missed,) = await scene.check(id)
    assert isinstance(missed, incidents.DeadlineMissed)
    assert missed.clock == "triage"
    assert await scene.check(id) == []
    await scene.triage(id, "fight", severity="severe")
    await scene.dispatch(id)
    scene.pass_time(minutes=3)
    (missed,) = await scene.check(id)
    assert (missed.clock, missed.unit) == ("accept", "patrol-1")  # type: ignore[attr-defined]


async def test_a_duplicate_is_kept_and_can_be_one_of_its_own_again() -> None:
    scene = await Scene.opened()
    first, second = await scene.file(), await scene.file()
    link = incidents.LinkDuplicate(office=OFFICE, incident=second, original=first)
    await scene.done(link)
    assert scene.incident(second).state == "duplicate"
    assert scene.incident(first).duplicates == 1
    assert (await scene.refused(link.model_copy(update={"incident": first, "original": second})))[0] == "original-unfit"
    await scene.done(incidents.UnlinkDuplicate(office=OFFICE, incident=second, reason="lain"))
    assert scene.incident(second).state == "received"
    assert scene.incident(first).duplicates == 0


async def test_a_known_prankster_is_set_aside_and_looked_at_all_the_same() -> None:
    scene = await Scene.opened()
    for _ in range(2):
        await scene.resolve(await scene.file(contact=CONTACT, reporter=SEALED), "prank")
    id = await scene.file(contact=CONTACT, reporter=SEALED)
    assert scene.incident(id).state == "quarantined"
    assert scene.incident(id).due is not None
    await scene.done(incidents.ReleaseIncident(office=OFFICE, incident=id, reason="ternyata benar"))
    assert scene.incident(id).state == "received"


async def test_one_contact_cannot_flood_the_desk() -> None:
    scene = await Scene.opened()
    for _ in range(5):
        await scene.file(contact=CONTACT)
    report = incidents.FileReport(
        office=OFFICE, category="theft", words="lagi", place=Place(words="sini"), contact=CONTACT
    )
    assert await scene.refused(report, actor="citizen") == ("too-many-reports", {"seconds": 3600})


async def test_a_unit_that_leaves_the_scene_leaves_the_incident_to_the_desk() -> None:
    scene = await Scene.opened()
    id = await scene.file()
    await scene.triage(id)
    await scene.dispatch(id)
    await scene.done(
        units.StandDownUnit(office=OFFICE, incident=id, unit="patrol-1", reason="dibutuhkan di tempat lain")
    )
    assert scene.incident(id).state == "triaged"
    assert scene.unit().status == "available"
    assert (await scene.refused(units.AcceptDispatch(office=OFFICE, unit="patrol-1"), actor=CREW))[0] == "unit-idle"
