"""The citizen's JSON API beside filing: advice first, following, everything with the own report, live and by code."""

import asyncio
import json
from typing import Any
from uuid import uuid4

from httpx import AsyncClient

from services.reports.domain.records import Reporter
from shared.contracts.reports.incidents import ResolveIncident, TriageIncident
from tests.reports.running import API, Office, Site
from tests.support.site import of, problem_of, with_key

HERE = {"latitude": -0.8917, "longitude": 119.8707}
DESK = "staff/dewi"


def address_of(filed: dict[str, Any], part: str = "") -> str:
    """Where a report that was filed is."""
    return f"{API}/reports/{filed['link'].rpartition('/')[2]}{part}"


async def advice(client: AsyncClient, office: Office, category: str = "theft", **more: Any) -> Any:
    """What is to be known before a report is sent."""
    return of(await client.post(f"{API}/offices/{office.id}/advice", json={"category": category, **more}), 200)


async def resolve(site: Site, office: Office, incident: str) -> None:
    """The desk says what came of it."""
    command = ResolveIncident(office=office.id, incident=incident, disposition="settled", words="Sudah kembali")
    await site.do(command, actor=DESK)


async def test_advice_says_whether_to_call_and_where_the_nearest_post_is(citizen: AsyncClient, office: Office) -> None:
    calm = await advice(citizen, office, words="Sandal hilang")
    assert (calm["emergency"], calm["emergency_number"]) == (False, "110")
    assert calm["nearest_post"]["metres"] is None
    urgent = await advice(citizen, office, words="Ada kebakaran!", place={"latitude": -0.9, "longitude": 119.86})
    assert urgent["emergency"] is True
    assert 550 < urgent["nearest_post"]["metres"] < 560
    assert (await advice(citizen, office, "fight"))["emergency"] is True


async def test_what_others_have_reported_is_offered_without_a_word_of_it(citizen: AsyncClient, office: Office) -> None:
    filed = await office.filed(citizen, words="Rahasia", place=HERE)
    told = await advice(citizen, office, place=HERE)
    (offer,) = told["nearby"]
    assert offer["category"] == "theft"
    assert offer["metres"] % 250 == 0
    assert offer["at"][14:19] in ("00:00", "30:00")
    text = json.dumps(told)
    assert not any(secret in text for secret in ("Rahasia", filed["id"], filed["number"]))
    assert (await advice(citizen, office, "noise", place=HERE))["nearby"] == []
    assert (await advice(citizen, office, place={"latitude": -0.95, "longitude": 119.87}))["nearby"] == []


async def test_a_follower_sees_how_it_stands_and_leaves_without_a_trace(
    citizen: AsyncClient, office: Office, site: Site
) -> None:
    filed = await office.filed(citizen, place=HERE)
    (offer,) = (await advice(citizen, office, place=HERE))["nearby"]
    key = str(uuid4())
    body, headers = {"offer": offer["offer"]}, with_key(key)
    link = of(await citizen.post(f"{API}/follows", json=body, headers=headers), 201)["link"]
    assert of(await citizen.post(f"{API}/follows", json=body, headers=headers), 201)["link"] == link
    assert of(await citizen.get(f"{API}/commands/{key}"), 200)["follow"] == link
    followed = f"{API}/follows/{link.rpartition('/')[2]}"
    shown = of(await citizen.get(followed), 200)
    assert shown["state"] == "received"
    assert "words" not in shown
    assert of(await citizen.get(address_of(filed)), 200)["state"] == "received"
    assert (await site.reports.incidents.known(filed["id"])).followers == 1
    assert (await citizen.delete(followed)).status_code == 204
    problem_of(await citizen.get(followed), 404, "follower-unknown")
    problem_of(await citizen.post(f"{API}/follows", json={"offer": "x" * 60}), 404, "incident-unknown")


