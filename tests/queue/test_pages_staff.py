"""The staff's pages in a browser without JavaScript: coming in, one's own account, and the administrator's."""

import re
from collections.abc import AsyncIterator
from html import unescape
from uuid import uuid4

import pytest
from httpx import AsyncClient, Response

from shared.contracts.queue import RemoveStaff, Role
from tests.queue.running import HTML, PASSWORD, Office, Site

NEW = "a new password for tests"
SIGN_IN, COUNTERS, STAFF = "/queue/sign-in", "/queue/counters", "/queue/staff"


async def send(browser: AsyncClient, page: str, action: str | None = None, **fields: str | list[str]) -> Response:
    """Fill in a form of a page and send it."""
    shown = await browser.get(page)
    form = {"csrf": csrf_of(shown), "idempotency_key": str(uuid4()), **fields}
    return await browser.post(action or page, data=form)


def csrf_of(page: Response) -> str:
    return page.text.partition('name="csrf" value="')[2].partition('"')[0]


async def come_in(browser: AsyncClient, office: Office, username: str, password: str = PASSWORD) -> Response:
    return await send(browser, SIGN_IN, office=office.id, username=username, password=password)


@pytest.fixture
async def browser(site: Site) -> AsyncIterator[AsyncClient]:
    async with site.client(headers=HTML | {"accept-language": "en"}, follow_redirects=True) as browser:
        yield browser


@pytest.fixture
async def administrator(site: Site, office: Office) -> AsyncIterator[AsyncClient]:
    await office.add_staff("kepala", display_name="Ibu Kepala", role="administrator")
    headers = HTML | {"accept-language": "en"}
    async with site.client(address="198.51.100.7", headers=headers, follow_redirects=True) as browser:
        assert (await come_in(browser, office, "kepala")).url.path == COUNTERS
        yield browser


async def test_strangers_are_led_to_the_sign_in_and_back_out(browser: AsyncClient, office: Office) -> None:
    for address in (COUNTERS, f"{COUNTERS}/loket-1", STAFF, f"{STAFF}/sari", "/queue/sessions", "/queue/password"):
        assert (await browser.get(address)).url.path == SIGN_IN
    await office.add_staff("sari")
    assert (await come_in(browser, office, " Sari ")).url.path == COUNTERS
    assert (await browser.get(SIGN_IN)).url.path == COUNTERS
    assert (await send(browser, COUNTERS, "/queue/sign-out")).url.path == SIGN_IN
    assert (await browser.get(COUNTERS)).url.path == SIGN_IN


@pytest.mark.parametrize(
    "extra", [{"next": "//evil.example"}, {"back": "https://evil.example"}, {"redirect_uri": "https://evil.example"}]
)
async def test_nothing_in_an_address_decides_where_the_sign_in_leads(
    site: Site, office: Office, extra: dict[str, str]
) -> None:
    await office.add_staff("sari")
    async with site.client(headers=HTML) as browser:
        form = {"office": office.id, "username": "sari", "password": PASSWORD, **extra}
        form["csrf"] = csrf_of(await browser.get(SIGN_IN, params=extra))
        answer = await browser.post(SIGN_IN, params=extra, data=form)
        assert (answer.status_code, answer.headers["location"]) == (303, COUNTERS)


async def test_signing_in_gives_a_new_session_and_ends_the_one_before(
    site: Site, office: Office, browser: AsyncClient
) -> None:
    await office.add_staff("sari")
    planted = await site.staff.sessions.start("nobody")
    browser.cookies.set("queue_session", planted, domain="kentongan.test")
    await come_in(browser, office, "sari")
    first = browser.cookies["queue_session"]
    assert first != planted
    assert await site.staff.sessions.find(planted) is None
    await send(browser, COUNTERS, "/queue/sign-in", office=office.id, username="sari", password=PASSWORD)
    assert browser.cookies["queue_session"] != first
    assert await site.staff.sessions.find(first) is None


