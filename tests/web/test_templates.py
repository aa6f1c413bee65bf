"""Pages escape what they are given and name assets by their content."""

import gzip
import re
from pathlib import Path

import pytest
from httpx import AsyncClient
from jinja2 import UndefinedError
from starlette.requests import Request

from shared.web.app import Web
from shared.web.assets import SHARED_STATIC, Assets
from tests.web.conftest import MakeApp


@pytest.fixture
def kit(make_app: MakeApp) -> Web:
    web: Web = make_app().state.web
    return web


def a_request() -> Request:
    return Request({"type": "http", "method": "GET", "path": "/demo/", "query_string": b"", "headers": []})


def test_what_is_shown_is_escaped(kit: Web) -> None:
    page = kit.templates.page(a_request(), "greeting.html", name='"><script>alert(1)</script>', error="<b>")
    html = bytes(page.body).decode()
    assert "<script>alert" not in html
    assert "&lt;b&gt;" in html


def test_a_name_that_was_not_given_is_an_error(kit: Web) -> None:
    with pytest.raises(UndefinedError):
        kit.templates.page(a_request(), "greeting.html", name="Sari")


def test_an_error_stands_at_its_field_and_is_read_out_with_it(kit: Web) -> None:
    html = bytes(kit.templates.page(a_request(), "greeting.html", name="", error="Wajib diisi.").body).decode()
    assert re.search(r'<input id="name"[^>]*aria-describedby="name-error"[^>]*aria-invalid="true"', html)
    assert re.search(r'id="name-error">.*Wajib diisi\.', html)


async def test_an_asset_is_kept_for_ever_under_its_contents_address(client: AsyncClient) -> None:
    page = (await client.get("/demo/greeting")).text
    for address in re.findall(r'(?:href|src)="(/demo/static/[^"]+)"', page):
        asset = await client.get(address)
        assert asset.status_code == 200
        assert asset.headers["cache-control"] == "public, max-age=31536000, immutable"


async def test_an_asset_under_any_other_address_is_asked_for_again(client: AsyncClient) -> None:
    asset = await client.get("/demo/static/kentongan.css?v=old")
    assert asset.headers["cache-control"] == "no-cache"
    again = await client.get("/demo/static/kentongan.css", headers={"if-none-match": asset.headers["etag"]})
    assert again.status_code == 304
    assert not again.content


@pytest.mark.parametrize("name", ["../app.py", "..%2fapp.py", "nowhere.css", "", "%00", "fonts"])
async def test_nothing_but_assets_is_served(client: AsyncClient, name: str) -> None:
    assert (await client.get(f"/demo/static/{name}")).status_code == 404


async def test_the_style_sheet_names_its_files_by_content_too(client: AsyncClient) -> None:
    style = (await client.get("/demo/static/kentongan.css")).text
    assert re.search(r'url\("/demo/static/fonts/plus-jakarta-sans\.woff2\?v=[0-9a-f]{16}"\)', style)
    assert "url(" not in re.sub(r'url\("/demo/static/[^"]+\?v=[0-9a-f]{16}"\)', "", style)


async def test_small_phones_get_small_files(client: AsyncClient) -> None:
    style = await client.get("/demo/static/kentongan.css", headers={"accept-encoding": "gzip"})
    assert style.headers["content-encoding"] == "gzip"
    plain = await client.get("/demo/static/kentongan.css", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.text == style.text


def test_a_services_asset_takes_the_place_of_a_shared_one(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text("<svg/>", encoding="utf-8")
    shared, own = Assets("/demo/static"), Assets("/demo/static", tmp_path)
    assert shared.url("logo.svg") != own.url("logo.svg")
    assert shared.url("live.js") == own.url("live.js")


def test_live_script_stays_small() -> None:
    assert len(gzip.compress((SHARED_STATIC / "live.js").read_bytes())) <= 2500  # as it travels, comments included