async def test_a_reporter_writes_objects_agrees_and_is_forgotten(
    citizen: AsyncClient, office: Office, site: Site
) -> None:
    filed = await office.filed(citizen, contact={"name": "Siti", "phone": "0812-3456-7890"})
    written = of(await citizen.post(address_of(filed, "/messages"), json={"words": "Merah"}), 200)
    assert [line["words"] for line in written["timeline"] if line["what"] == "MessageSent"] == ["Merah"]
    await resolve(site, office, filed["id"])
    opened = of(await citizen.post(address_of(filed, "/reopening"), json={"words": "Belum"}), 200)
    assert opened["state"] == "received"
    await resolve(site, office, filed["id"])
    assert of(await citizen.post(address_of(filed, "/confirmation")), 200)["state"] == "closed"
    of(await citizen.delete(address_of(filed, "/reporter")), 200)
    (kept,) = await site.reports.store.load(Reporter, "id", [filed["id"]])
    assert (kept.sealed, kept.contact) == (None, None)
    problem_of(await citizen.delete(address_of(filed, "/reporter")), 409, "nobody-known")


async def test_a_code_opens_its_report_however_it_is_written(citizen: AsyncClient, office: Office) -> None:
    filed = await office.filed(citizen)
    for written in (filed["code"], filed["code"].lower().replace("-", " "), filed["code"].replace("0", "O")):
        assert of(await citizen.post(f"{API}/track", json={"code": written}), 200)["link"] == filed["link"]
    wrong = filed["code"][:-1] + ("A" if filed["code"][-1] != "A" else "B")
    problem_of(await citizen.post(f"{API}/track", json={"code": wrong}), 404, "incident-unknown")
    problem_of(await citizen.post(f"{API}/track", json={"code": "no code"}), 404, "incident-unknown")


async def test_a_report_sent_twice_at_once_is_one_also_with_who_reports(citizen: AsyncClient, office: Office) -> None:
    key, contact = str(uuid4()), {"name": "Siti", "phone": "0812-3456-7890"}
    first, second = await asyncio.gather(*(office.file(citizen, key=key, contact=contact) for _ in range(2)))
    assert of(first, 201) == of(second, 201)
    assert of(await citizen.get(f"{API}/commands/{key}"), 200)["report"]["link"] == first.json()["link"]


async def test_a_key_is_for_one_report(citizen: AsyncClient, office: Office) -> None:
    key = str(uuid4())
    of(await office.file(citizen, key=key), 201)
    problem_of(await office.file(citizen, key=key, words="Lain"), 422, "idempotency-key-reused")


async def test_the_stream_tells_what_has_become_of_it_in_plain_words(
    citizen: AsyncClient, office: Office, site: Site
) -> None:
    filed = await office.filed(citizen)
    token = filed["link"].rpartition("/")[2]
    view = await site.reports.incidents.reported(filed["id"])
    assert site.reports.telling.report(view, "en")["title_words"] == "We have your report"
    judged = TriageIncident(
        office=office.id, incident=filed["id"], category="theft", severity="minor", certainty="likely", reason="telepon"
    )
    await site.do(judged, actor=DESK)
    view = await site.reports.incidents.reported(filed["id"])
    assert site.reports.telling.report(view, "id")["title_words"] == "Laporan sedang ditangani petugas"
    problem_of(await citizen.get(f"{API}/reports/{token[:-1]}/stream"), 404, "incident-unknown")


async def test_bad_input_is_refused_and_never_our_fault(citizen: AsyncClient, office: Office) -> None:
    filed = await office.filed(citizen)
    calls = [
        citizen.post(f"{API}/offices/{office.id}/advice", json={"category": "no such"}),
        citizen.post(f"{API}/offices/{office.id}/advice", json={"category": "nothing"}),
        citizen.post(f"{API}/offices/nowhere/advice", json={"category": "theft"}),
        citizen.post(f"{API}/offices/{office.id}/advice", json={"category": "theft", "place": {"latitude": 1e9}}),
        citizen.post(address_of(filed, "/messages"), json={"words": "   "}),
        citizen.post(address_of(filed, "/messages"), json={"words": "x" * 4001}),
        citizen.post(address_of(filed, "/confirmation")),
        citizen.post(f"{API}/track", json={"code": "\ud800".encode("utf-8", "replace").decode()}),
        citizen.post(f"{API}/follows", json={"offer": ""}),
        citizen.get(f"{API}/follows/%ff.%fe"),
        citizen.get("/reports/tiles/1/0/0.png"),
        citizen.get("/reports/tiles/99/-1/x.png"),
    ]
    for answer in await asyncio.gather(*calls):
        assert 400 <= answer.status_code < 500, answer.request.url
