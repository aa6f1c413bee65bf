"""Any service has a staff: here one with roles of its own, in pages that name no other service."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from shared.settings import Settings
from shared.staff.outsiders import Outsiders
from shared.staff.rules import RoleWords
from tests.queue.forms import Page
from tests.staff.guard import OFFICE, RULES, START, add, guard
from tests.support.site import HTML, of, problem_of
from tests.support.twin import Twin

PASSWORD = "a password for tests"
API = "/guard/api/v1"


@pytest.fixture
async def guarded() -> tuple[FastAPI, Twin]:
    app, twin = guard()
    await twin.send(add("kepala", PASSWORD, "chief"))
    return app, twin


@pytest.fixture
async def client(guarded: tuple[FastAPI, Twin]) -> AsyncIterator[AsyncClient]:
    transport = ASGITransport(guarded[0])
    async with AsyncClient(transport=transport, base_url="http://kentongan.test") as client:
        yield client


async def as_chief(client: AsyncClient) -> None:
    body = {"office": OFFICE, "username": "kepala", "password": PASSWORD}
    client.headers["authorization"] = f"Bearer {of(await client.post(f'{API}/sessions', json=body), 201)['token']}"


async def test_a_stranger_is_led_to_this_service_s_sign_in(client: AsyncClient) -> None:
    answer = await client.get("/guard/staff", headers=HTML)
    assert (answer.status_code, answer.headers["location"]) == (303, "/guard/sign-in")
    problem_of(await client.get(f"{API}/staff"), 401, "sign-in-needed")


async def test_who_signs_in_goes_where_this_service_begins(client: AsyncClient) -> None:
    page = Page(await client.get("/guard/sign-in?lang=en", headers=HTML))
    assert "For watchers." in page.text
    form = page.form("/guard/sign-in")
    form.fields |= {"office": OFFICE, "username": "kepala", "password": PASSWORD}
    answer = await client.post(form.action, data=form.fields, headers=HTML)
    assert (answer.status_code, answer.headers["location"]) == (303, START)
    assert "guard_session" in client.cookies
    wrong = await client.post(form.action, data=form.fields | {"password": "another"}, headers=HTML)
    assert wrong.status_code == 401


async def test_roles_and_rights_are_this_service_s_own(client: AsyncClient) -> None:
    await as_chief(client)
    chief = of(await client.get(f"{API}/sessions/current"), 200)
    assert (chief["roles"], chief["rights"]) == (["chief"], ["walk", "manage-staff"])
    body = {"username": "sari", "display_name": "Sari"}
    of(await client.post(f"{API}/staff", json=body), 201)
    assert of(await client.get(f"{API}/staff/sari"), 200)["roles"] == ["watcher"]
    problem_of(await client.put(f"{API}/staff/sari/roles", json={"roles": ["officer"]}), 422, "invalid")
    assert of(await client.put(f"{API}/staff/sari/roles", json={"roles": ["chief"]}), 200)["roles"] == ["chief"]
    problem_of(await client.put(f"{API}/staff/kepala/roles", json={"roles": ["watcher"]}), 409, "own-account")
    schemas = of(await client.get("/guard/openapi.json"), 200)["components"]["schemas"]
    assert schemas["RolesBody"]["properties"]["roles"]["items"]["enum"] == ["watcher", "chief"]
    assert schemas["OfficerOut"]["properties"]["rights"]["items"]["enum"] == ["walk", "manage-staff"]


@pytest.mark.parametrize("path", ["sign-in", "staff", "staff/kepala", "staff/sari", "sessions", "password"])
@pytest.mark.parametrize("language", ["id", "en"])
async def test_every_page_leads_to_this_service_alone(
    guarded: tuple[FastAPI, Twin], client: AsyncClient, path: str, language: str
) -> None:
    await guarded[1].send(add("sari", PASSWORD, one_time=True))
    if path != "sign-in":
        await as_chief(client)
    page = Page(await client.get(f"/guard/{path}", headers=HTML | {"accept-language": language}))
    assert page.status == 200
    led = [value for _, attributes in page.elements for name in ("href", "action") if (value := attributes.get(name))]
    assert [address for address in led if not address.startswith(("/guard/", "#"))] == []


async def test_a_first_password_is_changed_on_its_page(guarded: tuple[FastAPI, Twin], client: AsyncClient) -> None:
    await guarded[1].send(add("sari", PASSWORD, one_time=True))
    body = {"office": OFFICE, "username": "sari", "password": PASSWORD}
    client.cookies["guard_session"] = of(await client.post(f"{API}/sessions", json=body), 201)["token"]
    page = Page(await client.get("/guard/password", headers=HTML))
    wish = {"current": PASSWORD, "new": "another for tests", "again": "another for tests"}
    form = page.form("/guard/password")
    form.fields |= wish
    answer = await client.post(form.action, data=form.fields, headers=HTML)
    assert (answer.status_code, answer.headers["location"]) == (303, START)


@pytest.mark.parametrize(
    "changes",
    [
        {"words": {"watcher": RoleWords("Watcher", "Walks.")}},
        {"who_may": {"manage-staff": ("officer",)}},
        {"who_may": {"walk": ("watcher",)}},
    ],
    ids=["a role without words", "a right of nobody here", "nobody manages the staff"],
)
def test_rules_that_do_not_fit_together_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="the staff of guard"):
        replace(RULES, **changes)


def test_a_provider_s_roles_of_another_service_are_left_to_it() -> None:
    roles = {"loket": "officer", "jaga": "watcher", "kepala": "chief"}
    settings = Settings(oidc_office=OFFICE, oidc_roles=roles)
    assert Outsiders.of(settings, RULES.messages.roles).roles == {"jaga": "watcher", "kepala": "chief"}


def test_a_provider_without_any_role_of_this_service_is_refused() -> None:
    settings = Settings(oidc_office=OFFICE, oidc_roles={"loket": "officer", "x": "manager"})
    with pytest.raises(ValueError, match="of 'manager', 'officer' none is one of watcher, chief"):
        Outsiders.of(settings, RULES.messages.roles)
