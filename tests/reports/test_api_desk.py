"""The desk's API: the board and its stream, steps and refusals, search, exports; each for the own office alone."""

import csv
import io
import json
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from httpx import AsyncClient

from services.reports.views import register
from shared.contracts.message import Command, Event
from shared.contracts.reports.base import Place
from shared.contracts.reports.incidents import FileReport, SendMessage
from shared.contracts.reports.staff import RemoveStaff
from shared.messaging.errors import Pending
from tests.queue.streams import Stream, Told, listening
from tests.reports.running import Office, Site
from tests.support.site import of, problem_of, with_key
from tests.support.waiting import until


async def of_board(dispatcher: AsyncClient, office: Office, query: str = "") -> Any:
    return of(await dispatcher.get(f"{office.path}/board{query}"), 200)


async def step(dispatcher: AsyncClient, office: Office, incident: str, name: str, **body: Any) -> Any:
    """A step that must be done; returns the incident as it is then."""
    return of(await dispatcher.post(f"{office.path}/incidents/{incident}/{name}", json=body or None), 200)


JUDGED = {"category": "theft", "severity": "extreme", "certainty": "observed", "reason": "terekam"}


async def test_the_board_has_the_most_urgent_first_and_filters(
    dispatcher: AsyncClient, citizen: AsyncClient, office: Office
) -> None:
    theft = (await office.filed(citizen))["id"]
    fight = (await office.filed(citizen, category="fight", words="Berkelahi di pasar"))["id"]
    board = await of_board(dispatcher, office)
    assert [card["id"] for card in board["incidents"]] == [fight, theft]
    assert board["counts"]["unattended"] == 2
    await step(dispatcher, office, theft, "take-charge")
    for query, found in {
        "charge=me": [theft], "charge=nobody": [fight], "category=fight": [fight], "priority=1": [fight],
        "text=curian": [theft], "text=pasar berkelahi": [fight], "state=triaged": [], "late=1": [], "escalated=1": [],
        "exercise=only": [], "priority=9": [fight, theft], "state=nonsense": [fight, theft],
    }.items():  # fmt: skip
        board = await of_board(dispatcher, office, f"?{query}")
        assert [card["id"] for card in board["incidents"]] == found, query
        assert board["matching"] == len(found)
    await step(dispatcher, office, fight, "resolve", disposition="settled", words="Sudah dilerai")
    assert (await of_board(dispatcher, office))["counts"]["open"] == 1


async def test_steps_are_done_once_and_refused_with_a_reason(
    dispatcher: AsyncClient, citizen: AsyncClient, office: Office
) -> None:
    id = (await office.filed(citizen))["id"]
    address, key = f"{office.path}/incidents/{id}/triage", str(uuid4())
    once = of(await dispatcher.post(address, json=JUDGED, headers=with_key(key)), 200)
    again = of(await dispatcher.post(address, json=JUDGED, headers=with_key(key)), 200)
    assert (once["priority"], once["revision"]) == (1, again["revision"])
    assert "dispatch" in once["steps"]
    await step(dispatcher, office, id, "dispatch", unit="patrol-1")
    refused = await dispatcher.post(f"{office.path}/incidents/{id}/dispatch", json={"unit": "patrol-1"})
    problem_of(refused, 409, "unit-busy")
    problem_of(
        await dispatcher.post(f"{office.path}/incidents/{id}/close", json={"reason": "x"}), 409, "incident-elsewhere"
    )
    for unit in ("accept", "arrive", "check-in", "clear"):
        told = of(await dispatcher.post(f"{office.path}/units/patrol-1/{unit}"), 200)
    assert told["status"] == "available"
    problem_of(await dispatcher.post(f"{office.path}/units/patrol-9/accept"), 404, "unit-unknown")
    assert (await dispatcher.post(f"{office.path}/incidents/{id}/dance")).status_code in (404, 405)
    assert (await dispatcher.post(address, json={**JUDGED, "severity": "huge"})).status_code == 422


async def test_nobody_else_sees_or_changes_anything(citizen: AsyncClient, dispatcher: AsyncClient, site: Site) -> None:
    other = await site.open_office()
    id = (await other.filed(citizen))["id"]
    for path in (
        "/board",
        "/board/stream",
        "/incidents?q=motor",
        f"/incidents/{id}",
        "/units",
        "/exports/incidents.csv",
    ):
        assert (await citizen.get(f"{other.path}{path}")).status_code == 401, path
        assert (await dispatcher.get(f"{other.path}{path}")).status_code == 403, path
    assert (await dispatcher.post(f"{other.path}/incidents/{id}/triage", json=JUDGED)).status_code == 403
    async with other.staff("budi", role="officer") as officer:
        assert (await officer.get(f"{other.path}/board")).status_code == 403
        assert of(await officer.get(f"{other.path}/units"), 200)


