"""What a browser is told, and what it is kept from doing for another site."""

import re

import pytest
from httpx import AsyncClient, Response

from tests.web.conftest import HTML, MakeApp, client_of

ORDERS = "/demo/api/v1/orders"
GREETING = "/demo/greeting"


def token_in(page: Response) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found
    return found[1]


@pytest.mark.parametrize("path", [GREETING, "/demo/nowhere", "/demo/fail", "/demo/static/kentongan.css", "/demo/api"])
@pytest.mark.usefixtures("logs")
async def test_every_response_carries_the_strict_headers(client: AsyncClient, path: str) -> None:
    headers = (await client.get(path, headers=HTML)).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "strict-transport-security" not in headers


async def test_pages_are_kept_nowhere(client: AsyncClient) -> None:
    assert (await client.get(GREETING)).headers["cache-control"] == "no-store"


async def test_https_is_insisted_on_only_where_it_is_there(make_app: MakeApp) -> None:
    async with client_of(make_app(secure=True), base_url="https://kentongan.test") as client:
        page = await client.get(GREETING)
    assert "max-age=31536000" in page.headers["strict-transport-security"]
    assert "__Host-csrf=" in page.headers["set-cookie"]
    assert "Secure" in page.headers["set-cookie"]


async def test_pages_have_no_inline_script_or_style(client: AsyncClient) -> None:
    for path in (GREETING, "/demo/nowhere", "/demo/api"):
        page = (await client.get(path, headers=HTML)).text
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page)
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', page)


async def test_a_form_of_our_own_page_is_accepted(client: AsyncClient) -> None:
    page = await client.get(GREETING)
    assert "HttpOnly" in page.headers["set-cookie"]
    assert "SameSite=Lax" in page.headers["set-cookie"]
    for headers in ({}, {"sec-fetch-site": "same-origin"}, {"origin": "http://kentongan.test"}, {"origin": "null"}):
        answer = await client.post(GREETING, data={"csrf": token_in(page), "name": "Sari"}, headers=headers)
        assert answer.status_code == 303


async def test_a_cookie_lasts_and_its_token_never_repeats(client: AsyncClient) -> None:
    first, second = await client.get(GREETING), await client.get(GREETING)
    assert "set-cookie" not in second.headers
    assert token_in(first) != token_in(second)
    answer = await client.post(GREETING, data={"csrf": token_in(first), "name": "Sari"})
    assert answer.status_code == 303


@pytest.mark.parametrize(
    "token", ["", "x", "é", "A" * 55, "A" * 56 + "===", "\ud800".encode("utf-8", "replace").decode()]
)
async def test_a_forged_token_is_refused(client: AsyncClient, token: str) -> None:
    await client.get(GREETING)
    answer = await client.post(GREETING, data={"csrf": token, "name": "Sari"}, headers=HTML)
    assert answer.status_code == 403
    assert "kedaluwarsa" in answer.text
    assert 'href="/demo/?lang=en"' in answer.text  # the form's own address may not be had by GET


async def test_a_token_is_worth_nothing_without_its_own_cookie(client: AsyncClient, make_app: MakeApp) -> None:
    token = token_in(await client.get(GREETING))
    async with client_of(make_app()) as other:
        assert (await other.post(GREETING, data={"csrf": token, "name": "Sari"})).status_code == 403
        await other.get(GREETING)
        assert (await other.post(GREETING, data={"csrf": token, "name": "Sari"})).status_code == 403


async def test_a_file_in_place_of_a_token_is_refused(client: AsyncClient) -> None:
    await client.get(GREETING)
    answer = await client.post(GREETING, files={"csrf": b"x"}, data={"name": "Sari"})
    assert answer.status_code == 403


async def test_a_form_without_any_form_is_refused(client: AsyncClient) -> None:
    await client.get(GREETING)
    assert (await client.post(GREETING)).status_code in (403, 422)
    assert (await client.post(GREETING, json={"name": "Sari"})).status_code in (403, 422)


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://elsewhere.test"},
        {"origin": "http://kentongan.test.elsewhere.test"},
        {"origin": "http://kentongan.test:8081"},
    ],
)
async def test_what_comes_from_another_site_is_refused_even_with_a_token(
    client: AsyncClient, headers: dict[str, str]
) -> None:
    token = token_in(await client.get(GREETING))
    answer = await client.post(GREETING, data={"csrf": token, "name": "Sari"}, headers={**headers, **HTML})
    assert answer.status_code == 403
    assert "situs lain" in answer.text
    answer = await client.post(ORDERS, json={"name": "abc"}, headers=headers)
    assert answer.json()["type"] == "urn:kentongan:problem:foreign-origin"


async def test_the_api_under_a_cookie_needs_proof_of_origin(client: AsyncClient) -> None:
    client.cookies.set("staff", "somebody")
    body = {"name": "abc"}
    assert (await client.post(ORDERS, json=body)).status_code == 403
    assert (await client.post(ORDERS, json=body, headers={"origin": "null"})).status_code == 403
    assert (await client.post(ORDERS, json=body, headers={"origin": "http://kentongan.test"})).status_code == 201
    assert (await client.post(ORDERS, json=body, headers={"sec-fetch-site": "same-origin"})).status_code == 201


async def test_programs_without_cookies_need_none(client: AsyncClient) -> None:
    assert (await client.post(ORDERS, json={"name": "abc"})).status_code == 201
    headers = {"authorization": "Bearer abc", "origin": "https://elsewhere.test"}
    assert (await client.post(ORDERS, json={"name": "abc"}, headers=headers)).status_code == 201


async def test_a_good_request_id_is_kept_and_a_bad_one_replaced(client: AsyncClient) -> None:
    answer = await client.get(GREETING, headers={"x-request-id": "agency-12345678"})
    assert answer.headers["x-request-id"] == "agency-12345678"
    answer = await client.get(GREETING, headers={"x-request-id": "a b\tc"})
    assert re.fullmatch(r"[0-9a-f-]{36}", answer.headers["x-request-id"])
