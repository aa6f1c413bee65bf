"""What protects who uses the pages: only their own forms work, nobody keeps copies, nothing comes from elsewhere."""

import re
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from httpx import AsyncClient

from services.queue.domain.office import Office as OfficeState
from shared.settings import Settings
from tests.queue.forms import Form, Page, send, visit
from tests.queue.running import HTML, PASSWORD, Office, Site, in_own_task, new_plan, of, running

POLICY = {
    "default-src": {"'none'"},
    "script-src": {"'self'"},
    "style-src": {"'self'"},
    "connect-src": {"'self'"},
    "form-action": {"'self'"},
    "frame-ancestors": {"'none'"},
    "base-uri": {"'none'"},
}


@pytest.fixture
async def pages(office: Office, browser: AsyncClient) -> dict[str, Page]:
    """Every page that citizens and officers meet."""
    await office.add_staff("sari")
    service = f"/queue/offices/{office.id}/services/sim"
    found = {
        "home": await visit(browser, "/queue/"),
        "office": await visit(browser, f"/queue/offices/{office.id}"),
        "service": await visit(browser, service),
        "board": await visit(browser, f"/queue/offices/{office.id}/board"),
        "api": await visit(browser, "/queue/api"),
        "lost": await visit(browser, "/queue/nowhere"),
        "sign-in": await visit(browser, "/queue/sign-in"),
    }
    found["refused"] = await send(browser, found["service"].form(service), phone="1")
    found["ticket"] = await send(browser, found["service"].form(service), phone="081234567890")
    found["pending"] = await visit(browser, f"/queue/commands/{uuid4()}")
    found["forbidden"] = await send(browser, found["service"].form(service), csrf="wrong")
    form = found["sign-in"].form("/queue/sign-in")
    found["counters"] = await send(browser, form, office=office.id, username="sari", password=PASSWORD)
    found["counter"] = await visit(browser, "/queue/counters/loket-1")
    return found


async def test_every_page_carries_the_headers_that_protect_it(pages: dict[str, Page]) -> None:
    for name, page in pages.items():
        headers = page.answer.headers
        policy = {part.split()[0]: set(part.split()[1:]) for part in headers["content-security-policy"].split(";")}
        assert policy.items() >= POLICY.items(), name
        assert not any(
            "unsafe" in source or source in ("*", "data:") for allowed in policy.values() for source in allowed
        )
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "geolocation=()" in headers["permissions-policy"]
        assert "server" not in headers


async def test_nothing_of_a_person_s_pages_is_kept_on_the_way(pages: dict[str, Page], browser: AsyncClient) -> None:
    for name, page in pages.items():
        for answer in (*page.answer.history, page.answer):
            assert answer.headers["cache-control"] == "no-store", name
    (style,) = set(re.findall(r'href="(/queue/static/kentongan\.css\?v=\w+)"', pages["home"].html))
    assert "immutable" in (await browser.get(style)).headers["cache-control"]


async def test_nothing_comes_from_elsewhere_and_nothing_runs_inside_a_page(pages: dict[str, Page]) -> None:
    for name, page in pages.items():
        for tag, attributes in page.elements:
            for attribute, value in attributes.items():
                assert not attribute.startswith("on"), (name, tag, attribute)
                assert attribute != "style", (name, tag)
                if attribute in ("src", "href", "action", "poster", "data-live") and value:
                    assert value.startswith(("/queue/", "#", "?")), (name, tag, value)
        assert "<style" not in page.html
        assert not re.search(r"<script(?![^>]* src=)", page.html), name


async def test_every_form_of_ours_proves_where_it_comes_from(pages: dict[str, Page]) -> None:
    for page in pages.values():
        for form in page.forms:
            assert form.fields["csrf"]


async def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(office: Office, browser: AsyncClient) -> None:
    await office.add_staff("sari")
    page = await visit(browser, "/queue/sign-in")
    form = page.form("/queue/sign-in")
    signed_in = await send(browser, form, office=office.id, username="sari", password=PASSWORD)
    answers = [page.answer, *signed_in.answer.history]
    cookies = [cookie.lower() for answer in answers for cookie in answer.headers.get_list("set-cookie")]
    named = {cookie.partition("=")[0]: cookie for cookie in cookies}
    assert named.keys() >= {"csrf", "queue_session"}
    for name in ("csrf", "queue_session"):
        assert "httponly" in named[name]
        assert "samesite=lax" in named[name]
        assert "path=/" in named[name]


