"""Reports through the API: taken in once, shown to their reporter alone."""

from uuid import uuid4

from httpx import AsyncClient

from services.reports.domain.records import Reporter
from tests.reports.running import API, Office, Site
from tests.support.site import of, problem_of


async def test_a_report_is_filed_once_and_shown_to_its_reporter(citizen: AsyncClient, office: Office) -> None:
    key = str(uuid4())
    filed = of(await office.file(citizen, key=key), 201)
    assert of(await office.file(citizen, key=key), 201) == filed
    assert filed["code"].startswith(filed["number"])
    token = filed["link"].rpartition("/")[2]
    shown = of(await citizen.get(f"{API}/reports/{token}"), 200)
    assert shown["state"] == "received"
    assert shown["words"] == "Motor saya dicuri"
    assert [line["what"] for line in shown["timeline"]] == ["IncidentReported"]


async def test_nobody_opens_a_report_by_its_id(citizen: AsyncClient, office: Office) -> None:
    filed = await office.filed(citizen)
    problem_of(await citizen.get(f"{API}/reports/{filed['id']}"), 404, "incident-unknown")
    problem_of(await citizen.get(f"{API}/reports/{filed['id']}.{'A' * 22}"), 404, "incident-unknown")


async def test_an_anonymous_report_keeps_nothing_of_who_sent_it(
    citizen: AsyncClient, office: Office, site: Site
) -> None:
    contact = {"name": "Siti", "phone": "0812-3456-7890"}
    filed = await office.filed(citizen, privacy="anonymous", contact=contact)
    assert await site.reports.store.load(Reporter, "id", [filed["id"]]) == []


async def test_what_a_reporter_says_of_themselves_is_sealed(citizen: AsyncClient, office: Office, site: Site) -> None:
    filed = await office.filed(citizen, contact={"name": "Siti", "phone": "0812-3456-7890"})
    (kept,) = await site.reports.store.load(Reporter, "id", [filed["id"]])
    assert kept.sealed is not None
    assert site.reports.identities.open(kept.sealed).phone == "+6281234567890"
