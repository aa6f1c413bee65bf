"""An agency's JSON API: its own and nothing else, what it agrees to, and what it says to the desk."""

import json

from httpx import AsyncClient

from tests.agencies.bridges import AGENCY, Bridged, Receiver, mirrored, receiving, register
from tests.reports.running import Office
from tests.support.site import of, problem_of
from tests.support.waiting import until


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