@pytest.mark.parametrize(("role", "closes", "manages"), [("officer", 0, 0), ("manager", 1, 0), ("administrator", 1, 1)])
async def test_pages_offer_what_the_role_may_do_and_refuse_the_rest(
    office: Office, browser: AsyncClient, role: Role, closes: bool, manages: bool
) -> None:
    await office.add_staff("sari", role=role)
    await come_in(browser, office, "sari")
    counter = await browser.get(f"{COUNTERS}/loket-1")
    assert (f'action="{COUNTERS}/loket-1/close"' in counter.text) == closes
    assert (f'href="{STAFF}"' in counter.text) == manages
    closed = await send(browser, f"{COUNTERS}/loket-1", f"{COUNTERS}/loket-1/close", service="sim")
    assert closed.status_code == (200 if closes else 403)
    staff = await browser.get(STAFF)
    assert staff.status_code == (200 if manages else 403)
    assert ("Your account does not allow it." in staff.text) == (not manages)


@pytest.mark.usefixtures("long_waits")
async def test_who_failed_too_often_is_told_to_wait_but_a_known_browser_is_not(
    site: Site, office: Office, browser: AsyncClient
) -> None:
    await office.add_staff("sari")
    await come_in(browser, office, "sari")
    await send(browser, COUNTERS, "/queue/sign-out")
    async with site.client(headers=HTML, follow_redirects=True) as rascal:  # at the same address
        answers = [await come_in(rascal, office, "sari", "a guess") for _ in range(7)]
        assert [answer.status_code for answer in answers] == [401] * 5 + [429] * 2
        assert "retry-after" in answers[-1].headers
        assert (await come_in(rascal, office, "sari")).status_code == 429
    assert (await come_in(browser, office, "sari")).url.path == COUNTERS


# The administrator's --------------------------------------------------------------------------------------


async def test_somebody_is_added_by_a_password_that_is_shown_once(
    site: Site, office: Office, administrator: AsyncClient, browser: AsyncClient
) -> None:
    answer = await send(administrator, STAFF, display_name="Sari Dewi", username="Sari", roles=["officer", "manager"])
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    password = re.findall(r'class="one-time">([^<]+)<', answer.text)[0]
    listed = await administrator.get(STAFF)
    assert "Sari Dewi" in listed.text
    assert password not in listed.text
    assert password not in (await administrator.get(f"{STAFF}/sari")).text

    assert (await come_in(browser, office, "sari", password)).url.path == "/queue/password"
    assert (await browser.get(f"{COUNTERS}/loket-1")).url.path == "/queue/password"
    refused = await send(browser, "/queue/password", f"{COUNTERS}/loket-1/call-next")
    assert refused.status_code == 403
    chosen = await send(browser, "/queue/password", current=password, new=NEW, again=NEW)
    assert chosen.url.path == COUNTERS


async def test_what_is_wrong_with_a_new_account_is_told_at_its_field(administrator: AsyncClient) -> None:
    answer = await send(administrator, STAFF, display_name="<b>Sari</b>", username="Sari Dewi")
    assert answer.status_code == 422
    assert 'id="username-error"' in answer.text
    assert 'value="Sari Dewi"' in answer.text
    assert "<b>Sari" not in answer.text
    answer = await send(administrator, STAFF, display_name="Sari", username="sari", roles=[])
    assert (answer.status_code, 'id="roles-error"' in answer.text) == (422, True)
    answer = await send(administrator, STAFF, display_name="Sari", username="kepala", roles=["officer"])
    assert (answer.status_code, "This user name is taken" in answer.text) == (409, True)


async def test_a_form_that_is_sent_twice_adds_one_and_shows_no_wrong_password(administrator: AsyncClient) -> None:
    form = {
        "csrf": csrf_of(await administrator.get(STAFF)),
        "idempotency_key": str(uuid4()),
        "display_name": "Sari",
        "username": "sari",
        "roles": "officer",
    }
    first = await administrator.post(STAFF, data=form)
    again = await administrator.post(STAFF, data=form)
    assert (first.status_code, again.status_code) == (201, 409)
    assert 'class="one-time"' not in again.text


async def test_roles_passwords_and_removal(office: Office, administrator: AsyncClient, browser: AsyncClient) -> None:
    await office.add_staff("sari", display_name="Sari Dewi")
    await come_in(browser, office, "sari")
    page = f"{STAFF}/sari"
    answer = await send(administrator, page, f"{page}/roles", roles=["manager"])
    assert (answer.status_code, answer.url.path) == (200, page)
    assert re.search(r'value="manager" checked', answer.text)
    assert (await browser.get(COUNTERS)).url.path == SIGN_IN
    answer = await send(administrator, page, f"{page}/roles")
    assert (answer.status_code, 'id="roles-error"' in answer.text) == (422, True)
    answer = await send(administrator, page, f"{page}/password")
    password = re.findall(r'class="one-time">([^<]+)<', answer.text)[0]
    assert (await come_in(browser, office, "sari")).status_code == 401
    assert (await come_in(browser, office, "sari", password)).url.path == "/queue/password"
    answer = await send(administrator, page, f"{page}/remove")
    assert (answer.url.path, "Sari Dewi" in answer.text) == (STAFF, False)
    assert (await browser.get(COUNTERS)).url.path == SIGN_IN
    assert (await administrator.get(page)).status_code == 404


