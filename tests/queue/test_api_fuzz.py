"""Requests that are made up from the interface's own description: none of them brings the API to an error of ours."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from httpx import AsyncClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.queue.running import API, Office, Officer, Site, of
from tests.queue.test_api_bad_input import is_problem
from tests.queue.wire import Document, Made, requests_of

EXAMPLES = 200


@dataclass(frozen=True, slots=True, repr=False)
class Target:
    """What is fuzzed: an office with a waiting ticket, once from outside and once by its officer."""

    office: Office
    citizen: AsyncClient
    officer: Officer
    document: Document
    requests: st.SearchStrategy[Made]


@pytest.fixture(scope="module")
async def target(site: Site) -> AsyncIterator[Target]:
    office = await site.open_office()
    async with site.client(address="203.0.113.99") as citizen, office.officer(address="203.0.113.99") as officer:
        ticket = await office.taken(citizen, phone="081234567890")
        document = Document(of(await citizen.get("/queue/openapi.json"), 200))
        known = {
            "office": [office.id],
            "service": ["sim", "skck", "none"],
            "counter": ["loket-1", "loket-2", "loket-9"],
            "action": ["call-next", "recall", "serve", "finish", "no-show", "dance"],
            "token": [ticket["link"].rpartition("/")[2], ticket["id"]],
            "ticket": [ticket["id"]],
            "id": [ticket["id"]],
            "phone": ["0812 3456 7890", "+6281234567891", ""],
            "username": ["sari", "nobody"],
            "password": ["wrong"],
        }
        yield Target(office, citizen, officer, document, requests_of(document, known))


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[Phase.reuse, Phase.generate],  # each example asks real servers: shrinking one takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
async def test_no_request_breaks_the_api(target: Target, data: st.DataObject) -> None:
    client = target.officer.client if data.draw(st.booleans(), label="as the officer") else target.citizen
    client.cookies.clear()  # or a chosen language is remembered, and the API refuses what comes with a cookie
    request = data.draw(target.requests, label="request")
    answer = await client.request(request.method, request.path, headers=request.headers, content=request.content)
    if answer.status_code >= 400:
        assert is_problem(answer), f"{answer.status_code}: {answer.text}"
    elif answer.status_code != 204:
        schema = _described(target.document, request, answer.status_code)
        assert [error.message for error in Draft202012Validator(schema).iter_errors(answer.json())] == []


def _described(document: Document, request: Made, status: int) -> Any:
    """The schema of an answer, as the document describes it."""
    parts = request.path.partition("?")[0].split("/")
    for path, item in document["paths"].items():
        template = path.split("/")
        matches = len(template) == len(parts) and all(
            t == part or t.startswith("{") for t, part in zip(template, parts, strict=True)
        )
        if matches and request.method.lower() in item:
            described = item[request.method.lower()]["responses"][str(status)]["content"]["application/json"]["schema"]
            return {**described, "components": document["components"]}
    raise AssertionError(f"{request.method} {request.path} is not in the document")


async def test_after_all_that_the_office_still_works(target: Target) -> None:
    target.citizen.cookies.clear()  # a language that was asked for is remembered; a program has no cookies
    ticket = await target.office.taken(target.citizen)
    assert ticket["number"].startswith("A-")
    assert of(await target.citizen.get(f"{API}/offices/{target.office.id}/board"), 200)["office"] == target.office.id
