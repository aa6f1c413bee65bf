"""`kentongan office`: an operator sets an office up from a file, and is told what is wrong with it."""

import json
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from httpx import AsyncClient

from tests.queue.commands import kentongan
from tests.queue.running import API, Site, of, problem_of

Plan = dict[str, Any]


@pytest.fixture
async def plan(site: Site) -> Plan:
    """The example under another name, as an operator would begin."""
    shown = await kentongan(site.settings, "office", "example")
    assert shown.code == 0, shown.error
    plan: Plan = json.loads(shown.output)
    return plan | {"id": f"polres-{uuid4().hex[:8]}", "name": {"id": "Polres Donggala", "en": "Polres Donggala"}}


def written(folder: Path, plan: object) -> str:
    path = folder / "plan.json"
    path.write_text(json.dumps(plan))
    return str(path)


async def test_an_office_is_set_up_once_and_replaced_only_on_purpose(
    site: Site, citizen: AsyncClient, plan: Plan, tmp_path: Path
) -> None:
    configure = partial(kentongan, site.settings, "office", "configure")
    made = await configure(written(tmp_path, plan))
    assert (made.code, made.output) == (0, f"Office {plan['id']} is set up in queue.\n"), made.error
    office = of(await citizen.get(f"{API}/offices/{plan['id']}"), 200)
    assert office["name"]["id"] == "Polres Donggala"

    renamed = plan | {"name": {"id": "Polres Sigi", "en": "Polres Sigi"}}
    again = await configure(written(tmp_path, renamed))
    assert (again.code, again.error.count("\n")) == (1, 1)
    assert "plan-changed-meanwhile" in again.error
    assert of(await citizen.get(f"{API}/offices/{plan['id']}"), 200)["name"]["id"] == "Polres Donggala"
    replaced = await configure(written(tmp_path, renamed), "--replace")
    assert replaced.code == 0, replaced.error
    assert of(await citizen.get(f"{API}/offices/{plan['id']}"), 200)["name"]["id"] == "Polres Sigi"


async def test_a_plan_is_taken_from_standard_input(site: Site, citizen: AsyncClient, plan: Plan) -> None:
    made = await kentongan(site.settings, "office", "configure", "/dev/stdin", typed=json.dumps(plan))
    assert made.code == 0, made.error
    of(await citizen.get(f"{API}/offices/{plan['id']}"), 200)


async def test_a_plan_that_no_office_can_work_by_is_refused_with_the_reason(
    site: Site, citizen: AsyncClient, plan: Plan, tmp_path: Path
) -> None:
    said = await kentongan(
        site.settings, "office", "configure", written(tmp_path, plan | {"time_zone": "Asia/Atlantis"})
    )
    assert (said.code, said.error.count("\n")) == (1, 1)
    assert "plan-invalid (problem " in said.error
    problem_of(await citizen.get(f"{API}/offices/{plan['id']}"), 404, "office-unknown")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"time_zone": 7}, "plan.time_zone"),
        ({"openning": []}, "plan.openning is nothing that a plan has"),
        ({"order": {"priority_minuts": 3}}, "plan.order.priority_minuts is nothing that a plan has"),
        ({"id": "NO ID"}, "office"),
    ],
    ids=["wrong", "typing-error", "typing-error-inside", "no-short-name"],
)
async def test_what_is_wrong_in_the_file_is_named(
    site: Site, plan: Plan, tmp_path: Path, change: Plan, reason: str
) -> None:
    said = await kentongan(site.settings, "office", "configure", written(tmp_path, plan | change))
    assert (said.code, said.error.count("\n")) == (1, 1)
    assert reason in said.error


@pytest.mark.parametrize("content", ["", "[]", '{"name": "x"}', '"x"'])
async def test_a_file_that_holds_no_plan_is_one_line(site: Site, tmp_path: Path, content: str) -> None:
    path = tmp_path / "plan.json"
    path.write_text(content)
    said = await kentongan(site.settings, "office", "configure", str(path))
    assert (said.code, said.error.count("\n")) == (1, 1)
    assert "holds no plan" in said.error
