"""An officer's pages work by plain forms: sign in, work at a counter, sign out."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from httpx import AsyncClient

from tests.queue.forms import Form, Page, send, visit
from tests.queue.running import HTML, PASSWORD, Office, Site, of

COUNTERS = "/queue/counters"
LOKET_1 = f"{COUNTERS}/loket-1"
SIGN_IN = "/queue/sign-in"


async def signed_in(browser: AsyncClient, office: Office, username: str = "sari") -> Page:
    form = (await visit(browser, SIGN_IN)).form(SIGN_IN)
    return await send(browser, form, office=office.id, username=username, password=PASSWORD)


@pytest.fixture
async def desk(site: Site, office: Office) -> AsyncIterator[AsyncClient]:
    """The browser at a counter, signed in, where somebody works at each."""
    await office.add_staff("sari")
    await office.on_duty()
    async with site.client(headers=HTML, follow_redirects=True) as browser:
        assert (await signed_in(browser, office)).path == COUNTERS
        yield browser


async def press(browser: AsyncClient, page: Page, button: str) -> Page:
    """Press one of a counter's buttons."""
    return await send(browser, page.first_form(f"/{button}") if button == "sign-on" else page.form(f"/{button}"))


# Signing in and out ---------------------------------------------------------------------------------------


async def test_an_officer_signs_in_chooses_a_counter_and_signs_out(office: Office, desk: AsyncClient) -> None:
    counters = await visit(desk, COUNTERS)
    for counter in ("loket-1", "loket-2", "loket-3"):
        assert f'href="{COUNTERS}/{counter}"' in counters.html
    page = await visit(desk, LOKET_1)
    assert (page.status, page.state) == (200, "idle")
    assert "Loket 1" in page.text
    out = await send(desk, page.form("/sign-out"))
    assert out.status == 200
    assert "queue_session" not in desk.cookies
    assert (await visit(desk, LOKET_1)).path == SIGN_IN


async def test_who_is_signed_in_goes_on_at_the_counters(desk: AsyncClient) -> None:
    assert (await visit(desk, SIGN_IN)).path == COUNTERS


@pytest.mark.parametrize("language", ["id", "en"])
async def test_a_wrong_password_leaves_everything_else_as_it_was(
    office: Office, browser: AsyncClient, language: str
) -> None:
    await office.add_staff("sari")
    form = (await visit(browser, f"{SIGN_IN}?lang={language}")).form(SIGN_IN)
    page = await send(browser, form, office=office.id, username="sari", password="a wrong one, and secret")
    assert page.status == 401
    told = {"id": "Nama pengguna atau kata sandi salah", "en": "User name or password is wrong"}
    assert told[language] in page.text
    again = page.form(SIGN_IN)
    assert (again.fields["office"], again.fields["username"], again.fields["password"]) == (office.id, "sari", "")
    assert "and secret" not in page.html
    assert (await send(browser, again, password=PASSWORD)).path == COUNTERS


async def test_a_user_name_may_be_written_as_on_a_phone(office: Office, browser: AsyncClient) -> None:
    await office.add_staff("sari")
    assert (await signed_in(browser, office, " Sari ")).path == COUNTERS


async def test_who_guesses_is_told_to_wait(site: Site, office: Office) -> None:
    await office.add_staff("sari")
    async with site.client(address="203.0.113.50", headers=HTML, follow_redirects=True) as browser:
        form = (await visit(browser, SIGN_IN)).form(SIGN_IN)
        pages = [await send(browser, form, office=office.id, username="sari", password="no") for _ in range(7)]
    assert [page.status for page in pages[:5]] == [401] * 5
    assert pages[-1].status == 429
    assert int(pages[-1].answer.headers["retry-after"]) >= 1
    assert pages[-1].form(SIGN_IN).fields["username"] == "sari"


async def test_a_session_that_was_there_before_is_not_taken_over(office: Office, browser: AsyncClient) -> None:
    """A token that somebody planted in the browser is worth nothing after the sign-in."""
    await office.add_staff("sari")
    browser.cookies.set("queue_session", "planted-by-somebody-else", domain="kentongan.test", path="/")
    await signed_in(browser, office)
    assert browser.cookies["queue_session"] != "planted-by-somebody-else"


@pytest.mark.parametrize("address", [COUNTERS, LOKET_1])
async def test_a_stranger_is_led_to_the_sign_in(browser: AsyncClient, address: str) -> None:
    page = await visit(browser, address)
    assert (page.status, page.path) == (200, SIGN_IN)


async def test_a_form_of_a_page_from_before_the_sign_out_does_nothing(office: Office, desk: AsyncClient) -> None:
    await office.taken(api_of(desk, office))
    page = await visit(desk, LOKET_1)
    await send(desk, page.form("/sign-out"))
    late = await press(desk, page, "call-next")
    assert late.status in (401, 403)
    assert late.answer.headers["content-type"].startswith("text/html")
    assert of(await api_of(desk, office).get(office.path), 200)["services"][0]["waiting"] == 1


def api_of(browser: AsyncClient, office: Office) -> AsyncClient:
    """A citizen somewhere else."""
    return office.site.client()


# At the counter -------------------------------------------------------------------------------------------


