"""Open311 GeoReport v2 as a stock client and the standard's own examples meet it, on a real server."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
import uvicorn
from georeport import GeoReport
from httpx import AsyncClient, Response

from services.reports.domain.incident import Incident
from services.reports.domain.records import Reporter, Story
from shared.contracts.reports.units import DispatchUnit
from tests.reports.publicly import DESK, Days, days_pass, happened, over
from tests.reports.running import API, Office, Site
from tests.support.servers import LOOPBACK, free_port
from tests.support.site import of
from tests.support.waiting import until

OPEN311 = "/reports/open311/v2"
CONTACT = {"first_name": "Sari", "last_name": "Kenari", "phone": "0813 9517 0428", "email": "sari@kenari.id"}


@pytest.fixture
def days(site: Site) -> Iterator[Days]:
    with days_pass(site) as days:
        yield days


@pytest.fixture
async def served(site: Site) -> AsyncIterator[str]:
    """The service's address, for clients that are no coroutines."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(site.app, host=LOOPBACK, port=port, lifespan="off", log_config=None))
    task = asyncio.create_task(server.serve())

    async def started() -> bool:
        return server.started

    await until(started, within=30, what="the server is there")
    yield f"http://{LOOPBACK}:{port}{OPEN311}"
    server.should_exit = True
    with suppress(asyncio.CancelledError):
        await task


async def post(client: AsyncClient, office: Office, format: str = "json", **fields: str) -> Response:
    """As the standard's example does: a form, without any cookie or token."""
    told = {
        "jurisdiction_id": office.id,
        "service_code": "theft",
        "lat": "-0.8917",
        "long": "119.8707",
        "description": "Motor dicuri",
        **fields,
    }
    return await client.post(
        f"{OPEN311}/requests.{format}", data={name: value for name, value in told.items() if value}
    )


async def posted(client: AsyncClient, office: Office, **fields: str) -> str:
    """Post what must be taken in; returns its id."""
    answer = await post(client, office, **fields)
    assert answer.status_code == 201, answer.text
    (told,) = answer.json()
    return str(told["service_request_id"])


async def newest(office: Office) -> Incident:
    (found,) = await office.site.reports.store.latest(Incident, {"office": office.id}, by="number", limit=1)
    return found


async def kept(office: Office, kind: Any, id: str) -> Any:
    return next(iter(await office.site.reports.store.load(kind, "id", [id])), None)


def error_of(answer: Response, code: int) -> str:
    """The one error of an answer, in the standard's shape."""
    assert answer.status_code == code, answer.text
    (told,) = answer.json()
    assert set(told) == {"code", "description"}
    assert told["code"] == code
    return str(told["description"])


def parsed(content: bytes) -> Xml.Element:
    return Xml.fromstring(content)  # noqa: S314  # of our own making


@pytest.mark.parametrize("format", ["json", "xml"])
async def test_a_stock_client_lists_services_and_requests(
    served: str, site: Site, office: Office, days: Days, format: str
) -> None:
    for _ in range(3):
        await happened(office)
    days.pass_(3)
    stock = GeoReport(served, jurisdiction=office.id, output_format=format)
    services = await asyncio.to_thread(stock.get_service_list)
    assert [service["service_code"] for service in services] == ["theft", "fight", "domestic", "noise"]
    assert services[0]["service_name"] == "Pencurian"
    assert str(services[0]["metadata"]).lower() == "true"
    definition = await asyncio.to_thread(stock.get_service_definition, "theft")
    attributes = definition["attributes"] if format == "json" else definition["attributes"]["attribute"]
    assert [(attribute["code"], attribute["datatype"]) for attribute in attributes] == [
        ("vehicle", "singlevaluelist"),
        ("plate", "text"),
    ]
    values = attributes[0]["values"] if format == "json" else attributes[0]["values"]["value"]
    assert values[1] == {"key": "motorcycle", "name": "Motor"}
    requests = await asyncio.to_thread(stock.get_service_requests, service_code="theft", status="closed")
    assert len(requests) == 3
    first = requests[0]
    assert (float(first["lat"]), float(first["long"])) == (-0.895, 119.875)
    one = await asyncio.to_thread(stock.get_service_request, first["service_request_id"])
    found = one[0] if isinstance(one, list) else one
    assert found["service_request_id"] == first["service_request_id"]


