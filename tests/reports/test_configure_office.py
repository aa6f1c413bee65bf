"""An office's plan changes while incidents are open, and nothing is left hanging by it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, get_args

import pytest

from services.reports.domain.errors import PlanProblem
from services.reports.entrypoints.plan_problems import PLAN_PROBLEMS
from services.reports.entrypoints.refusals import REFUSALS
from shared.contracts.reports import incidents, units
from shared.contracts.reports.incidents import Answer
from shared.contracts.reports.office import Choice, ConfigureOffice, OfficeConfigured, OfficePlan, Question
from shared.web.problems import Problems
from tests.reports.scene import HERE, OFFICE, PLAN, Scene, text


def configure(plan: OfficePlan, **more: Any) -> ConfigureOffice:
    return ConfigureOffice(office=OFFICE, plan=plan, **more)


THEFT, FIGHT, *_ = PLAN.categories
INVALID = {
    "another office's": replace(PLAN, id="polres-poso"),
    "no time zone": replace(PLAN, time_zone="Asia/Palu"),
    "no zone at all": replace(PLAN, time_zone=""),
    "a folder": replace(PLAN, time_zone="Asia"),
    "a way out": replace(PLAN, time_zone="../../etc/passwd"),
    "a category twice": replace(PLAN, categories=(THEFT, THEFT)),
    "a unit twice": replace(PLAN, units=(PLAN.units[0], PLAN.units[0])),
    "a post twice": replace(PLAN, posts=PLAN.posts * 2),
    "a level twice": replace(PLAN, levels=PLAN.levels[:1] * 2),
    "sensitive and public": replace(PLAN, categories=(replace(THEFT, sensitive=True),)),
    "objecting shorter than agreeing": replace(PLAN, confirm_days=31),
    "a question twice": replace(PLAN, categories=(replace(THEFT, questions=THEFT.questions * 2),)),
    "choices of no choice": replace(
        PLAN, categories=(replace(THEFT, questions=(Question("q", text("Q"), "text", (Choice("a", text("A")),)),)),)
    ),
    "a choice of nothing": replace(PLAN, categories=(replace(THEFT, questions=(Question("q", text("Q"), "choice"),)),)),
}


@pytest.mark.parametrize("problem", INVALID)
async def test_a_plan_by_which_no_desk_can_work_is_refused(problem: str) -> None:
    scene = await Scene.opened()
    reason, details = await scene.refused(configure(INVALID[problem]))
    assert reason == "plan-invalid"
    told = Problems(REFUSALS).refusal(reason, details)
    assert details["problem"] in PLAN_PROBLEMS
    assert all(str(fact) in told.detail for name, fact in details.items() if name != "problem")
    await scene.file()


def test_every_problem_has_words_and_an_old_sentence_is_told_as_it_is() -> None:
    assert set(PLAN_PROBLEMS) == set(get_args(PlanProblem))
    old = {"problem": "there are 2 of unit patrol-1"}
    assert Problems(REFUSALS).refusal("plan-invalid", old).detail == old["problem"]


async def test_two_who_change_the_plan_do_not_overwrite_each_other() -> None:
    scene = await Scene.opened()
    event = await scene.done(configure(replace(PLAN, accept_minutes=5), replaces_revision=1))
    assert isinstance(event, OfficeConfigured)
    assert event.revision == 2
    assert await scene.refused(configure(PLAN, replaces_revision=1)) == ("plan-changed-meanwhile", {"revision": 2})


async def test_a_new_office_replaces_no_plan() -> None:
    scene = Scene()
    await scene.refused(configure(PLAN, replaces_revision=3))
    await scene.done(configure(PLAN, replaces_revision=0))


async def test_a_unit_that_is_out_is_not_dropped() -> None:
    scene = await Scene.opened()
    id = await scene.file()
    await scene.dispatch(id)
    fewer = replace(PLAN, units=PLAN.units[1:])
    refusal = await scene.refused(configure(fewer))
    assert refusal == ("plan-invalid", {"problem": "unit-out", "unit": "patrol-1"})
    await scene.of_unit(units.ClearScene)
    await scene.done(configure(fewer))
    assert (await scene.refused(units.DispatchUnit(office=OFFICE, incident=id, unit="patrol-1")))[0] == "unit-unknown"


async def test_a_unit_dropped_in_the_batch_in_which_it_is_sent_is_kept() -> None:
    scene = await Scene.opened()
    id = await scene.file()
    scene.put(units.DispatchUnit(office=OFFICE, incident=id, unit="patrol-1"), id="sent", actor="staff/dewi")
    scene.put(configure(replace(PLAN, units=())), id="plan", actor="staff/dewi")
    await scene.run()
    assert scene.unit().incident == id
    await scene.of_unit(units.ArriveOnScene)


async def test_an_incident_of_a_kind_that_was_given_up_goes_on_to_its_end() -> None:
    scene = await Scene.opened()
    id = await scene.file()
    await scene.done(configure(replace(PLAN, categories=(FIGHT,))))
    await scene.dispatch(id)
    await scene.resolve(id)
    await scene.done(
        incidents.ReopenIncident(office=OFFICE, incident=id, words="Belum", via="reporter"), actor="citizen"
    )
    assert (await scene.triage(id, "fight")).category == "fight"


@pytest.mark.parametrize(
    ("moment", "number"),
    [
        (datetime(2026, 12, 31, 15, 59, tzinfo=UTC), "2026-000001"),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), "2027-000001"),
    ],
)
async def test_the_offices_own_calendar_says_which_year_it_is(moment: datetime, number: str) -> None:
    scene = await Scene.opened(now=moment)
    assert scene.incident(await scene.file()).number == number


async def test_numbers_go_on_through_a_change_of_zone_at_new_year() -> None:
    scene = await Scene.opened(now=datetime(2026, 12, 31, 15, 30, tzinfo=UTC))
    numbers = []
    for zone in ("Asia/Makassar", "Asia/Jayapura", "Asia/Makassar", "Asia/Jayapura"):
        await scene.done(configure(replace(PLAN, time_zone=zone)))
        numbers.append(scene.incident(await scene.file()).number)
    assert numbers == ["2026-000001", "2027-000001", "2026-000002", "2027-000002"]


@pytest.mark.parametrize(
    ("answers", "question"),
    [
        ((Answer("vehicle", "tank"),), "vehicle"),
        ((Answer("colour", "merah"),), "?"),
        ((Answer("vehicle", "tank"), Answer("vehicle", "car")), "vehicle"),
        ((Answer("vehicle", "car"), Answer("vehicle", "car")), "vehicle"),
    ],
)
async def test_each_answer_fits_its_question_and_comes_once(answers: tuple[Answer, ...], question: str) -> None:
    scene = await Scene.opened()
    report = incidents.FileReport(office=OFFICE, category="theft", words="x", place=HERE, answers=answers)
    assert await scene.refused(report, actor="citizen") == ("answer-invalid", {"question": question})


@pytest.mark.parametrize(
    ("kind", "fits", "does_not"),
    [("yes-no", "yes", "ya"), ("number", "12", "-1"), ("number", "0", "1234567"), ("number", "3", "٣")],
)
async def test_an_answer_is_of_its_kind(kind: Any, fits: str, does_not: str) -> None:
    asked = (Question("q", text("Q"), kind, required=True),)
    scene = await Scene.opened(replace(PLAN, categories=(replace(THEFT, questions=asked),)))
    await scene.file(answers=(Answer("q", fits),))
    for answers in ((Answer("q", does_not),), ()):
        report = incidents.FileReport(office=OFFICE, category="theft", words="x", place=HERE, answers=answers)
        assert await scene.refused(report, actor="citizen") == ("answer-invalid", {"question": "q"})
