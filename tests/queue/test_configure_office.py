"""What an office's plan must be, and what may change while people wait."""

from dataclasses import replace
from datetime import time

import pytest

from services.queue.domain.office import Office
from shared.contracts.queue import (
    CloseLine,
    ConfigureOffice,
    OfficeConfigured,
    OfficePlan,
    Opening,
    PutBackTicket,
    TakeTicket,
)
from tests.queue.scene import OFFICE, PLAN, Scene, counter, service, with_quota


def plan_with_hours(*openings: Opening) -> OfficePlan:
    return replace(PLAN, services=(service("sim", "A", hours=openings), service("skck", "B")))


SIM, SKCK = PLAN.services

BROKEN = {
    "the time zone 'Asia/Palu' is unknown": replace(PLAN, time_zone="Asia/Palu"),
    "the time zone '' is unknown": replace(PLAN, time_zone=""),
    "the time zone 'Asia' is unknown": replace(PLAN, time_zone="Asia"),
    "the time zone '../etc/passwd' is unknown": replace(PLAN, time_zone="../etc/passwd"),
    "there are two services sim": replace(PLAN, services=(SIM, SKCK, service("sim", "C"))),
    "two services number their tickets with A": replace(PLAN, services=(SIM, SKCK, service("stnk", "A"))),
    "there are two counters loket-1": replace(PLAN, counters=(*PLAN.counters, counter("loket-1", "sim"))),
    "the counter loket-4 serves nothing": replace(PLAN, counters=(counter("loket-4"),)),
    "the counter loket-4 serves stnk, which the office does not offer": replace(
        PLAN, counters=(counter("loket-4", "stnk"),)
    ),
    "the counter loket-4 names sim twice": replace(PLAN, counters=(counter("loket-4", "sim", "sim"),)),
    "an opening must end after it begins: sim, weekday 0, 14:00:00 to 08:00:00": plan_with_hours(
        Opening(0, time(14), time(8))
    ),
    "an opening must end after it begins: sim, weekday 0, 08:00:00 to 08:00:00": plan_with_hours(
        Opening(0, time(8), time(8))
    ),
    "two openings overlap: sim, weekday 2, 11:00:00": plan_with_hours(
        Opening(2, time(11), time(15)), Opening(2, time(8), time(12))
    ),
    "two openings overlap: sim, weekday 2, 21:00:00": plan_with_hours(
        Opening(2, time(20), time(0)), Opening(2, time(21), time(22))
    ),
    "it is the plan of polres-poso, not of polres-palu": replace(PLAN, id="polres-poso"),
}


@pytest.mark.parametrize("problem", BROKEN)
async def test_plan_that_an_office_cannot_work_by_is_refused_with_the_problem(problem: str) -> None:
    scene = await Scene.opened()
    refusal = await scene.refused(ConfigureOffice(office=OFFICE, plan=BROKEN[problem]))
    assert refusal == ("plan-invalid", {"problem": problem})


async def test_broken_first_plan_leaves_no_office_behind() -> None:
    scene = Scene()
    await scene.refused(ConfigureOffice(office=OFFICE, plan=BROKEN["there are two services sim"]))
    assert scene.all(Office) == []


async def test_adjoining_openings_are_a_plan() -> None:
    scene = await Scene.opened(plan_with_hours(Opening(0, time(8), time(12)), Opening(0, time(12), time(0))))
    await scene.take()


async def test_each_plan_that_takes_effect_is_a_revision() -> None:
    scene = await Scene.opened()
    event = await scene.configure(with_quota(7))
    assert event == OfficeConfigured(office=OFFICE, plan=with_quota(7), revision=2)


async def test_redelivered_plan_takes_effect_once() -> None:
    scene = Scene()
    for _ in range(3):
        scene.put(ConfigureOffice(office=OFFICE, plan=PLAN), id="plan-1")
    await scene.run()
    assert [office.revision for office in scene.all(Office)] == [1]


async def test_new_quota_counts_at_once() -> None:
    scene = await Scene.opened(with_quota(1))
    await scene.take()
    assert (await scene.refused(TakeTicket(office=OFFICE, service="sim")))[0] == "quota-reached"
    await scene.configure(with_quota(2))
    await scene.take()


async def test_new_prefix_counts_from_the_next_day_on() -> None:
    scene = await Scene.opened()
    await scene.take()
    await scene.configure(replace(PLAN, services=(replace(SIM, prefix="Z"), SKCK)))
    assert scene.ticket(await scene.take()).number == "A-002"
    scene.pass_time(days=1)
    assert scene.ticket(await scene.take()).number == "Z-001"


async def test_line_stays_closed_under_a_new_plan() -> None:
    scene = await Scene.opened()
    await scene.done(CloseLine(office=OFFICE, service="sim"))
    await scene.configure(with_quota(7))
    assert (await scene.refused(TakeTicket(office=OFFICE, service="sim")))[0] == "line-closed"


WITHOUT_SIM = replace(PLAN, services=(SKCK,), counters=(counter("loket-3", "skck"),))


async def test_service_for_which_people_wait_is_not_dropped() -> None:
    scene = await Scene.opened()
    await scene.take()
    refusal = await scene.refused(ConfigureOffice(office=OFFICE, plan=WITHOUT_SIM))
    assert refusal == ("plan-invalid", {"problem": "people wait for sim today, which this plan would drop"})


async def test_counter_that_has_a_person_is_not_dropped() -> None:
    scene = await Scene.opened()
    await scene.take()
    await scene.call("loket-2")
    refusal = await scene.refused(ConfigureOffice(office=OFFICE, plan=WITHOUT_SIM))
    assert refusal == ("plan-invalid", {"problem": "loket-2 is busy with A-001, which this plan would drop"})


async def test_time_zone_is_not_changed_under_people_who_wait() -> None:
    scene = await Scene.opened()
    await scene.take()
    moved = replace(PLAN, time_zone="Asia/Jakarta")
    assert (await scene.refused(ConfigureOffice(office=OFFICE, plan=moved)))[0] == "plan-invalid"
    scene.pass_time(days=1)
    await scene.configure(moved)


async def test_service_that_was_dropped_takes_nobody_back() -> None:
    scene = await Scene.opened()
    missed = await scene.take()
    await scene.call()
    await scene.no_show()
    await scene.configure(WITHOUT_SIM)
    refusal = await scene.refused(PutBackTicket(office=OFFICE, counter="loket-3", ticket=missed))
    assert refusal[0] == "service-unknown"