async def test_what_was_posted_is_followed_by_its_id(citizen: AsyncClient, office: Office) -> None:
    id = await posted(citizen, office, **CONTACT, **{"attribute[vehicle]": "motorcycle", "attribute[plate]": "DN 1"})
    incident = await newest(office)
    assert (incident.way, incident.privacy, incident.category) == ("open311", "confidential", "theft")
    story = await kept(office, Story, incident.id)
    assert (story.words, [(a.question, a.value) for a in story.answers]) == (
        "Motor dicuri",
        [("vehicle", "motorcycle"), ("plate", "DN 1")],
    )
    reporter = await kept(office, Reporter, incident.id)
    identity = office.site.reports.identities.open(reporter.sealed)
    assert (identity.name, identity.phone, identity.email) == ("Sari Kenari", "+6281395170428", "sari@kenari.id")

    async def status() -> tuple[str, str]:
        (told,) = of(await citizen.get(f"{OPEN311}/requests/{id}.json"), 200)
        assert told["service_request_id"] == id
        assert told["lat"] is told["description"] is None
        assert not [word for word in ("Kenari", "Motor dicuri", "DN 1", incident.number) if word in json.dumps(told)]
        return told["status"], told["status_notes"]

    assert await status() == ("open", "Diterima")
    await office.site.do(DispatchUnit(office=office.id, incident=incident.id, unit="patrol-1"), actor=DESK)
    assert await status() == ("open", "Petugas sedang menuju lokasi")
    await over(office, incident.id)
    assert await status() == ("closed", "Sudah ada hasil")


async def test_the_reporter_s_own_link_comes_with_the_notice_and_the_id_does_not_open_it(
    citizen: AsyncClient, office: Office
) -> None:
    (told,) = of(await post(citizen, office), 201)
    link = told["service_notice"].partition("/reports/r/")[2].partition(" ")[0].rstrip(".")
    report = of(await citizen.get(f"{API}/reports/{link}"), 200)
    assert report["words"] == "Motor dicuri"
    assert (await citizen.get(f"{API}/reports/{told['service_request_id']}")).status_code == 404


async def test_without_contact_it_is_anonymous_and_devices_are_not_kept(citizen: AsyncClient, office: Office) -> None:
    await posted(
        citizen, office, device_id="KENARI-DEVICE", account_id="KENARI-ACCOUNT", media_url="https://x.id/a.jpg"
    )
    incident = await newest(office)
    assert incident.privacy == "anonymous"
    assert await kept(office, Reporter, incident.id) is None
    story = await kept(office, Story, incident.id)
    assert story.words == "Motor dicuri\nhttps://x.id/a.jpg"
    database = office.site.app.state.client[office.site.settings.database("reports")]
    for name in await database.list_collection_names():
        async for document in database[name].find():
            assert "KENARI" not in repr(document)


async def test_words_can_say_where_and_the_kind_alone_what(citizen: AsyncClient, office: Office) -> None:
    await posted(citizen, office, lat="", long="", description="", address_string="Jalan Sis Aljufri 3")
    incident = await newest(office)
    story = await kept(office, Story, incident.id)
    assert (story.words, story.place, incident.latitude) == ("Pencurian", "Jalan Sis Aljufri 3", None)


