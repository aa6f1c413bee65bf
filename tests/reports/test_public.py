"""The public page and feed over HTTP: coarse, late, once a day, and nothing of anybody's words."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from httpx import AsyncClient

from tests.reports.publicly import Days, another_process, days_pass, editions_of, happened, over, reopened
from tests.reports.running import API, Office, Site
from tests.support.site import of, problem_of

EXACT = ("0.8917", "119.8707", "Kenari", "2026-0000")


@pytest.fixture
def days(site: Site) -> Iterator[Days]:
    with days_pass(site) as days:
        yield days


async def feed(client: AsyncClient, office: Office, **query: Any) -> Any:
    answer = await client.get(f"{API}/offices/{office.id}/incidents.geojson", params=query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/geo+json"
    return answer.json()


async def ids(client: AsyncClient, office: Office) -> set[str]:
    return {feature["id"] for feature in (await feed(client, office))["features"]}


async def test_a_crowd_is_shown_as_an_area_the_day_after_it_has_rested(
    citizen: AsyncClient, browser: AsyncClient, office: Office, days: Days
) -> None:
    known = [await happened(office) for _ in range(3)]
    assert (await feed(citizen, office))["features"] == []
    days.pass_(1)
    assert (await feed(citizen, office))["features"] == [], "24 hours are not over at midnight"
    days.pass_(1)
    told = await feed(citizen, office)
    assert told["total"] == 3
    (geometry,) = {json.dumps(feature["geometry"]) for feature in told["features"]}
    ring = json.loads(geometry)["coordinates"][0]
    assert ring == [[119.87, -0.9], [119.88, -0.9], [119.88, -0.89], [119.87, -0.89], [119.87, -0.9]]
    properties = told["features"][0]["properties"]
    assert set(properties) == {"category", "category_name", "day", "part_of_day", "shown_from"}
    page = await browser.get(f"/reports/offices/{office.id}/incidents")
    assert page.status_code == 200
    assert page.text.count("<time datetime=") >= 3
    for text in (json.dumps(told), page.text):
        assert not [exact for exact in (*EXACT, *known, *(id[:8] for id in known)) if exact in text]


async def test_two_are_no_crowd_and_neither_is_one_who_reports_often(
    citizen: AsyncClient, office: Office, days: Days
) -> None:
    await happened(office)
    for _ in range(4):
        await happened(office, contact="a" * 32)
    days.pass_(3)
    assert await ids(citizen, office) == set()


async def test_what_is_at_work_set_aside_a_drill_or_of_a_kind_nobody_chose_is_not_shown(
    citizen: AsyncClient, office: Office, days: Days
) -> None:
    for _ in range(3):
        await happened(office, disposition=None)
        await happened(office, disposition="prank")
        await happened(office, exercise=True)
        await happened(office, category="noise")
        await happened(office, category="domestic")
    days.pass_(10)
    assert await ids(citizen, office) == set()


async def test_who_asks_every_minute_sees_nothing_happen_within_a_day(
    site: Site, citizen: AsyncClient, office: Office, days: Days
) -> None:
    known = [await happened(office) for _ in range(4)]
    days.pass_(3)
    address = f"{API}/offices/{office.id}/incidents.geojson"
    first = await citizen.get(address)
    await reopened(office, known[0])
    await happened(office)
    await happened(office, disposition=None)
    again = await citizen.get(address)
    assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])
    other = await another_process(site, days).edition(await site.reports.offices.office(office.id))
    assert len(other.shown) == 4, "every process shows the same"
    days.pass_(1)
    before, after = {feature["id"] for feature in first.json()["features"]}, await ids(citizen, office)
    assert (len(before & after), len(after - before)) == (3, 1), "with the day one is gone and another one is there"
    assert len([document async for document in editions_of(site, office)]) == 1, "yesterday's is not kept"


async def test_a_kind_that_the_office_shows_no_more_goes_at_once(
    citizen: AsyncClient, office: Office, days: Days
) -> None:
    for _ in range(3):
        await happened(office)
    days.pass_(3)
    assert len(await ids(citizen, office)) == 3
    await office.configure(
        replace(office.plan, categories=tuple(replace(c, public=False) for c in office.plan.categories))
    )
    assert await ids(citizen, office) == set()


async def test_a_duplicate_is_shown_once(citizen: AsyncClient, office: Office, days: Days) -> None:
    from shared.contracts.reports.incidents import LinkDuplicate

    known = [await happened(office, disposition=None) for _ in range(4)]
    await office.site.do(LinkDuplicate(office=office.id, incident=known[3], original=known[0]), actor="staff/dewi")
    for id in known[:3]:
        await over(office, id)
    days.pass_(3)
    assert len(await ids(citizen, office)) == 3


async def test_caches_are_told_how_long_and_a_client_that_has_it_is_told_so(
    citizen: AsyncClient, office: Office, days: Days
) -> None:
    for _ in range(3):
        await happened(office)
    days.pass_(3)
    address = f"{API}/offices/{office.id}/incidents.geojson"
    answer = await citizen.get(address)
    assert answer.headers["cache-control"].startswith("public, max-age=")
    assert 0 <= int(answer.headers["cache-control"].rpartition("=")[2]) <= 300
    assert answer.headers["last-modified"].endswith("GMT")
    assert answer.headers["access-control-allow-origin"] == "*"
    unchanged = await citizen.get(address, headers={"if-none-match": f'"other", W/{answer.headers["etag"]}'})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    days.pass_(1)
    assert (await citizen.get(address, headers={"if-none-match": answer.headers["etag"]})).status_code == 200


async def test_a_long_feed_has_pages(
    citizen: AsyncClient, office: Office, days: Days, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.reports.entrypoints.public.feed.PAGE", 2)
    for _ in range(5):
        await happened(office)
    days.pass_(3)
    found: list[str] = []
    address = f"{API}/offices/{office.id}/incidents.geojson?category=theft"
    for _ in range(3):
        answer = await citizen.get(address)
        found += [feature["id"] for feature in of(answer, 200)["features"]]
        links = answer.headers["link"]
        address = f"{API}/offices/{office.id}/incidents.geojson{links.partition('<')[2].partition('>')[0]}"
        if 'rel="next"' in links and links.index("next") > links.find("prev") > -1:
            address = f"{API}/offices/{office.id}/incidents.geojson{links.rpartition('<')[2].partition('>')[0]}"
    assert len(set(found)) == 5
    assert 'rel="next"' not in links


async def test_the_page_speaks_both_languages_and_of_nothing_where_there_is_nothing(
    browser: AsyncClient, office: Office, days: Days
) -> None:
    address = f"/reports/offices/{office.id}/incidents"
    assert "Belum ada yang ditampilkan" in (await browser.get(address)).text
    assert "Nothing to show" in (await browser.get(f"{address}?lang=en")).text
    await office.configure(
        replace(office.plan, categories=tuple(replace(c, public=False) for c in office.plan.categories))
    )
    assert "This office shows no incidents" in (await browser.get(address)).text


async def test_bad_addresses_are_told_so(citizen: AsyncClient, office: Office) -> None:
    problem_of(await citizen.get(f"{API}/offices/nowhere/incidents.geojson"), 404, "office-unknown")
    problem_of(await citizen.get(f"{API}/offices/{office.id}/incidents.geojson?page=0"), 422, "invalid")
    assert (await feed(citizen, office, category="no-such-kind"))["features"] == []
