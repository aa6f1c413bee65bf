"""Only an office's own devices are its kiosks; they give out tickets from the kiosk's share and do nothing else."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from httpx import AsyncClient

from services.queue.entrypoints.citizen.kiosk_pages import SHOWN
from shared.contracts.queue import OfficePlan, Shares
from tests.queue.forms import Page, send, visit
from tests.queue.running import HTML, PASSWORD, Office, Officer, Site, new_plan, of, problem_of

STRANGERS = "not-a-kiosk"


def sharing(**shares: int) -> OfficePlan:
    plan = new_plan()
    return replace(plan, services=tuple(replace(s, shares=Shares(**shares)) for s in plan.services))


def start(office: Office) -> str:
    return f"/queue/offices/{office.id}/kiosk"


async def open_kiosk(browser: AsyncClient, office: Office) -> Page:
    """Sign in on the device, and make it a kiosk."""
    await office.add_staff("sari")
    sign_in = (await visit(browser, "/queue/sign-in")).form("/sign-in")
    await send(browser, sign_in, office=office.id, username="sari", password=PASSWORD)
    return await send(browser, (await visit(browser, start(office))).form("/kiosks/open"))


@pytest.fixture
async def device(site: Site, office: Office) -> AsyncIterator[AsyncClient]:
    """A browser in the lobby that is a kiosk."""
    async with site.client(headers=HTML, follow_redirects=True) as browser:
        await open_kiosk(browser, office)
        yield browser


async def take(device: AsyncClient, office: Office, service: str = "sim", **fields: str) -> Page:
    page = await visit(device, f"{start(office)}/services/{service}")
    return await send(device, page.form(f"/kiosk/services/{service}"), headers=None, **fields)


# Pages ----------------------------------------------------------------------------------------------------


async def test_a_device_becomes_a_kiosk_and_its_officer_is_signed_out(office: Office, browser: AsyncClient) -> None:
    page = await open_kiosk(browser, office)
    assert (page.status, page.path) == (200, start(office))
    assert f'href="{start(office)}/services/sim"' in page.html
    assert (await visit(browser, "/queue/kiosks")).path == "/queue/sign-in"


async def test_any_other_device_is_none(office: Office, browser: AsyncClient) -> None:
    page = await visit(browser, start(office))
    assert (page.status, f'href="/queue/offices/{office.id}"' in page.html) == (403, True)
    address = f"{start(office)}/services/sim"
    assert (await visit(browser, address)).status == 403
    ticket_form = (await visit(browser, f"/queue/offices/{office.id}/services/sim")).form("/services/sim")
    assert (await send(browser, replace(ticket_form, action=address))).status == 403


async def test_a_kiosk_is_of_its_own_office(site: Site, device: AsyncClient, office: Office) -> None:
    other = await site.open_office()
    assert (await visit(device, start(other))).status == 403
    assert (await visit(device, f"{start(other)}/services/sim")).status == 403
    assert (await visit(device, start(office))).status == 200


async def test_a_ticket_is_three_touches_and_its_paper_has_the_code(device: AsyncClient, office: Office) -> None:
    page = await take(device, office)
    assert (page.status, page.path.startswith(f"{start(office)}/tickets/")) == (200, True)
    assert "A-001" in page.text
    assert "data-print-now" in page.html
    assert page.html.count('class="qr"') == 2
    assert page.attribute("data-return") == f"{start(office)}?lang=id"
    assert "telepon" not in page.text
    ticket = await visit(device, f"/queue/t/{page.path.rpartition('/')[2]}")
    assert (ticket.status, ticket.state) == (200, "next")


async def test_who_goes_first_says_so_by_a_button(device: AsyncClient, office: Office) -> None:
    await take(device, office)
    page = await take(device, office, need="disabled")
    assert "Didahulukan" in page.text
    assert "A-002" in page.text
    ticket = await visit(device, f"/queue/t/{page.path.rpartition('/')[2]}")
    assert ticket.state == "next"


async def test_a_ticket_is_shown_for_some_minutes_only(site: Site, device: AsyncClient, office: Office) -> None:
    page = await take(device, office)
    before = site.queue
    now = before.clock
    site.app.state.queue = replace(before, clock=lambda: now() + SHOWN + timedelta(seconds=1))
    try:
        assert (await visit(device, page.path)).path == start(office)
    finally:
        site.app.state.queue = before
    assert (await visit(device, page.path)).path == page.path


async def test_the_kiosk_shows_no_ticket_of_another_office(
    site: Site, device: AsyncClient, office: Office, citizen: AsyncClient
) -> None:
    ticket = await (await site.open_office()).taken(citizen)
    assert (await visit(device, f"{start(office)}/tickets/{ticket['link'].rpartition('/')[2]}")).status == 404


async def test_what_is_used_up_is_told(site: Site, browser: AsyncClient) -> None:
    office = await site.open_office(sharing(kiosk=1))
    await open_kiosk(browser, office)
    page = await visit(browser, f"{start(office)}/services/sim")
    form = page.form("/kiosk/services/sim")
    await take(browser, office)
    refused = await send(browser, form)
    assert (refused.status, 'role="alert"' in refused.html) == (409, True)
    shown = await visit(browser, start(office))
    assert f'href="{start(office)}/services/sim"' not in shown.html
    assert f'href="{start(office)}/services/skck"' in shown.html


async def test_a_device_is_ended_from_anywhere(device: AsyncClient, office: Office, site: Site) -> None:
    async with site.client(headers=HTML, follow_redirects=True) as desk:
        sign_in = (await visit(desk, "/queue/sign-in")).form("/sign-in")
        await send(desk, sign_in, office=office.id, username="sari", password=PASSWORD)
        page = await visit(desk, "/queue/kiosks")
        ended = await send(desk, page.form("/kiosks/end"))
        assert not ended.has_form("/kiosks/end")
    assert (await visit(device, start(office))).status == 403


# API ------------------------------------------------------------------------------------------------------


async def test_a_program_is_a_kiosk_by_its_token(office: Office, officer: Officer, citizen: AsyncClient) -> None:
    token = of(await officer.client.post(f"{office.path}/kiosks"), 201)["token"]
    bearer = {"authorization": f"Bearer {token}"}
    body = {"service": "sim", "need": "elderly"}
    ticket = of(await citizen.post(f"{office.path}/kiosks/tickets", json=body, headers=bearer), 201)
    assert (ticket["number"], ticket["office"]) == ("A-001", office.id)
    entry = await office.site.journal(ticket["id"])
    assert entry.actor.startswith("kiosk/")
    problem_of(await citizen.get(f"{office.path}/kiosks", headers=bearer), 401, "sign-in-needed")
    (kiosk,) = of(await officer.client.get(f"{office.path}/kiosks"), 200)
    assert (await officer.client.delete(f"{office.path}/kiosks/{kiosk['id']}")).status_code == 204
    problem_of(await citizen.post(f"{office.path}/kiosks/tickets", json=body, headers=bearer), 403, STRANGERS)
    problem_of(await officer.client.delete(f"{office.path}/kiosks/{kiosk['id']}"), 404, "not-found")


async def test_nobody_else_takes_from_the_kiosk_s_share(
    site: Site, office: Office, officer: Officer, citizen: AsyncClient
) -> None:
    other = await site.open_office()
    token = of(await officer.client.post(f"{office.path}/kiosks"), 201)["token"]
    body = {"service": "sim"}
    problem_of(await citizen.post(f"{office.path}/kiosks/tickets", json=body), 403, STRANGERS)
    problem_of(await officer.client.post(f"{office.path}/kiosks/tickets", json=body), 403, STRANGERS)
    elsewhere = await citizen.post(
        f"{other.path}/kiosks/tickets", json=body, headers={"authorization": f"Bearer {token}"}
    )
    problem_of(elsewhere, 403, STRANGERS)
    problem_of(await citizen.post(f"{office.path}/kiosks"), 401, "sign-in-needed")
    problem_of(await officer.client.post(f"{other.path}/kiosks"), 403, "forbidden")


async def test_the_net_does_not_use_up_what_is_the_kiosk_s(site: Site, citizen: AsyncClient) -> None:
    office = await site.open_office(sharing(online=1))
    await office.taken(citizen)
    refused = problem_of(await office.take(citizen), 409, "share-reached")
    assert refused["details"]["way"] == "online"
    shown = of(await citizen.get(f"{office.path}/services/sim"), 200)
    assert (shown["open_now"], shown["left_today"]) == (False, 0)
    async with office.officer() as officer:
        token = of(await officer.client.post(f"{office.path}/kiosks"), 201)["token"]
        bearer = {"authorization": f"Bearer {token}"}
        of(await citizen.post(f"{office.path}/kiosks/tickets", json={"service": "sim"}, headers=bearer), 201)
