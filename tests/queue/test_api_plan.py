"""The administrator's JSON API to the office's configuration."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from httpx import AsyncClient

from tests.queue.running import Office, Officer, Site, of, problem_of


@pytest.fixture
async def admin(office: Office) -> AsyncIterator[AsyncClient]:
    async with office.officer("kepala", role="administrator") as administrator:
        yield administrator.client


async def put(admin: AsyncClient, office: Office, plan: Any, revision: int, key: str | None = None) -> Any:
    headers = {} if key is None else {"idempotency-key": key}
    return await admin.put(f"{office.path}/plan", json={"plan": plan, "replaces_revision": revision}, headers=headers)


async def test_a_plan_is_read_changed_and_written_back(office: Office, admin: AsyncClient) -> None:
    told = of(await admin.get(f"{office.path}/plan"), 200)
    assert (told["revision"], told["plan"]["id"], told["author"]) == (1, office.id, "")
    plan = json.loads(json.dumps(told["plan"]))
    plan["services"][0]["quota"] = 77
    changed = of(await put(admin, office, plan, told["revision"]), 200)
    assert (changed["revision"], changed["author"], changed["plan"]) == (2, "kepala", plan)
    history = of(await admin.get(f"{office.path}/plans"), 200)
    assert [(entry["revision"], entry["author"]) for entry in history] == [(2, "kepala"), (1, "")]
    assert of(await admin.get(f"{office.path}/plans/1"), 200)["plan"] == told["plan"]


async def test_the_same_request_again_changes_nothing(office: Office, admin: AsyncClient) -> None:
    plan = of(await admin.get(f"{office.path}/plan"), 200)["plan"]
    for _ in range(2):
        assert of(await put(admin, office, plan, 1, key="a-key-of-the-test-1234"), 200)["revision"] == 2


async def test_who_was_overtaken_is_told(office: Office, admin: AsyncClient) -> None:
    plan = of(await admin.get(f"{office.path}/plan"), 200)["plan"]
    of(await put(admin, office, plan, 1), 200)
    told = problem_of(await put(admin, office, plan, 1), 409, "plan-changed-meanwhile")
    assert told["details"] == {"revision": 2}


@pytest.mark.parametrize(
    ("change", "slug"),
    [
        ({"time_zone": "Mars/Olympus"}, "plan-invalid"),
        ({"id": "another"}, "plan-invalid"),
        ({"services": "none"}, "invalid"),
        ({"name": {"id": "x" * 2001, "en": ""}}, "invalid"),
        ({"counters": [{"id": "UPPER", "name": {"id": "", "en": ""}, "services": []}]}, "invalid"),
        ({"holidays": [{"day": "soon", "name": {"id": "", "en": ""}}]}, "invalid"),
        ({"order": {"priority_minutes": 9999}}, "invalid"),
    ],
)
async def test_a_plan_that_no_office_can_work_by_is_refused(
    office: Office, admin: AsyncClient, change: dict[str, Any], slug: str
) -> None:
    plan = of(await admin.get(f"{office.path}/plan"), 200)["plan"]
    problem_of(await put(admin, office, plan | change, 1), 422, slug)
    assert of(await admin.get(f"{office.path}/plan"), 200)["revision"] == 1


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("id", "sim, Rabu, pukul 14.00 sampai 08.00: jam tutup harus sesudah jam buka."),
        ("en", "sim, Wednesday, 14:00 to 08:00: it must close after it opens."),
    ],
)
async def test_what_is_wrong_is_told_in_the_reader_s_language(
    office: Office, admin: AsyncClient, language: str, words: str
) -> None:
    plan = of(await admin.get(f"{office.path}/plan"), 200)["plan"]
    plan["services"][0]["hours"] = [{"weekday": 2, "opens": "14:00:00", "closes": "08:00:00"}]
    admin.headers["accept-language"] = language
    answer = await put(admin, office, plan, 1)
    told = problem_of(answer, 422, "plan-invalid")
    assert (told["detail"], answer.headers["content-language"]) == (words, language)
    facts = {"service": "sim", "weekday": 2, "opens": "14:00", "closes": "08:00"}
    assert told["details"] == {"problem": "opening-backwards", **facts}


async def test_a_field_that_does_not_exist_is_an_error(office: Office, admin: AsyncClient) -> None:
    plan = of(await admin.get(f"{office.path}/plan"), 200)["plan"]
    problem_of(await put(admin, office, plan | {"holiday": []}, 1), 422, "invalid")
    plan["services"][0]["qouta"] = 5
    problem_of(await put(admin, office, plan, 1), 422, "invalid")


async def test_only_administrators_of_the_office(
    site: Site, office: Office, admin: AsyncClient, manager: Officer, citizen: AsyncClient
) -> None:
    other = await site.open_office()
    for path in ("plan", "plans", "plans/1"):
        problem_of(await citizen.get(f"{office.path}/{path}"), 401, "sign-in-needed")
        problem_of(await manager.client.get(f"{office.path}/{path}"), 403, "forbidden")
        problem_of(await admin.get(f"{other.path}/{path}"), 403, "forbidden")
    problem_of(await admin.get(f"{office.path}/plans/99"), 404, "not-found")
    problem_of(await admin.get(f"{office.path}/plans/0"), 422, "invalid")
