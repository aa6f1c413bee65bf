"""What an office's plan must be, and what may change while people wait."""

from dataclasses import replace
from datetime import time
from typing import get_args

import pytest

from services.queue.domain.errors import PlanProblem
from services.queue.domain.office import Office
from services.queue.entrypoints.manager.plan_problems import PLAN_PROBLEMS
from services.queue.entrypoints.refusals import REFUSALS
from shared.contracts.queue import (
    CancelTicket,
    CloseLine,
    ConfigureOffice,
    OfficeConfigured,
    OfficePlan,
    Opening,
    ParkTicket,
    PutBackTicket,
    ResumeTicket,
    Shares,
    TakeTicket,
)
from shared.web.problems import Problems
from tests.queue.scene import OFFICE, PLAN, Scene, counter, service, text, with_quota


def plan_with_hours(*openings: Opening) -> OfficePlan:
    return replace(PLAN, services=(service("sim", "A", hours=openings), service("skck", "B")))


SIM, SKCK = PLAN.services

BROKEN: list[tuple[PlanProblem, dict[str, str | int], OfficePlan]] = [
    ("zone-unknown", {"zone": "Asia/Palu"}, replace(PLAN, time_zone="Asia/Palu")),
    ("zone-unknown", {"zone": ""}, replace(PLAN, time_zone="")),
    ("zone-unknown", {"zone": "Asia"}, replace(PLAN, time_zone="Asia")),
    ("zone-unknown", {"zone": "../etc/passwd"}, replace(PLAN, time_zone="../etc/passwd")),
    ("service-twice", {"service": "sim"}, replace(PLAN, services=(SIM, SKCK, service("sim", "C")))),
    ("prefix-twice", {"prefix": "A"}, replace(PLAN, services=(SIM, SKCK, service("stnk", "A")))),
    (
        "counter-twice",
        {"counter": "loket-1"},
        replace(PLAN, counters=(*PLAN.counters, counter("loket-1", "sim"))),
    ),
    ("counter-serves-nothing", {"counter": "loket-4"}, replace(PLAN, counters=(counter("loket-4"),))),
    (
        "counter-serves-unoffered",
        {"counter": "loket-4", "service": "stnk"},
        replace(PLAN, counters=(counter("loket-4", "stnk"),)),
    ),
    (
        "counter-serves-twice",
        {"counter": "loket-4", "service": "sim"},
        replace(PLAN, counters=(counter("loket-4", "sim", "sim"),)),
    ),
    (
        "opening-backwards",
        {"service": "sim", "weekday": 0, "opens": "14:00", "closes": "08:00"},
        plan_with_hours(Opening(0, time(14), time(8))),
    ),
    (
        "opening-backwards",
        {"service": "sim", "weekday": 0, "opens": "08:00", "closes": "08:00"},
        plan_with_hours(Opening(0, time(8), time(8))),
    ),
    (
        "openings-overlap",
        {"service": "sim", "weekday": 2, "opens": "11:00", "closes": "15:00"},
        plan_with_hours(Opening(2, time(11), time(15)), Opening(2, time(8), time(12))),
    ),
    (
        "openings-overlap",
        {"service": "sim", "weekday": 2, "opens": "21:00", "closes": "22:00"},
        plan_with_hours(Opening(2, time(20), time(0)), Opening(2, time(21), time(22))),
    ),
    (
        "share-above-quota",
        {"service": "sim", "way": "kiosk", "share": 8, "quota": 7},
        replace(PLAN, services=(replace(SIM, quota=7, shares=Shares(kiosk=8)), SKCK)),
    ),
    ("another-office", {"office": "polres-poso", "expected": "polres-palu"}, replace(PLAN, id="polres-poso")),
]


@pytest.mark.parametrize(("problem", "about", "plan"), BROKEN)
async def test_plan_that_an_office_cannot_work_by_is_refused_with_the_problem(
    problem: PlanProblem, about: dict[str, str | int], plan: OfficePlan
) -> None:
    scene = await Scene.opened()
    refusal = await scene.refused(ConfigureOffice(office=OFFICE, plan=plan))
    assert refusal == ("plan-invalid", {"problem": problem, **about})


FORMATTED = {"weekday", "opens", "closes", "way"}
"""Facts that each language writes in its own way: told apart in `test_api_plan.py`."""
DROPPED: list[tuple[PlanProblem, dict[str, str | int]]] = [
    ("people-waiting", {"service": "sim"}),
    ("counter-busy", {"counter": "loket-2", "number": "A-001"}),
    ("letter-in-use", {"prefix": "A", "service": "sim"}),
]


@pytest.mark.parametrize(("problem", "about"), [*((problem, about) for problem, about, _ in BROKEN), *DROPPED])
def test_each_problem_is_told_with_what_it_is_about(problem: PlanProblem, about: dict[str, str | int]) -> None:
    told = Problems(REFUSALS).refusal("plan-invalid", {"problem": problem, **about})
    assert told.detail not in ("", problem)
    assert all(str(fact) in told.detail for name, fact in about.items() if name not in FORMATTED)


def test_every_problem_has_words_and_a_test() -> None:
    assert set(PLAN_PROBLEMS) == set(get_args(PlanProblem))
    assert set(PLAN_PROBLEMS) == {problem for problem, *_ in (*BROKEN, *DROPPED)}