async def test_an_incident_of_another_office_is_none(
    dispatcher: AsyncClient, citizen: AsyncClient, office: Office, site: Site
) -> None:
    id = (await (await site.open_office()).filed(citizen))["id"]
    problem_of(await dispatcher.get(f"{office.path}/incidents/{id}"), 404, "incident-unknown")
    problem_of(
        await dispatcher.post(f"{office.path}/incidents/{id}/note", json={"words": "x"}), 404, "incident-unknown"
    )
    assert of(await dispatcher.get(f"{office.path}/incidents?q=motor"), 200)["incidents"] == []


async def test_a_shift_is_handed_over_each_by_itself(
    dispatcher: AsyncClient, citizen: AsyncClient, office: Office
) -> None:
    ids = [(await office.filed(citizen))["id"] for _ in range(2)]
    for id in ids:
        await step(dispatcher, office, id, "take-charge")
    await office.add_staff("sari", role="dispatcher")
    await step(dispatcher, office, ids[0], "hand-over", to="sari")
    body = {"to": "sari", "note": "tunggu saksi", "incidents": ids}
    done = of(await dispatcher.post(f"{office.path}/hand-over", json=body), 200)
    assert done == {"done": [ids[1]], "refused": {ids[0]: "in-charge-already"}}
    told = of(await dispatcher.get(f"{office.path}/incidents/{ids[1]}"), 200)
    assert told["in_charge"] == "sari"
    assert [(line["what"], line["about"], line["words"]) for line in told["timeline"]][-1] == (
        "IncidentHandedOver", "sari", "tunggu saksi",
    )  # fmt: skip


