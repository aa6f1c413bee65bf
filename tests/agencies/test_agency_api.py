"""An agency's JSON API and feeds: its own and nothing else, and nothing outside of what it may see."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import xmlschema
from aiokafka import AIOKafkaConsumer, TopicPartition
from httpx import AsyncClient, BasicAuth

from services.reports.allowance import AT_ONCE
from services.reports.entrypoints.agencies import feeds
from services.reports.views.agencies_lag import GroupView, has_topics, lag_of
from shared.clock import system_clock
from shared.contracts.reports.agencies import EndRule, RemoveAgency
from shared.contracts.reports.incidents import AddNote
from tests.agencies.atom import must_be_atom
from tests.agencies.bridges import AGENCY, Bridged, Receiver, mirrored, receiving
from tests.agencies.test_webhooks import register, triage
from tests.reports.agencies import with_topics
from tests.reports.running import Office
from tests.support.site import of, problem_of
from tests.support.waiting import until

CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"
ATOM = "{http://www.w3.org/2005/Atom}"
SCHEMA = xmlschema.XMLSchema(Path(__file__).parent / "data" / "CAP-v1.2.xsd")


def cap_of(answer: Any) -> ET.Element:
    assert answer.status_code == 200, answer.text
    SCHEMA.validate(answer.text)
    return ET.fromstring(answer.content)  # noqa: S314  # our own


async def test_states_have_etags_and_pages(bridged: Bridged, office: Office, citizen: AsyncClient) -> None:
    damkar = bridged.agencies[0]
    await damkar.joins(office, categories=("fight",))
    async with bridged.program(office, damkar) as program:
        ids = [(await office.filed(citizen, category="fight"))["id"] for _ in range(3)]
        hidden = (await office.filed(citizen, category="noise"))["id"]
        for id in ids:
            await mirrored(program, id)
        answer = await program.get(f"{AGENCY}/incidents?limit=2")
        page = of(answer, 200)
        assert answer.headers["cache-control"] == "private, no-cache"
        same = await program.get(f"{AGENCY}/incidents?limit=2", headers={"if-none-match": answer.headers["etag"]})
        assert (same.status_code, same.content) == (304, b"")
        rest = of(await program.get(page["next"]), 200)
        assert [one["incident"] for one in (*page["incidents"], *rest["incidents"])] == sorted(ids)
        assert rest["next"] is None
        problem_of(await program.get(f"{AGENCY}/incidents/{hidden}"), 404, "not-shared")
        for bad in ("?limit=0", "?limit=x", f"?after={'x' * 100}"):
            problem_of(await program.get(f"{AGENCY}/incidents{bad}"), 422, "invalid")


async def test_rules_are_proposed_accepted_and_ended_from_both_sides(bridged: Bridged, office: Office) -> None:
    damkar = bridged.agencies[0]
    await damkar.joins(office, categories=("fight",))
    async with bridged.program(office, damkar) as program:
        terms = {"tier": "assist", "purpose": "Pemadaman", "categories": ["fight"]}
        proposed = of(await program.post(f"{AGENCY}/rules", json={"terms": terms}), 201)
        assert (proposed["state"], proposed["proposed_by"]) == ("proposed", "agency")
        problem_of(await program.post(f"{AGENCY}/rules/{proposed['id']}/accept"), 409, "own-proposal")
        ended = await program.post(f"{AGENCY}/rules/{proposed['id']}/end", json={"reason": "tidak jadi"})
        assert of(ended, 200)["state"] == "ended"
        problem_of(await program.get(f"{AGENCY}/rules/nothing"), 404, "rule-unknown")
        wrong = {**terms, "purpose": ""}
        problem_of(await program.post(f"{AGENCY}/rules", json={"terms": wrong}), 422, "invalid")
        assert {rule["state"] for rule in of(await program.get(f"{AGENCY}/rules"), 200)} == {"accepted", "ended"}


async def test_what_an_agency_says_reaches_the_timeline_and_the_desk_answers(
    bridged: Bridged, office: Office, citizen: AsyncClient
) -> None:
    damkar, pmi = bridged.agencies
    await damkar.joins(office, categories=("fight",))
    await pmi.joins(office, categories=("noise",))
    incident = (await office.filed(citizen, category="fight"))["id"]
    at = f"{AGENCY}/incidents/{incident}"
    async with bridged.program(office, damkar) as program, bridged.program(office, pmi) as stranger:
        await mirrored(program, incident)
        bodies = {
            "acknowledgement": {"reference": "D-7"},
            "units": {"unit": "Pemadam 1", "status": "en-route"},
            "messages": {"words": "Kami berangkat"},
        }
        for path, body in bodies.items():
            assert (await program.post(f"{at}/{path}", json=body)).status_code == 204
            problem_of(await stranger.post(f"{at}/{path}", json=body), 404, "not-shared")
        agencies = bridged.room.agencies
        talk = await agencies.talk(office.id, incident)
        assert [(line.what, line.agency, line.words, line.side) for line in talk] == [
            ("IncidentAcknowledged", damkar.name, "D-7", "agency"),
            ("AgencyUnitReported", damkar.name, "Pemadam 1: en-route", "agency"),
            ("AgencyMessageSent", damkar.name, "Kami berangkat", "agency"),
        ]
        (shared,) = await agencies.shared_with(office.id, incident)
        assert (shared.agency, shared.has_it, shared.acknowledged) == (damkar.name, True, True)
        problem_of(await stranger.get(f"{at}/messages"), 404, "not-shared")
        assert [told["words"] for told in of(await program.get(f"{at}/messages"), 200)] == ["Kami berangkat"]


async def test_what_the_desk_writes_comes_by_topic_and_webhook_and_stands_with_the_incident(
    bridged: Bridged, office: Office, citizen: AsyncClient
) -> None:
    damkar, _ = bridged.agencies
    await damkar.joins(office, categories=("fight",))
    receiver = Receiver()
    async with receiving(receiver), bridged.program(office, damkar) as program, office.staff() as desk:
        await register(program, receiver)
        incident = (await office.filed(citizen, category="fight"))["id"]
        await mirrored(program, incident)
        reply = {"agency": damkar.name, "words": "Air sudah dikirim"}
        said = await desk.post(f"/reports/api/v1/incidents/{incident}/agencies/messages", json=reply)
        assert said.status_code == 204
        await until(lambda: len(receiver.got) == 2, within=60, what="the webhook has the reply")
        event = json.loads(receiver.got[1].body)
        assert event["type"] == "kentongan.share.DeskReplied.v1"
        assert event["data"]["words"] == "Air sudah dikirim"
        assert event["subject"] == incident
        state = of(await program.get(f"{AGENCY}/incidents/{incident}"), 200)
        assert state["sequence"] == 1, "a reply is no step of the incident"
        (line,) = of(await program.get(f"{AGENCY}/incidents/{incident}/messages"), 200)
        assert (line["side"], line["words"]) == ("office", "Air sudah dikirim")


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
        drill = {"category": "fight", "words": "Latihan", "place": {"words": "Lapangan", **HERE}, "exercise": True}
        incident = of(await desk.post(f"{office.path}/incidents", json=drill), 201)["id"]
        state = await mirrored(program, incident)
        assert state["exercise"] is True
        alert = cap_of(await program.get(f"{AGENCY}/incidents/{incident}/cap"))
        assert alert.findtext(f"{CAP}status") == "Exercise"
        assert (alert.findtext(f"{CAP}info/{CAP}headline") or "").startswith("LATIHAN: ")
        eido = of(await program.get(f"{AGENCY}/incidents/{incident}/eido"), 200)
        assert eido["messageKind"] == "Exercise"


HERE = {"latitude": -0.8917, "longitude": 119.8707}


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


CANARY = {"words": "kenari-cerita", "place": "kenari-tempat", "name": "Kenari Nama", "phone": "+6281395170428"}


@pytest.mark.parametrize("tier", ["view", "assist"])
async def test_no_bridge_tells_what_an_agency_may_not_see(
    bridged: Bridged, office: Office, citizen: AsyncClient, tier: str
) -> None:
    damkar = bridged.agencies[0]
    rule = await damkar.joins(office, categories=("fight",), tier=tier)
    receiver = Receiver()
    async with receiving(receiver), bridged.program(office, damkar) as program:
        await register(program, receiver)
        place = {**HERE, "accuracy_metres": 15, "words": CANARY["place"]}
        contact = {"name": CANARY["name"], "phone": CANARY["phone"]}
        filed = await office.filed(
            citizen, category="fight", words=CANARY["words"], place=place, contact=contact, privacy="confidential"
        )
        incident = filed["id"]
        note = AddNote(office=office.id, incident=incident, words="kenari-catatan")
        await office.site.do(note, actor="staff/kenari-dewi")
        await triage(office, incident, "extreme")
        await mirrored(program, incident, severity="extreme")
        at = f"{AGENCY}/incidents/{incident}"
        paths = (at, f"{at}/cap", f"{at}/eido", f"{at}/messages", f"{AGENCY}/incidents", f"{AGENCY}/cap")
        seen = [(await program.get(path)).text for path in (*paths, f"{AGENCY}/eido", f"{AGENCY}/rules")]
        await office.site.do(EndRule(office=office.id, rule=rule, reason="kenari-alasan"))
        await mirrored(program, incident, change="ended")
        seen += [(await program.get(path)).text for path in paths]
        await until(lambda: len(receiver.got) == 3, within=60, what="the webhook has everything")
        seen += [got.body.decode() for got in receiver.got]
        everything = "\n".join(seen).lower()
        assert incident in everything
        assert "kenari" not in everything
        assert CANARY["phone"] not in everything
        assert "dewi" not in everything
        if tier == "view":
            assert filed["number"].lower() not in everything
            assert "119.8707" not in everything


async def test_a_token_opens_its_own_agency_and_office_alone_until_it_ends(
    bridged: Bridged, office: Office, citizen: AsyncClient
) -> None:
    damkar, pmi = bridged.agencies
    elsewhere = await office.site.open_office()
    await damkar.joins(office, categories=("fight",))
    await damkar.joins(elsewhere, categories=("fight",))
    await pmi.joins(office, categories=("noise",))
    incident = (await office.filed(citizen, category="fight"))["id"]
    tokens = bridged.room.bridges.tokens
    made, text = await tokens.make(office.id, damkar.name, "feed", "staff/dewi")
    paths = (f"{AGENCY}/incidents/{incident}", f"{AGENCY}/incidents/{incident}/cap")
    async with (
        bridged.site.client() as own,
        bridged.program(office, pmi) as other,
        bridged.program(elsewhere, damkar) as away,
    ):
        own.headers["authorization"] = f"Bearer {text}"
        await mirrored(own, incident)
        for stranger in (other, away):
            for path in (*paths, f"{AGENCY}/incidents/{incident}/eido", f"{AGENCY}/incidents/{incident}/messages"):
                problem_of(await stranger.get(path), 404, "not-shared")
            listed = [(await stranger.get(f"{AGENCY}/{all}")).text for all in ("incidents", "cap", "eido", "rules")]
            assert incident not in "".join(listed)
        for id in [rule["id"] for rule in of(await own.get(f"{AGENCY}/rules"), 200)]:
            problem_of(await other.get(f"{AGENCY}/rules/{id}"), 404, "rule-unknown")
            problem_of(await other.post(f"{AGENCY}/rules/{id}/end", json={"reason": "x" * 5}), 404, "rule-unknown")
        basic = await bridged.site.client().get(f"{AGENCY}/cap", auth=BasicAuth("damkar", text))
        assert basic.status_code == 200
        await tokens.end(office.id, damkar.name, made.id, "staff/dewi")
        problem_of(await own.get(paths[0]), 401, "agency-token-needed")
        problem_of(await bridged.site.client().get(paths[0]), 401, "agency-token-needed")
        await office.site.do(RemoveAgency(office=office.id, agency=pmi.name, reason="selesai"))
        problem_of(await other.get(f"{AGENCY}/incidents"), 401, "agency-token-needed")


async def test_a_token_is_kept_as_a_hash_and_does_not_ask_too_often(
    bridged: Bridged, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    damkar = bridged.agencies[0]
    await damkar.joins(office, categories=("fight",))
    token = await bridged.token(office, damkar)
    documents = [document async for document in bridged.room.bridges.tokens._tokens.find({"office": office.id})]
    assert token not in json.dumps(documents, default=str)
    async with bridged.site.client() as program:
        program.headers["authorization"] = f"Bearer {token}"
        now = system_clock()
        monkeypatch.setattr(bridged.room.allowance, "_clock", lambda: now)  # no second goes by, however slow we are
        statuses = [(await program.get(f"{AGENCY}/rules")).status_code for _ in range(AT_ONCE + 1)]
        assert statuses == [200] * AT_ONCE + [429]
        now += timedelta(seconds=2)
        assert (await program.get(f"{AGENCY}/rules")).status_code == 200


async def test_the_page_knows_how_far_an_agencys_own_consumers_have_read(
    bridged: Bridged, office: Office, citizen: AsyncClient
) -> None:
    settings = bridged.site.settings
    async with with_topics(settings, f"siaga-{token_hex(3)}") as (agency,):  # on which nothing else comes meanwhile
        await agency.joins(office, categories=("fight",))
        for _ in range(2):
            await office.filed(citizen, category="fight")
        assert len(await agency.hears(2)) == 2
        group = settings.topic(f"agency.{agency.name}.siaga")
        consumer = AIOKafkaConsumer(bootstrap_servers=settings.kafka, group_id=group, enable_auto_commit=False)
        place = TopicPartition(agency.topics[0], 0)
        await consumer.start()
        try:
            consumer.assign([place])
            assert (await consumer.end_offsets([place]))[place] == 2
            assert await lag_of(settings, agency.name) == []
            await consumer.commit({place: 0})
        finally:
            await consumer.stop()
        assert await lag_of(settings, agency.name) == [GroupView(group, 2)]
        assert await has_topics(settings, agency.name)
    assert not await has_topics(settings, "nobody-here")


def _reference(alert: ET.Element) -> str:
    return ",".join(alert.findtext(f"{CAP}{name}") or "" for name in ("sender", "identifier", "sent"))


def _moment(told: str | None) -> datetime:
    return datetime.fromisoformat(told or "")