def test_what_an_earlier_release_refused_is_told_in_its_words() -> None:
    told = Problems(REFUSALS).refusal("plan-invalid", {"problem": "there are two services sim"})
    assert told.detail == "there are two services sim"


async def test_broken_first_plan_leaves_no_office_behind() -> None:
    scene = Scene()
    await scene.refused(ConfigureOffice(office=OFFICE, plan=replace(PLAN, services=(SIM, SIM))))
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


def lettered(sim: str, skck: str) -> OfficePlan:
    return replace(PLAN, services=(replace(SIM, prefix=sim), replace(SKCK, prefix=skck)))


async def test_letter_of_todays_tickets_is_not_given_to_another_line() -> None:
    scene = await Scene.opened()
    await scene.take("sim")
    refusal = await scene.refused(ConfigureOffice(office=OFFICE, plan=lettered("B", "A")))
    assert refusal == ("plan-invalid", {"problem": "letter-in-use", "prefix": "A", "service": "sim"})
    scene.pass_time(days=1)
    await scene.configure(lettered("B", "A"))
    assert scene.ticket(await scene.take("skck")).number == "A-001"


async def test_letter_of_a_service_that_was_dropped_today_is_not_given_to_another_before_tomorrow() -> None:
    scene = await Scene.opened()
    await scene.take("sim")
    await scene.call()
    await scene.serve()
    await scene.finish()
    only_skck = replace(PLAN, services=(SKCK,), counters=(counter("loket-1", "skck"),))
    await scene.configure(only_skck)
    stnk = replace(only_skck, services=(SKCK, service("stnk", "A")))
    await scene.configure(replace(only_skck, name=text("Polres")))  # another plan in between forgets nothing
    refusal = await scene.refused(ConfigureOffice(office=OFFICE, plan=stnk))
    assert refusal == ("plan-invalid", {"problem": "letter-in-use", "prefix": "A", "service": "sim"})
    await scene.configure(lettered("A", "B"))  # to have it back is another matter
    assert scene.ticket(await scene.take("sim")).number == "A-002"
    await scene.done(CancelTicket(office=OFFICE, ticket=scene.tickets()[-1].id))
    await scene.configure(only_skck)
    scene.pass_time(days=1)
    await scene.configure(stnk)
    assert scene.ticket(await scene.take("stnk")).number == "A-001"


async def test_letter_that_two_services_have_is_told_as_such_also_in_the_middle_of_the_day() -> None:
    scene = await Scene.opened()
    await scene.take("sim")
    third = replace(PLAN, services=(*PLAN.services, service("stnk", "A")))
    refusal = await scene.refused(ConfigureOffice(office=OFFICE, plan=third))
    assert refusal == ("plan-invalid", {"problem": "prefix-twice", "prefix": "A"})


async def test_lines_that_have_begun_may_change_letters_for_the_next_day() -> None:
    scene = await Scene.opened()
    for service_id in ("sim", "skck"):
        await scene.take(service_id)
    await scene.configure(lettered("B", "A"))
    numbers = [scene.ticket(await scene.take(service_id)).number for service_id in ("sim", "skck")]
    assert numbers == ["A-002", "B-002"]


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
    assert refusal == ("plan-invalid", {"problem": "people-waiting", "service": "sim"})


async def test_service_to_which_somebody_will_come_back_is_not_dropped() -> None:
    scene = await Scene.opened()
    ticket = await scene.take()
    await scene.call("loket-1")
    await scene.serve("loket-1")
    await scene.done(ParkTicket(office=OFFICE, counter="loket-1"))
    refusal = await scene.refused(ConfigureOffice(office=OFFICE, plan=WITHOUT_SIM))
    assert refusal == ("plan-invalid", {"problem": "people-waiting", "service": "sim"})
    await scene.done(ResumeTicket(office=OFFICE, counter="loket-2", ticket=ticket))
    await scene.finish("loket-2")
    await scene.configure(WITHOUT_SIM)


async def test_last_counter_for_which_people_wait_is_not_dropped() -> None:
    scene = await Scene.opened()
    ticket = await scene.take("skck")
    nobody_serves = replace(PLAN, counters=(counter("loket-2", "sim"),))
    refusal = await scene.refused(ConfigureOffice(office=OFFICE, plan=nobody_serves))
    assert refusal == ("plan-invalid", {"problem": "people-waiting", "service": "skck"})
    await scene.configure(replace(PLAN, counters=(counter("loket-4", "skck"),)))
    assert await scene.call("loket-4") == ticket


async def test_who_waits_where_nobody_serves_yet_keeps_no_plan_from_taking_effect() -> None:
    nobody_serves = replace(PLAN, counters=(counter("loket-2", "sim"),))
    scene = await Scene.opened(nobody_serves)
    await scene.take("skck")
    await scene.configure(replace(nobody_serves, holidays=()))


async def test_counter_that_has_a_person_is_not_dropped() -> None:
    scene = await Scene.opened()
    await scene.take()
    await scene.call("loket-2")
    refusal = await scene.refused(ConfigureOffice(office=OFFICE, plan=WITHOUT_SIM))
    assert refusal == ("plan-invalid", {"problem": "counter-busy", "counter": "loket-2", "number": "A-001"})


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