async def test_where_the_worker_takes_longer_a_step_has_an_outcome_and_a_shift_is_handed_over_anew(
    dispatcher: AsyncClient, citizen: AsyncClient, office: Office, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = (await office.filed(citizen))["id"]
    await office.add_staff("sari", role="dispatcher")
    await step(dispatcher, office, id, "take-charge")
    ask, key = site.app.state.gateway.ask, with_key(str(uuid4()))

    async def slow(command: Command, **told: Any) -> Event:
        await ask(command, **told)
        raise Pending(told["id"])

    with monkeypatch.context() as busy:
        busy.setattr(site.app.state.gateway, "ask", slow)
        noted = await dispatcher.post(f"{office.path}/incidents/{id}/note", json={"words": "x"}, headers=key)
        assert of(noted, 202)["id"] == key["idempotency-key"]
        whole = f"{office.path}/hand-over", {"to": "sari", "incidents": [id]}
        handed = await dispatcher.post(whole[0], json=whole[1], headers=key)
        problem_of(handed, 503, "unavailable")
        assert int(handed.headers["retry-after"]) > 0
    assert of(await dispatcher.get(noted.headers["location"]), 200)["status"] == "accepted"
    again = await dispatcher.post(whole[0], json=whole[1], headers=key)
    assert of(again, 200) == {"done": [id], "refused": {}}


async def test_a_caller_is_taken_in_with_who_they_are_sealed(
    dispatcher: AsyncClient, office: Office, site: Site
) -> None:
    body = {
        "category": "theft", "words": "Dompet dicuri", "place": {"words": "Terminal"},
        "contact": {"name": "Siti", "phone": "0812-3456-7890"},
        "judged": {"severity": "minor", "certainty": "likely", "reason": "lewat telepon"},
    }  # fmt: skip
    key = str(uuid4())
    taken = of(await dispatcher.post(f"{office.path}/incidents", json=body, headers=with_key(key)), 201)
    again = of(await dispatcher.post(f"{office.path}/incidents", json=body, headers=with_key(key)), 201)
    assert taken["id"] == again["id"]
    assert (taken["way"], taken["state"], taken["in_charge"]) == ("desk", "triaged", "dewi")
    assert "Siti" not in json.dumps(taken)
    for _ in range(6):
        of(await dispatcher.post(f"{office.path}/incidents", json=body), 201)


# Live -------------------------------------------------------------------------------------------------------


@pytest.fixture
async def screen(site: Site, office: Office, dispatcher: AsyncClient) -> AsyncIterator[Stream]:
    """A board that somebody looks at."""
    headers = {"authorization": dispatcher.headers["authorization"]}
    async with listening(site, f"{office.path}/board/stream", headers) as stream:
        yield stream


def ids(told: Told) -> list[str]:
    return [row["id"] for row in told["rows"]]


async def test_a_board_shows_by_itself_what_a_reload_would(
    screen: Stream, dispatcher: AsyncClient, citizen: AsyncClient, office: Office
) -> None:
    assert screen.latest["state"] == "empty"
    id = (await office.filed(citizen))["id"]
    await screen.shows(lambda told: ids(told) == [id] and [row["id"] for row in told["latest"]] == [id])
    assert screen.latest["rows"][0]["words"] == "Motor saya dicuri"
    await step(dispatcher, office, id, "triage", **JUDGED)
    await screen.shows(lambda told: told["rows"][0]["priority"] == 1)
    await step(dispatcher, office, id, "dispatch", unit="patrol-1")
    await screen.shows(lambda told: told["rows"][0]["units"] == "Patroli 1")
    await step(dispatcher, office, id, "resolve", disposition="settled", words="beres")
    await screen.shows(lambda told: told["state"] == "empty" and told["open"] == 0)


async def test_a_reporter_who_writes_is_seen_until_the_desk_has_answered(
    screen: Stream, dispatcher: AsyncClient, citizen: AsyncClient, office: Office, site: Site
) -> None:
    id = (await office.filed(citizen))["id"]
    asks = SendMessage(office=office.id, incident=id, words="Kapan datang?", via="reporter")
    await site.do(asks, actor="citizen")
    await screen.shows(lambda told: ids(told) == [id] and told["rows"][0]["asked"])
    await step(dispatcher, office, id, "message", words="Sebentar lagi")
    await screen.shows(lambda told: not told["rows"][0]["asked"])
    await step(dispatcher, office, id, "resolve", disposition="settled", words="beres")
    assert await site.reports.desk.boards.asked(office.id) == []
    await site.do(asks, actor="citizen")
    assert [card.id for card in await site.reports.desk.boards.asked(office.id)] == [id]
    await step(dispatcher, office, id, "close", reason="sudah dijawab lewat telepon")
    assert await site.reports.desk.boards.asked(office.id) == []


async def test_each_filter_has_a_stream_of_its_own(
    site: Site, dispatcher: AsyncClient, citizen: AsyncClient, office: Office
) -> None:
    headers = {"authorization": dispatcher.headers["authorization"]}
    async with (
        listening(site, f"{office.path}/board/stream?charge=me", headers) as mine,
        listening(site, f"{office.path}/board/stream?charge=nobody", headers) as nobodys,
    ):
        id = (await office.filed(citizen))["id"]
        await nobodys.shows(lambda told: ids(told) == [id])
        await step(dispatcher, office, id, "take-charge")
        await nobodys.shows(lambda told: ids(told) == [])
        await mine.shows(lambda told: ids(told) == [id] and told["charges"] == {"dewi": 1})


async def test_a_units_page_is_told_of_its_order(
    site: Site, dispatcher: AsyncClient, citizen: AsyncClient, office: Office
) -> None:
    id = (await office.filed(citizen))["id"]
    async with office.staff("budi", role="officer") as officer:
        headers = {"authorization": officer.headers["authorization"]}
        async with listening(site, f"{office.path}/units/patrol-1/stream", headers) as crew:
            assert crew.latest == {"status": "available", "incident": "", "revision": 0}
            await step(dispatcher, office, id, "dispatch", unit="patrol-1")
            told = await crew.shows(lambda told: told["status"] == "assigned" and told["incident"] == id)
            await step(dispatcher, office, id, "note", words="awas anjing")
            await crew.shows(lambda now: now["revision"] == told["revision"] + 1)


async def test_who_is_removed_sees_no_more_of_the_board(
    site: Site, office: Office, dispatcher: AsyncClient, screen: Stream
) -> None:
    await site.do(RemoveStaff(office=office.id, username="dewi"))
    await until(lambda: screen.ended, within=10)


# Search and exports -----------------------------------------------------------------------------------------


async def test_all_words_must_occur_whatever_their_endings(
    dispatcher: AsyncClient, citizen: AsyncClient, office: Office
) -> None:
    first = await office.filed(citizen, words="Pencurian sepeda motor di terminal")
    second = await office.filed(citizen, words="Dompet dicuri", place={"words": "Terminal Mamboro"})

    async def found(query: str) -> list[str]:
        told = of(await dispatcher.get(f"{office.path}/incidents", params={"q": query}), 200)
        return [hit["id"] for hit in told["incidents"]]

    assert await found("mencuri terminal") == [second["id"], first["id"]]
    assert await found("curi motor") == [first["id"]]
    assert await found("curi kapal") == []
    assert await found("yang di") == []
    for written in (first["number"], first["code"], first["code"].lower(), "1"):
        assert await found(written) == [first["id"]], written
    told = of(await dispatcher.get(f"{office.path}/incidents?q=curi&state=closed"), 200)
    assert told["incidents"] == []


async def test_search_goes_on_where_it_was(dispatcher: AsyncClient, office: Office, site: Site) -> None:
    for n in range(25):
        place = Place(words="Pasar")
        await site.do(FileReport(office=office.id, category="theft", words=f"Sandal {n}", place=place), actor="citizen")
    address = f"{office.path}/incidents?q=sandal"
    page = of(await dispatcher.get(address), 200)
    numbers = [hit["number"] for hit in page["incidents"]]
    assert len(numbers) == 20
    rest = of(await dispatcher.get(f"{address}&cursor={page['next']}"), 200)
    numbers += [hit["number"] for hit in rest["incidents"]]
    assert rest["next"] is None
    assert numbers == sorted(set(numbers), reverse=True)
    assert len(numbers) == 25
    assert of(await dispatcher.get(f"{address}&cursor=nonsense"), 200)["incidents"][0]["number"] == numbers[0]


async def test_exports_hold_no_word_and_nobody(citizen: AsyncClient, office: Office, site: Site) -> None:
    contact = {"name": "Siti Canary", "phone": "0812-3456-7890"}
    theft = await office.filed(citizen, contact=contact, words="Kata canary")
    await office.filed(citizen, category="domestic", words="Kata canary lain")
    async with office.staff("maria", role="manager") as manager:
        answer = await manager.get(f"{office.path}/exports/incidents.csv")
        rows = list(csv.DictReader(io.StringIO(answer.text)))
        assert [row["category"] for row in rows] == ["theft", "domestic"]
        assert rows[0]["latitude"] == "-0.8917"
        assert (rows[1]["latitude"], rows[1]["coarse"]) == ("-0.895", "yes")
        assert "canary" not in answer.text.lower()
        told = of(await manager.get(f"{office.path}/exports/incidents.geojson"), 200)
        assert [feature["properties"]["number"] for feature in told["features"]] == [row["number"] for row in rows]
        assert told["features"][0]["geometry"]["coordinates"] == [119.8707, -0.8917]
        lines = (await manager.get(f"{office.path}/exports/incidents.ndjson?category=theft")).text.splitlines()
        assert [json.loads(line)["properties"]["number"] for line in lines] == [theft["number"]]
        first = (today(site, office) + timedelta(days=1)).isoformat()
        empty = of(await manager.get(f"{office.path}/exports/incidents.geojson?first={first}&last={first}"), 200)
        assert empty["features"] == []
        assert (await manager.get(f"{office.path}/exports/incidents.pdf")).status_code in (404, 422)
    async with office.staff("dina", role="dispatcher") as dispatcher:
        assert (await dispatcher.get(f"{office.path}/exports/incidents.csv")).status_code == 403


def today(site: Site, office: Office) -> date:
    return site.reports.clock().astimezone(ZoneInfo(office.plan.time_zone)).date()


async def test_an_export_holds_each_once_where_many_came_at_one_moment(
    citizen: AsyncClient, office: Office, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed = [await office.filed(citizen) for _ in range(9)]
    incidents = site.app.state.client[site.settings.database("reports")]["incidents"]
    moment = site.reports.clock() - timedelta(hours=1)
    for nth, incident in enumerate(filed):
        at = moment + timedelta(minutes=0 if nth < 7 else nth)
        await incidents.update_one({"_id": incident["id"]}, {"$set": {"filed_at": at}})
    monkeypatch.setattr(register, "BATCH", 2)
    async with office.staff("maria", role="manager") as manager:
        lines = (await manager.get(f"{office.path}/exports/incidents.ndjson")).text.splitlines()
    numbers = [json.loads(line)["properties"]["number"] for line in lines]
    assert sorted(numbers) == sorted(incident["number"] for incident in filed)
    assert numbers[7:] == [incident["number"] for incident in filed[7:]]


async def test_an_export_is_written_down(office: Office, site: Site) -> None:
    async with office.staff("maria", role="manager") as manager:
        key = str(uuid4())
        await manager.get(f"{office.path}/exports/incidents.csv", headers=with_key(key))
        entry = await site.journal(key)
        assert (entry.actor, entry.type) == ("staff/maria", "kentongan.reports.TakeExport.v1")


async def test_bad_input_is_never_our_mistake(dispatcher: AsyncClient, office: Office) -> None:
    for path in (
        "/board?priority=x&state=%00&text=%F0%9F%9A%A8&charge=%2F%2F",
        "/incidents?q=%00&first=x&last=9999-12-31&cursor=%FF",
        "/incidents?q=a&first=0001-01-01&last=0001-01-01", f"/incidents/{'x' * 200}", "/incidents/%00",
    ):  # fmt: skip
        assert (await dispatcher.get(f"{office.path}{path}")).status_code < 500, path