async def test_one_s_own_account_is_changed_by_another(administrator: AsyncClient) -> None:
    page = f"{STAFF}/kepala"
    shown = await administrator.get(page)
    assert "This is your own account" in shown.text
    assert f'action="{page}' not in shown.text
    for part in ("remove", "password"):
        answer = await send(administrator, page, f"{page}/{part}")
        assert (answer.status_code, "This is your own account" in answer.text) == (409, True)
    answer = await send(administrator, page, f"{page}/roles", roles=["officer"])
    assert answer.status_code == 409


# One's own ------------------------------------------------------------------------------------------------


async def test_sessions_are_shown_by_device_and_ended(site: Site, office: Office, browser: AsyncClient) -> None:
    await office.add_staff("sari")
    await come_in(browser, office, "sari")
    phone = {"user-agent": "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"}
    async with (
        site.client(headers=HTML | phone, follow_redirects=True) as first,
        site.client(headers=HTML, follow_redirects=True) as second,
    ):
        for other in (first, second):
            await come_in(other, office, "sari")
        shown = await browser.get("/queue/sessions")
        assert "Chrome, Android" in shown.text
        assert shown.text.count('name="id" value="') == 2
        oldest = re.findall(r'name="id" value="([0-9a-f]{64})"', shown.text)[-1]
        await send(browser, "/queue/sessions", "/queue/sessions/end", id=oldest)
        assert (await first.get(COUNTERS)).url.path == SIGN_IN
        assert (await second.get(COUNTERS)).url.path == COUNTERS
        shown = await send(browser, "/queue/sessions", "/queue/sessions/end-others")
        assert 'name="id" value="' not in shown.text
        assert (await second.get(COUNTERS)).url.path == SIGN_IN
        assert (await browser.get(COUNTERS)).url.path == COUNTERS


async def test_a_device_that_calls_itself_anything_is_shown_as_text(office: Office, browser: AsyncClient) -> None:
    await office.add_staff("sari")
    browser.headers["user-agent"] = "<script>alert(1)</script>"
    await come_in(browser, office, "sari")
    shown = await browser.get("/queue/sessions")
    assert "<script>alert" not in shown.text
    assert "<script>alert(1)</script>" in unescape(shown.text)


async def test_a_password_is_changed_and_this_browser_goes_on(site: Site, office: Office, browser: AsyncClient) -> None:
    await office.add_staff("sari")
    await come_in(browser, office, "sari")
    before = browser.cookies["queue_session"]
    wrong = {
        "again-error": {"current": PASSWORD, "new": NEW, "again": "something else"},
        "new-error": {"current": PASSWORD, "new": "short", "again": "short"},
        "User name or password is wrong": {"current": "a guess", "new": NEW, "again": NEW},
    }
    for told, fields in wrong.items():
        answer = await send(browser, "/queue/password", **fields)
        assert answer.status_code in (401, 422)
        assert told in answer.text
        assert NEW not in answer.text
    answer = await send(browser, "/queue/password", current=PASSWORD, new=NEW, again=NEW)
    assert answer.url.path == COUNTERS
    assert browser.cookies["queue_session"] != before
    assert await site.staff.sessions.find(before) is None


async def test_a_page_left_open_after_removal_leads_to_the_sign_in(
    site: Site, office: Office, browser: AsyncClient
) -> None:
    await office.add_staff("sari")
    await come_in(browser, office, "sari")
    shown = await browser.get(f"{COUNTERS}/loket-1")
    await site.do(RemoveStaff(office=office.id, username="sari"))
    form = {"csrf": csrf_of(shown), "idempotency_key": str(uuid4())}
    answer = await browser.post(f"{COUNTERS}/loket-1/call-next", data=form)
    assert (answer.status_code, "Please sign in" in answer.text) == (401, True)
    assert (await browser.get(f"{COUNTERS}/loket-1")).url.path == SIGN_IN