async def test_a_slow_worker_gives_a_token_that_leads_to_the_id(
    citizen: AsyncClient, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shared.messaging.errors import Pending
    from shared.messaging.tail import Gateway

    ask = Gateway.ask

    async def late(self: Gateway, command: Any, *, id: str, **more: Any) -> Any:
        await ask(self, command, id=id, **more)
        raise Pending(id)

    monkeypatch.setattr(Gateway, "ask", late)
    answer = await post(citizen, office)
    monkeypatch.undo()
    assert answer.status_code == 202
    (told,) = answer.json()
    assert set(told) == {"token"}
    (found,) = of(await citizen.get(f"{OPEN311}/tokens/{told['token']}.json"), 200)
    assert found["token"] == told["token"]
    (followed,) = of(await citizen.get(f"{OPEN311}/requests/{found['service_request_id']}.json"), 200)
    assert followed["status"] == "open"
    (unknown,) = of(await citizen.get(f"{OPEN311}/tokens/{'0' * 36}.json"), 200)
    assert unknown["service_request_id"] == ""


async def test_requests_are_filtered_as_the_standard_says(citizen: AsyncClient, office: Office, days: Days) -> None:
    for _ in range(3):
        await happened(office)
    days.pass_(3)
    address = f"{OPEN311}/requests.json"

    async def found(**query: str) -> list[Any]:
        return list(of(await citizen.get(address, params={"jurisdiction_id": office.id, **query}), 200))

    everything = await found()
    assert len(everything) == 3
    assert {one["status"] for one in everything} == {"closed"}
    assert await found(status="open") == []
    assert len(await found(status="open,closed")) == 3
    assert await found(service_code="noise,fight") == []
    assert len(await found(service_code="noise,theft")) == 3
    happened_at = datetime.fromisoformat(everything[0]["requested_datetime"])
    assert happened_at.hour % 6 == happened_at.minute == 0
    later = f"{happened_at.year + 1}-01-01T00:00:00Z"
    assert await found(start_date=later) == []
    assert len(await found(end_date=days.now.isoformat())) == 3
    ids = [one["service_request_id"] for one in everything]
    assert [one["service_request_id"] for one in await found(service_request_id=f"{ids[2]},nothing,{ids[0]}")] == [
        ids[2],
        ids[0],
    ]
    wide = {"jurisdiction_id": office.id, "start_date": "2020-01-01T00:00:00Z", "end_date": "2021-01-01T00:00:00Z"}
    assert "90 days" in error_of(await citizen.get(address, params=wide), 400)


async def test_errors_have_the_standard_s_shape_and_repeat_nothing(citizen: AsyncClient, office: Office) -> None:
    assert "jurisdiction_id" in error_of(await post(citizen, office, jurisdiction_id="nowhere"), 404)
    assert "service_code" in error_of(await post(citizen, office, service_code="nothing"), 404)
    assert "service_code was not provided" in error_of(await post(citizen, office, service_code=""), 400)
    assert "lat and long" in error_of(await post(citizen, office, lat="", long=""), 400)
    for wrong, named in (
        ({"lat": "north"}, "lat"),
        ({"lat": "91"}, "lat"),
        ({"phone": "Kenari"}, "phone"),
        ({"email": "Kenari"}, "email"),
        ({"description": "Kenari" * 1000}, "description"),
        ({"first_name": "Kenari" * 40}, "first_name"),
    ):
        told = error_of(await post(citizen, office, **wrong), 400)
        assert named in told
        assert "Kenari" not in told
    assert error_of(await post(citizen, office, **{"attribute[vehicle]": "boat"}), 400)
    assert "not found" in error_of(await citizen.get(f"{OPEN311}/requests/nothing.json"), 404)
    assert error_of(await citizen.get(f"{OPEN311}/requests.json?jurisdiction_id={office.id}&status=no"), 400)
    answer = await citizen.get(f"{OPEN311}/services/nothing.xml?jurisdiction_id={office.id}")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/xml")
    errors = parsed(answer.content)
    assert [element.tag for element in errors.iter()] == ["errors", "error", "code", "description"]
    assert (await citizen.get(f"{OPEN311}/services.yaml?jurisdiction_id={office.id}")).status_code == 404


async def test_where_keys_are_given_out_nobody_posts_without_one(
    site: Site, citizen: AsyncClient, office: Office
) -> None:
    before = site.reports
    site.app.state.reports = replace(before, open311_keys=("kunci-satu", "kunci-dua"))
    try:
        assert "api_key" in error_of(await post(citizen, office), 403)
        assert "api_key" in error_of(await post(citizen, office, api_key="kunci"), 403)
        assert await posted(citizen, office, api_key="kunci-dua")
    finally:
        site.app.state.reports = before


async def test_the_bytes_are_those_of_the_standard(citizen: AsyncClient, office: Office) -> None:
    query = f"jurisdiction_id={office.id}"
    services = await citizen.get(f"{OPEN311}/services.xml?{query}")
    assert services.headers["content-type"] == "text/xml; charset=utf-8"
    assert services.content.startswith(
        b"<?xml version='1.0' encoding='utf-8'?>\n<services><service><service_code>theft</service_code>"
        b"<service_name>Pencurian</service_name><description>Barang hilang dicuri</description>"
        b"<metadata>true</metadata><type>realtime</type><keywords /><group /></service><service>"
    )
    definition = await citizen.get(f"{OPEN311}/services/theft.xml?{query}")
    assert definition.content == (
        b"<?xml version='1.0' encoding='utf-8'?>\n<service_definition><service_code>theft</service_code><attributes>"
        b"<attribute><variable>true</variable><code>vehicle</code><datatype>singlevaluelist</datatype>"
        b"<required>false</required><datatype_description /><order>1</order><description>Kendaraan?</description>"
        b"<values><value><key>car</key><name>Mobil</name></value><value><key>motorcycle</key><name>Motor</name></value>"
        b"</values></attribute>"
        b"<attribute><variable>true</variable><code>plate</code><datatype>text</datatype>"
        b"<required>false</required><datatype_description /><order>2</order><description>Nomor polisi?</description>"
        b"<values /></attribute></attributes></service_definition>"
    )
    nothing = await citizen.get(f"{OPEN311}/requests.xml?{query}")
    assert nothing.content == b"<?xml version='1.0' encoding='utf-8'?>\n<service_requests />"
    assert (await citizen.get(f"{OPEN311}/requests.json?{query}")).content == b"[]"
    taken = await post(citizen, office, "xml")
    root = parsed(taken.content)
    assert [element.tag for element in root.iter()] == [
        "service_requests", "request", "service_request_id", "service_notice", "account_id",
    ]  # fmt: skip
    discovery = of(await citizen.get(f"{OPEN311}/discovery.json"), 200)
    (endpoint,) = discovery["endpoints"]
    assert endpoint["url"].endswith(OPEN311)
    assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert endpoint["formats"] == ["text/xml", "application/json"]
    xml = parsed((await citizen.get(f"{OPEN311}/discovery.xml")).content)
    assert [element.text for element in xml.iter("format")] == endpoint["formats"]
