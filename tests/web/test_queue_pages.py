"""Every page of the queue, in every state and both languages: complete, well formed, and usable without scripts."""

import re
from collections.abc import AsyncIterator

import pytest
from httpx import AsyncClient

from tests.web.conftest import client_of
from tests.web.markup import Page, faults_of
from tests.web.preview import preview_app
from tests.web.samples import SAMPLES


@pytest.fixture(scope="module")
async def pages() -> AsyncIterator[AsyncClient]:
    async with client_of(preview_app()) as client:
        yield client


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("name", SAMPLES)
async def test_a_page_is_whole(pages: AsyncClient, name: str, language: str) -> None:
    answer = await pages.get(f"/queue/preview/{name}", params={"lang": language})
    assert answer.status_code == 200
    assert faults_of(answer.text, language) == []


@pytest.mark.parametrize("name", [name for name in SAMPLES if name.startswith(("ticket", "board", "counter-"))])
async def test_a_live_page_is_right_without_scripts_too(pages: AsyncClient, name: str) -> None:
    answer = await pages.get(f"/queue/preview/{name}")
    page = Page(answer.text)
    (root,) = page.all("main")
    shown = [
        attributes
        for _, attributes in page.elements
        if "data-when" in attributes and root["data-state"] in (attributes["data-when"] or "").split()
    ]
    hidden = [attributes for _, attributes in page.elements if "data-when" in attributes and attributes not in shown]
    assert all("hidden" not in attributes for attributes in shown)
    assert all("hidden" in attributes for attributes in hidden)
    if "data-live" in root:
        assert '<noscript><meta http-equiv="refresh"' in answer.text


@pytest.mark.parametrize(
    ("name", "address"), [("ticket-refused", "/queue/t/0b8f.mac"), ("counter-refused", "/queue/counters/loket-2")]
)
async def test_a_page_shown_after_a_post_leads_back_to_itself(pages: AsyncClient, name: str, address: str) -> None:
    answer = await pages.get(f"/queue/preview/{name}")
    page = Page(answer.text)
    assert page.all("main")[0]["data-page"] == address
    assert re.search(rf'http-equiv="refresh" content="\d+; url={re.escape(address)}"', answer.text)
    switches = [link["href"] or "" for link in page.all("a") if "hreflang" in link]
    assert [switch.partition("?")[0] for switch in switches] == [address, address]


@pytest.mark.parametrize(
    ("name", "language", "text"),
    [
        ("service-open", "id", "Rp80.000"),
        ("service-open", "en", "Rp80,000"),
        ("service-open", "id", "Senin–Jumat"),
        ("service-open", "id", "08.00–14.00"),
        ("service-closed", "id", "Buka besok pukul 08.00"),
        ("service-wrong", "id", 'aria-invalid="true"'),
        ("office", "en", "person is waiting"),
        ("ticket-waiting", "en", "people ahead of you"),
        ("counter-serving", "en", "A-017"),
        ("counter-called", "en", "called once"),
        ("counters", "id", "Keluar (rani.lestari)"),
        ("board-calling", "en", "Counter 5"),
        ("sign-in-wrong", "id", 'value="rani"'),
    ],
)
async def test_a_page_says_what_matters(pages: AsyncClient, name: str, language: str, text: str) -> None:
    assert text in (await pages.get(f"/queue/preview/{name}", params={"lang": language})).text


async def test_a_password_is_never_shown_again(pages: AsyncClient) -> None:
    page = Page((await pages.get("/queue/preview/sign-in-wrong")).text)
    (password,) = [field for field in page.all("input") if field.get("type") == "password"]
    assert not password["value"]
