"""What a new plan tells the others, what is remembered of it, and how two who change it do not collide."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.queue.domain.office import Office, Published
from services.queue.domain.plan_record import PlanRecord
from shared.contracts.message import Event
from shared.contracts.queue import (
    ConfigureOffice,
    Fee,
    OfficeConfigured,
    OfficePlan,
    ProcedurePublished,
    ProcedureWithdrawn,
    TransferTicket,
    UndoStep,
)
from tests.queue.scene import MONDAY, OFFICE, PLAN, Scene, counter, service, text, with_quota

SIM, SKCK = PLAN.services
DEARER = replace(PLAN, services=(replace(SIM, procedure=replace(SIM.procedure, fees=(Fee(text("A"), 9),))), SKCK))
RENAMED = replace(PLAN, services=(replace(SIM, name=text("SIM baru")), SKCK))
WITHOUT_SKCK = replace(PLAN, services=(SIM,), counters=(counter("loket-1", "sim"),))
WITH_STNK = replace(PLAN, services=(SIM, SKCK, service("stnk", "C")))


def told(events: list[Event]) -> list[tuple[str, str]]:
    """What a plan said of procedures: the event and its service."""
    assert isinstance(events[0], OfficeConfigured)
    return [(type(e).__name__, e.service) for e in events[1:] if isinstance(e, ProcedurePublished | ProcedureWithdrawn)]


# Procedures -----------------------------------------------------------------------------------------------


async def test_the_first_plan_publishes_every_procedure() -> None:
    events = await Scene().send(ConfigureOffice(office=OFFICE, plan=PLAN))
    assert told(events) == [("ProcedurePublished", "sim"), ("ProcedurePublished", "skck")]
    published = events[1]
    assert isinstance(published, ProcedurePublished)
    assert (published.name, published.procedure, published.revision) == (SIM.name, SIM.procedure, 1)


@pytest.mark.parametrize(
    ("plan", "changes"),
    [
        (DEARER, [("ProcedurePublished", "sim")]),
        (RENAMED, [("ProcedurePublished", "sim")]),
        (WITHOUT_SKCK, [("ProcedureWithdrawn", "skck")]),
        (WITH_STNK, [("ProcedurePublished", "stnk")]),
        (with_quota(7), []),
        (PLAN, []),
    ],
    ids=["another fee", "another name", "a service less", "a service more", "another quota", "nothing"],
)
async def test_only_what_has_changed_is_told(plan: OfficePlan, changes: list[tuple[str, str]]) -> None:
    scene = await Scene.opened()
    events = await scene.send(ConfigureOffice(office=OFFICE, plan=plan))
    assert told(events) == changes
    assert all(event.revision == 2 for event in events if not isinstance(event, OfficeConfigured))  # type: ignore[attr-defined]


async def test_a_service_that_comes_back_is_published_again() -> None:
    scene = await Scene.opened()
    await scene.configure(WITHOUT_SKCK)
    events = await scene.send(ConfigureOffice(office=OFFICE, plan=PLAN))
    assert told(events) == [("ProcedurePublished", "skck")]


async def test_an_office_knows_since_when_it_asks_for_what() -> None:
    scene = await Scene.opened()
    scene.pass_time(days=1)
    await scene.configure(with_quota(7))
    scene.pass_time(days=1)
    await scene.configure(DEARER)
    (office,) = scene.all(Office)
    assert office.procedures == (Published("sim", 3, MONDAY + timedelta(days=2)), Published("skck", 1, MONDAY))


# History --------------------------------------------------------------------------------------------------


async def test_every_plan_is_kept_with_who_made_it_and_when() -> None:
    scene = await Scene.opened()
    scene.pass_time(hours=1)
    await scene.configure(DEARER)
    first, second = sorted(scene.all(PlanRecord), key=lambda record: record.revision)
    assert (first.id, first.plan, first.at, first.by) == (f"{OFFICE}:1", PLAN, MONDAY, "staff/sari")
    assert (second.revision, second.plan, second.at) == (2, DEARER, MONDAY + timedelta(hours=1))


async def test_a_plan_that_is_refused_or_comes_twice_leaves_no_record() -> None:
    scene = Scene()
    for _ in range(2):
        scene.put(ConfigureOffice(office=OFFICE, plan=PLAN), id="plan-1")
    await scene.run()
    await scene.refused(ConfigureOffice(office=OFFICE, plan=replace(PLAN, time_zone="nowhere")))
    assert [record.revision for record in scene.all(PlanRecord)] == [1]


# Two at once ----------------------------------------------------------------------------------------------


async def test_a_change_that_knows_nothing_of_the_latest_one_is_refused() -> None:
    scene = await Scene.opened()
    await scene.send(ConfigureOffice(office=OFFICE, plan=DEARER, replaces_revision=1))
    late = ConfigureOffice(office=OFFICE, plan=RENAMED, replaces_revision=1)
    assert await scene.refused(late) == ("plan-changed-meanwhile", {"revision": 2})
    (office,) = scene.all(Office)
    assert office.plan == DEARER


async def test_of_two_changes_in_one_batch_the_first_counts() -> None:
    scene = await Scene.opened()
    for n, plan in enumerate((DEARER, RENAMED)):
        scene.put(ConfigureOffice(office=OFFICE, plan=plan, replaces_revision=1), id=f"plan-{n}")
    await scene.run()
    (office,) = scene.all(Office)
    assert (office.plan, office.revision) == (DEARER, 2)


async def test_who_sets_an_office_up_can_say_that_there_was_none() -> None:
    scene = Scene()
    await scene.send(ConfigureOffice(office=OFFICE, plan=PLAN, replaces_revision=0))
    again = ConfigureOffice(office=OFFICE, plan=PLAN, replaces_revision=0)
    assert await scene.refused(again) == ("plan-changed-meanwhile", {"revision": 1})


# What a visit leaves for the figures ----------------------------------------------------------------------


async def test_a_person_who_is_sent_on_leaves_their_stay_in_the_first_line() -> None:
    scene = await Scene.opened()
    ticket = await scene.take()
    scene.pass_time(minutes=5)
    await scene.call("loket-2")
    await scene.serve("loket-2")
    scene.pass_time(minutes=7)
    await scene.send(TransferTicket(office=OFFICE, counter="loket-2", service="skck"))
    (stay,) = scene.ticket(ticket).earlier
    assert (stay.line, stay.counter, stay.joined_at) == (f"{OFFICE}:sim:2026-03-02", "loket-2", MONDAY)
    assert stay.called_at is not None
    assert stay.ended_at - MONDAY == timedelta(minutes=12)
    assert stay.called_at - MONDAY == timedelta(minutes=5)


async def test_a_transfer_that_is_taken_back_leaves_none() -> None:
    scene = await Scene.opened()
    ticket = await scene.take()
    await scene.call("loket-2")
    await scene.serve("loket-2")
    await scene.send(TransferTicket(office=OFFICE, counter="loket-2", service="skck"))
    await scene.send(UndoStep(office=OFFICE, counter="loket-2"))
    assert scene.ticket(ticket).earlier == ()
    assert (scene.ticket(ticket).joined_at, scene.ticket(ticket).state) == (MONDAY, "serving")
