"""Seeing who reported something: by right, for a reason, written down first; and forgetting it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from httpx import AsyncClient, Response

from services.reports.domain.records import Reporter
from shared.contracts.reports.incidents import RevealIdentity
from shared.messaging.errors import Pending
from shared.messaging.tail import Gateway
from tests.queue.forms import send, visit
from tests.reports.running import API, Office, Site
from tests.support.site import HTML, PASSWORD, of, problem_of, with_key

WHO = {"name": "Sari Kenari", "phone": "0813 9517 0428", "email": "sari@kenari.id"}
SHOWN = {"name": "Sari Kenari", "phone": "+6281395170428", "email": "sari@kenari.id"}
REASON = "Saksi diperlukan"


@pytest.fixture
async def manager(office: Office) -> AsyncIterator[AsyncClient]:
    async with office.staff("maria", role="manager") as client:
        yield client


@pytest.fixture
async def administrator(office: Office) -> AsyncIterator[AsyncClient]:
    async with office.staff("adi", role="administrator") as client:
        yield client


async def reported(site: Site, office: Office, privacy: str = "confidential") -> Any:
    async with site.client(address="10.20.30.40") as citizen:
        return await office.filed(citizen, privacy=privacy, contact=WHO)


def address(office: Office, incident: str) -> str:
    return f"{API}/offices/{office.id}/incidents/{incident}/reporter"


async def look(client: AsyncClient, office: Office, incident: str, key: str | None = None, **body: str) -> Response:
    told = {"reason": REASON, **body}
    return await client.post(f"{address(office, incident)}/looks", json=told, headers=with_key(key))


async def looks(client: AsyncClient, office: Office, incident: str) -> list[tuple[str, str]]:
    told = of(await client.get(address(office, incident)), 200)
    return [(one["by"], one["reason"]) for one in told["looks"]]


async def test_a_manager_sees_it_once_it_is_written_down(
    site: Site, office: Office, manager: AsyncClient, dispatcher: AsyncClient
) -> None:
    id = (await reported(site, office))["id"]
    assert await looks(dispatcher, office, id) == []
    answer = await look(manager, office, id, key := str(uuid4()))
    assert of(answer, 200) == SHOWN
    assert answer.headers["cache-control"] == "no-store"
    entry = await site.journal(key)
    assert (entry.type, entry.actor, entry.outcome) == (RevealIdentity.type(), "staff/maria", "accepted")
    assert await looks(dispatcher, office, id) == [("maria", REASON)]


async def test_a_confidential_reporter_is_for_managers_alone(
    site: Site, office: Office, dispatcher: AsyncClient, administrator: AsyncClient, manager: AsyncClient
) -> None:
    id = (await reported(site, office))["id"]
    for client in (dispatcher, administrator):
        problem_of(await look(client, office, id), 403, "forbidden")
    async with office.staff("budi", role="officer") as officer:
        problem_of(await look(officer, office, id), 403, "forbidden")
    async with site.client() as nobody:
        problem_of(await look(nobody, office, id), 401, "sign-in-needed")
    assert await looks(manager, office, id) == [], "who was refused has not looked"


async def test_an_open_reporter_is_for_the_desk_and_an_anonymous_one_for_nobody(
    site: Site, office: Office, dispatcher: AsyncClient, manager: AsyncClient
) -> None:
    id = (await reported(site, office, "open"))["id"]
    assert of(await look(dispatcher, office, id), 200) == SHOWN
    assert await looks(manager, office, id) == [("dewi", REASON)]
    id = (await reported(site, office, "anonymous"))["id"]
    problem_of(await look(manager, office, id), 409, "nobody-known")
    told = of(await manager.get(address(office, id)), 200)
    assert (told["known"], told["right"]) == (False, None)


async def test_another_office_s_reporter_is_not_there(site: Site, office: Office, manager: AsyncClient) -> None:
    other = await site.open_office()
    id = (await reported(site, other))["id"]
    problem_of(await look(manager, other, id), 403, "forbidden")
    problem_of(await look(manager, office, id), 404, "incident-unknown")
    async with other.staff("lia", role="manager") as theirs:
        assert await looks(theirs, other, id) == []


async def test_a_reason_must_be_given(site: Site, office: Office, manager: AsyncClient) -> None:
    id = (await reported(site, office))["id"]
    for reason in ("", "   ", "x" * 501):
        problem_of(await look(manager, office, id, reason=reason), 422, "invalid")
    assert await looks(manager, office, id) == []


async def test_the_same_request_shows_it_again_without_another_line_but_only_to_who_wrote_the_first(
    site: Site, office: Office, manager: AsyncClient
) -> None:
    id = (await reported(site, office))["id"]
    key = str(uuid4())
    for _ in range(2):
        assert of(await look(manager, office, id, key), 200) == SHOWN
    async with office.staff("lia", role="manager") as colleague:
        problem_of(await look(colleague, office, id, key), 409, "look-is-over")
        problem_of(await look(colleague, office, id, key, reason="lain"), 422, "idempotency-key-reused")
    assert await looks(manager, office, id) == [("maria", REASON)]


async def test_the_same_request_shows_nothing_after_a_while(site: Site, office: Office, manager: AsyncClient) -> None:
    id = (await reported(site, office))["id"]
    of(await look(manager, office, id, key := str(uuid4())), 200)
    before = site.reports
    site.app.state.reports = replace(before, clock=lambda: before.clock() + timedelta(minutes=11))
    try:
        problem_of(await look(manager, office, id, key), 409, "look-is-over")
    finally:
        site.app.state.reports = before
    problem_of(await look(manager, office, id, (await reported(site, office))["id"]), 422, "idempotency-key-reused")


async def test_nothing_is_shown_before_it_is_written_down(
    site: Site, office: Office, manager: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = (await reported(site, office))["id"]
    ask = Gateway.ask

    async def lost(self: Gateway, command: Any, *, id: str, **more: Any) -> Any:
        raise Pending(id)

    monkeypatch.setattr(Gateway, "ask", lost)
    answer = await look(manager, office, id, key := str(uuid4()))
    told = of(answer, 202)
    assert not [word for word in ("Kenari", "81395170428") if word in answer.text]
    assert told["status"] == "pending"
    monkeypatch.setattr(Gateway, "ask", ask)
    assert of(await look(manager, office, id, key), 200) == SHOWN
    assert len(await looks(manager, office, id)) == 1


async def test_an_event_that_is_not_in_the_journal_opens_nothing(
    site: Site, office: Office, manager: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = (await reported(site, office))["id"]

    async def as_if(self: Gateway, command: Any, **more: Any) -> Any:
        return object()

    monkeypatch.setattr(Gateway, "ask", as_if)
    problem_of(await look(manager, office, id), 409, "look-is-over")


async def test_a_box_that_no_key_opens_says_so_and_nothing_else(
    site: Site, office: Office, manager: AsyncClient
) -> None:
    id = (await reported(site, office))["id"]
    database = site.app.state.client[site.settings.database("reports")]
    await database["reporters"].update_one({"_id": id}, {"$set": {"sealed.key": "0" * 16}})
    problem_of(await look(manager, office, id), 409, "identity-unreadable")


async def test_a_manager_forgets_a_reporter_who_asks_for_it(
    site: Site, office: Office, manager: AsyncClient, dispatcher: AsyncClient
) -> None:
    filed = await reported(site, office)
    id = filed["id"]
    problem_of(await dispatcher.delete(address(office, id)), 403, "forbidden")
    assert of(await manager.delete(address(office, id)), 200)["known"] is False
    (kept,) = await site.reports.store.load(Reporter, "id", [id])
    assert (kept.sealed, kept.contact) == (None, None)
    problem_of(await look(manager, office, id), 409, "nobody-known")
    problem_of(await manager.delete(address(office, id)), 409, "nobody-known")
    async with site.client() as citizen:
        token = filed["link"].rpartition("/")[2]
        assert of(await citizen.get(f"{API}/reports/{token}"), 200)["words"], "the report stays with its reporter"


async def test_the_page_shows_it_once_without_javascript(site: Site, office: Office) -> None:
    id = (await reported(site, office))["id"]
    await office.add_staff("maria", role="manager")
    async with site.client(headers=HTML, follow_redirects=True) as browser:
        page = f"/reports/desk/incidents/{id}/reporter"
        form = (await visit(browser, "/reports/sign-in")).form("/reports/sign-in")
        await send(browser, form, office=office.id, username="maria", password=PASSWORD)
        first = await visit(browser, page)
        assert "Kenari" not in first.text
        refused = await send(browser, first.form("/look"), reason=" ")
        assert "Kenari" not in refused.text
        shown = await send(browser, first.form("/look"), reason=REASON)
        assert "Sari Kenari" in shown.text
        assert "+6281395170428" in shown.text
        again = await visit(browser, page)
        assert "Kenari" not in again.text
        assert REASON in again.text
        gone = await send(browser, again.form("/erase"))
        assert "Tidak ada data pelapor yang disimpan" in gone.text