@pytest.fixture
async def by_https(settings: Settings) -> AsyncIterator[Site]:
    """The API of an installation that people reach by https."""
    secure = settings.model_copy(update={"https": True})
    async with in_own_task(running(secure, worker=False)) as site:
        yield site


async def test_by_https_cookies_are_bound_to_the_host_and_browsers_come_back_by_https(by_https: Site) -> None:
    plan = new_plan()
    await by_https.keep(OfficeState(plan.id, plan))
    async with by_https.client(headers=HTML) as browser:
        answer = await browser.get("https://kentongan.test/queue/sign-in?lang=en")
    cookies = answer.headers.get_list("set-cookie")
    assert all("Secure" in cookie for cookie in cookies)
    assert [cookie for cookie in cookies if cookie.startswith("__Host-csrf=")]
    assert "max-age=31536000" in answer.headers["strict-transport-security"]


# Forged forms ---------------------------------------------------------------------------------------------


@pytest.fixture
async def form(office: Office, browser: AsyncClient) -> Form:
    """A form to take a ticket, as its page gave it."""
    address = f"/queue/offices/{office.id}/services/sim"
    return (await visit(browser, address)).form(address)


async def test_a_form_without_its_page_s_token_does_nothing(
    site: Site, office: Office, browser: AsyncClient, form: Form
) -> None:
    async with site.client(headers=HTML, follow_redirects=True) as other:
        foreign = (await visit(other, form.action)).form(form.action)
        refused = [
            await send(browser, form, csrf=None),
            await send(browser, form, csrf=""),
            await send(browser, form, csrf="x" * 56),
            await send(browser, form, csrf=form.fields["csrf"][:-4] + "AAA="),
            await send(browser, form, csrf=foreign.fields["csrf"]),
            await send(other, form),
        ]
    browser.cookies.clear()
    refused.append(await send(browser, form))
    for page in refused:
        assert page.status == 403
        assert page.answer.headers["content-type"].startswith("text/html")
    assert of(await browser.get(office.path), 200)["services"][0]["waiting"] == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://kentongan.test.evil.example"},
        {"origin": "http://kentongan.test:8080"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "origin": "http://kentongan.test"},
    ],
    ids=str,
)
async def test_a_form_of_another_site_does_nothing(
    office: Office, browser: AsyncClient, form: Form, headers: dict[str, str]
) -> None:
    page = await send(browser, form, headers=headers)
    assert page.status == 403
    assert of(await browser.get(office.path), 200)["services"][0]["waiting"] == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://kentongan.test"},
        {"origin": "null"},
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none"},
        {},
    ],
    ids=str,
)
async def test_our_own_form_works_in_every_browser(browser: AsyncClient, form: Form, headers: dict[str, str]) -> None:
    assert (await send(browser, form, headers=headers)).path.startswith("/queue/t/")


async def test_a_token_is_salted_anew_and_stays_good(browser: AsyncClient, form: Form) -> None:
    later = (await visit(browser, form.action)).form(form.action)
    assert later.fields["csrf"] != form.fields["csrf"]
    assert (await send(browser, form)).status == 200


@pytest.mark.parametrize("back", ["https://evil.example", "//evil.example", "/queue/../../evil", "javascript:alert(1)"])
async def test_nobody_is_led_away_to_another_site(
    office: Office, citizen: AsyncClient, browser: AsyncClient, back: str
) -> None:
    key = (await office.taken(citizen))["id"]
    ticket = of(await citizen.get(f"/queue/api/v1/commands/{key}"), 200)["ticket"]
    cancel = str(uuid4())
    of(
        await citizen.post(
            f"/queue/api/v1/tickets/{ticket['link'].rpartition('/')[2]}/cancel", headers={"idempotency-key": cancel}
        ),
        200,
    )
    answer = await browser.get(f"/queue/commands/{cancel}", params={"back": back}, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/queue/")
