"""Every page of reports, in every state and both languages: complete, well formed, and usable without scripts."""

from collections.abc import AsyncIterator

import pytest
from httpx import AsyncClient

from tests.web.conftest import client_of
from tests.web.markup import Page, faults_of
from tests.web.preview import preview_app
from tests.web.report_samples import REPORT_SAMPLES


@pytest.fixture(scope="module")
async def pages() -> AsyncIterator[AsyncClient]:
    async with client_of(preview_app("reports")) as client:
        yield client


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("name", REPORT_SAMPLES)
async def test_a_page_is_whole(pages: AsyncClient, name: str, language: str) -> None:
    answer = await pages.get(f"/reports/preview/{name}", params={"lang": language})
    assert answer.status_code == 200
    assert faults_of(answer.text, language) == []


@pytest.mark.parametrize("name", [name for name, (template, _) in REPORT_SAMPLES.items() if template == "report.html"])
async def test_a_live_page_is_right_without_scripts_too(pages: AsyncClient, name: str) -> None:
    page = Page((await pages.get(f"/reports/preview/{name}")).text)
    (root,) = page.all("main")
    staged = [attributes for _, attributes in page.elements if "data-when" in attributes]
    assert staged
    for attributes in staged:
        shown = root["data-state"] in (attributes["data-when"] or "").split()
        assert shown != ("hidden" in attributes)


async def test_an_anonymous_reporter_is_not_asked_to_be_erased(pages: AsyncClient) -> None:
    known = (await pages.get("/reports/preview/report-filed")).text
    nobody = (await pages.get("/reports/preview/report-anonymous")).text
    assert "/erase" in known
    assert "/erase" not in nobody


async def test_the_safest_choice_that_still_lets_the_desk_call_back_is_preset(pages: AsyncClient) -> None:
    page = Page((await pages.get("/reports/preview/report-form-theft")).text)
    choices = [field for field in page.all("input") if field.get("name") == "privacy"]
    assert [choice["value"] for choice in choices] == ["confidential", "anonymous", "open"]
    assert ["checked" in choice for choice in choices] == [True, False, False]
