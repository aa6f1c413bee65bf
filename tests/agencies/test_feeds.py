"""The feed of CAP alerts and the incidents as EIDO, as an agency's programs get them."""

from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from httpx import AsyncClient

from services.reports.entrypoints.agencies import feeds
from shared.contracts.reports.agencies import EndRule
from tests.agencies.atom import ATOM, must_be_atom
from tests.agencies.bridges import AGENCY, Bridged, mirrored, triage
from tests.agencies.cap import CAP, SCHEMA
from tests.reports.running import Office
from tests.support.site import of


def cap_of(answer: Any) -> ET.Element:
    assert answer.status_code == 200, answer.text
    SCHEMA.validate(answer.text)
    return ET.fromstring(answer.content)  # noqa: S314  # our own


async def test_cap_updates_and_cancels_by_references_and_is_valid(
    bridged: Bridged, office: Office, citizen: AsyncClient
) -> None:
    damkar = bridged.agencies[0]
    rule = await damkar.joins(office, categories=("fight",), tier="assist")
    incident = (await office.filed(citizen, category="fight"))["id"]
    async with bridged.program(office, damkar) as program:
        chain = []
        await mirrored(program, incident, sequence=1)
        first = cap_of(await program.get(f"{AGENCY}/incidents/{incident}/cap"))
        assert (first.findtext(f"{CAP}msgType"), first.findtext(f"{CAP}status")) == ("Alert", "Actual")
        assert first.findtext(f"{CAP}scope") == "Restricted"
        assert first.find(f"{CAP}references") is None
        area = first.find(f"{CAP}info/{CAP}area/{CAP}circle")
        assert area is not None
        assert area.text == "-0.8917,119.8707 0"
        chain.append(_reference(first))
        again = await program.get(f"{AGENCY}/incidents/{incident}/cap")
        assert _reference(cap_of(again)) == chain[0], "the same state is the same alert"
        await triage(office, incident, "extreme")
        await mirrored(program, incident, sequence=2)
        second = cap_of(await program.get(f"{AGENCY}/incidents/{incident}/cap"))
        assert second.findtext(f"{CAP}msgType") == "Update"
        assert (second.findtext(f"{CAP}references") or "").split() == chain
        assert second.findtext(f"{CAP}info/{CAP}severity") == "Extreme"
        chain.append(_reference(second))
        await office.site.do(EndRule(office=office.id, rule=rule, reason="selesai"))
        await mirrored(program, incident, sequence=3)
        last = cap_of(await program.get(f"{AGENCY}/incidents/{incident}/cap"))
        assert last.findtext(f"{CAP}msgType") == "Cancel"
        assert (last.findtext(f"{CAP}references") or "").split() == chain
        assert last.find(f"{CAP}info") is None
        told = await program.get(f"{AGENCY}/cap")
        assert told.headers["content-type"].startswith("application/atom+xml")
        must_be_atom(told.content)
        feed = ET.fromstring(told.content)  # noqa: S314
        (entry,) = [e for e in feed.findall(f"{ATOM}entry") if incident in (e.findtext(f"{ATOM}id") or "")]
        alert = entry.find(f"{ATOM}content/{CAP}alert")
        assert alert is not None
        SCHEMA.validate(ET.tostring(alert, encoding="unicode"))
        assert _moment(feed.findtext(f"{ATOM}updated")) >= _moment(entry.findtext(f"{ATOM}updated"))


async def test_the_feed_s_pages_leave_nothing_out_of_what_was_said_in_one_moment(
    bridged: Bridged, office: Office, citizen: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "FEED_PAGE", 2)
    damkar = bridged.agencies[0]
    ids = {(await office.filed(citizen, category="fight"))["id"] for _ in range(5)}
    await damkar.joins(office, categories=("fight",))  # all five at once
    async with bridged.program(office, damkar) as program:
        for id in ids:
            await mirrored(program, id)
        found: list[str] = []
        address: str | None = f"{AGENCY}/cap"
        while address is not None:
            page = await program.get(address)
            assert page.status_code == 200, page.text
            must_be_atom(page.content)
            feed = ET.fromstring(page.content)  # noqa: S314
            found += [entry.findtext(f"{ATOM}id") or "" for entry in feed.findall(f"{ATOM}entry")]
            links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
            address = links.get("next")
        assert sorted(found) == sorted(f"urn:kentongan:share:{damkar.name}:{id}" for id in ids)


async def test_a_drill_is_an_exercise_everywhere(bridged: Bridged, office: Office) -> None:
    damkar = bridged.agencies[0]
    await damkar.joins(office, categories=("fight",))
    async with office.staff() as desk, bridged.program(office, damkar) as program:
        place = {"words": "Lapangan", "latitude": -0.8917, "longitude": 119.8707}
        drill = {"category": "fight", "words": "Latihan", "place": place, "exercise": True}
        incident = of(await desk.post(f"{office.path}/incidents", json=drill), 201)["id"]
        state = await mirrored(program, incident)
        assert state["exercise"] is True
        alert = cap_of(await program.get(f"{AGENCY}/incidents/{incident}/cap"))
        assert alert.findtext(f"{CAP}status") == "Exercise"
        assert (alert.findtext(f"{CAP}info/{CAP}headline") or "").startswith("LATIHAN: ")
        eido = of(await program.get(f"{AGENCY}/incidents/{incident}/eido"), 200)
        assert eido["messageKind"] == "Exercise"


async def test_eido_has_the_names_of_the_standard(bridged: Bridged, office: Office, citizen: AsyncClient) -> None:
    damkar = bridged.agencies[0]
    await damkar.joins(office, categories=("fight",), tier="assist")
    filed = await office.filed(citizen, category="fight")
    async with bridged.program(office, damkar) as program:
        await mirrored(program, filed["id"])
        (found,) = of(await program.get(f"{AGENCY}/eido"), 200)["eidos"]
        assert found == of(await program.get(f"{AGENCY}/incidents/{filed['id']}/eido"), 200)
        (component,) = found["incidentComponent"]
        assert component["incidentTrackingIdentifier"] == filed["number"]
        references = {part["$id"] for name in ("agencyComponent", "locationComponent") for part in found[name]}
        assert {component["locationReference"]["$ref"], component["updatedByAgencyReference"]["$ref"]} == references


def _reference(alert: ET.Element) -> str:
    return ",".join(alert.findtext(f"{CAP}{name}") or "" for name in ("sender", "identifier", "sent"))


def _moment(told: str | None) -> datetime:
    return datetime.fromisoformat(told or "")