async def test_a_person_is_called_served_and_done_by_forms(office: Office, desk: AsyncClient) -> None:
    citizen = api_of(desk, office)
    for _ in range(2):
        await office.taken(citizen)
    page = await visit(desk, LOKET_1)
    for button, state in (("call-next", "called"), ("serve", "serving"), ("finish", "idle")):
        page = await press(desk, page, button)
        assert (page.status, page.path, page.state) == (200, LOKET_1, state)
        assert [answer.status_code for answer in page.answer.history] == [303]
    assert "A-001" in page.text
    assert not page.has_form("/finish")
    assert "A-002" in (await press(desk, page, "call-next")).text


async def test_an_officer_who_comes_to_an_empty_counter_signs_on_by_its_first_button(
    site: Site, browser: AsyncClient
) -> None:
    office = await site.open_office()
    await office.add_staff("sari")
    await office.taken(site.client())
    await signed_in(browser, office)
    page = await visit(browser, f"{LOKET_1}?lang=en")
    assert not page.has_form("/call-next")
    assert not page.has_form("/pause")
    early = await send(browser, Form(f"{LOKET_1}/call-next", page.first_form("/sign-on").fields))
    assert (early.status, early.has_form("/call-next")) == (409, False)
    assert "Nobody has signed on at this counter Please sign on first." in early.text
    page = await press(browser, early, "sign-on")
    assert (await press(browser, page, "call-next")).state == "called"


async def test_who_did_not_come_is_put_back_from_the_list(office: Office, desk: AsyncClient) -> None:
    await office.taken(api_of(desk, office))
    page = await press(desk, await press(desk, await visit(desk, LOKET_1), "call-next"), "no-show")
    assert page.state == "idle"
    back = await press(desk, page, "put-back")
    assert (back.status, back.state) == (200, "idle")
    assert not back.has_form("/put-back")
    assert of(await api_of(desk, office).get(office.path), 200)["services"][0]["waiting"] == 1


async def test_a_button_that_is_pressed_twice_calls_one_person(office: Office, desk: AsyncClient) -> None:
    citizen = api_of(desk, office)
    for _ in range(3):
        await office.taken(citizen)
    page = await visit(desk, LOKET_1)
    first, second = await asyncio.gather(press(desk, page, "call-next"), press(desk, page, "call-next"))
    assert first.state == second.state == "called"
    assert of(await citizen.get(office.path), 200)["services"][0]["waiting"] == 2


async def test_a_refusal_stands_on_the_counter_s_page(office: Office, desk: AsyncClient) -> None:
    old = await visit(desk, LOKET_1)
    page = await press(desk, old, "call-next")
    assert (page.status, page.state) == (409, "idle")
    assert "notice" in page.html
    assert "Tidak ada yang menunggu" in page.text
    await office.taken(api_of(desk, office))
    called = await press(desk, page, "call-next")
    assert called.state == "called"
    too_soon = await press(desk, called, "recall")
    assert (too_soon.status, too_soon.state) == (409, "called")
    busy = await send(desk, Form(f"{LOKET_1}/call-next", {**page.form("/call-next").fields}))
    assert (busy.status, busy.state) == (200, "called"), "the same form again is the same wish"


async def test_a_manager_closes_a_line_and_an_officer_may_not(office: Office, desk: AsyncClient) -> None:
    await office.taken(api_of(desk, office))
    page = await visit(desk, LOKET_1)
    assert not page.has_form("/close")
    stolen = Form(f"{LOKET_1}/close", {**page.form("/call-next").fields, "service": "sim"})
    assert (await send(desk, stolen)).status == 403
    await office.add_staff("maria", role="manager")
    async with office.site.client(headers=HTML, follow_redirects=True) as manager:
        await signed_in(manager, office, "maria")
        closed = await press(manager, await visit(manager, LOKET_1), "close")
        assert closed.status == 200
        assert not closed.has_form("/close")
    assert of(await api_of(desk, office).get(office.path), 200)["services"][0]["open_now"] is False


@pytest.mark.parametrize("counter", ["loket-9", "LOKET", "%00", "..%2f..", "a" * 50])
async def test_a_counter_that_is_not_there_is_told_so(desk: AsyncClient, counter: str) -> None:
    for page in (
        await visit(desk, f"{COUNTERS}/{counter}"),
        await send(desk, Form(f"{COUNTERS}/{counter}/call-next", (await form_of(desk)).fields)),
    ):
        assert page.status in (404, 405, 422)
        assert page.answer.headers["content-type"].startswith("text/html")


async def form_of(desk: AsyncClient) -> Form:
    """Any valid form, for its token and key."""
    return (await visit(desk, LOKET_1)).form("/call-next")


@pytest.mark.parametrize("action", ["dance", "put-back", "close"])
async def test_what_a_counter_cannot_do_is_refused(desk: AsyncClient, action: str) -> None:
    page = await send(desk, Form(f"{LOKET_1}/{action}", (await form_of(desk)).fields))
    assert page.status in (403, 404, 422)
    assert page.answer.headers["content-type"].startswith("text/html")


async def test_an_officer_s_cookie_opens_the_api_only_from_our_own_pages(office: Office, desk: AsyncClient) -> None:
    address = f"{office.path}/counters/loket-1/call-next"
    await office.taken(api_of(desk, office))
    for headers in ({}, {"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}):
        assert (await desk.post(address, headers=headers)).status_code == 403
    assert of(await desk.get(f"{office.path}/counters/loket-1"), 200)["person"] is None
    own = await desk.post(address, headers={"sec-fetch-site": "same-origin"})
    assert of(own, 200)["person"]["number"] == "A-001"
