"""The desk's pages of other agencies, and the agency's own page, as people without JavaScript use them."""

import json
import re
from typing import Any

from httpx import AsyncClient, Response

from services.reports.domain.incident import Incident
from tests.agencies.bridges import Bridged, mirrored
from tests.reports.running import Office
from tests.support.site import HTML, PASSWORD

AREA = {
    "type": "Feature",
    "properties": {},
    "geometry": {
        "type": "Polygon",
        "coordinates": [[[119.8, -0.95], [119.95, -0.95], [119.95, -0.8], [119.8, -0.8], [119.8, -0.95]]],
    },
}


def fields(page: str) -> dict[str, str]:
    """The hidden fields of a page's first form that has both."""
    token = re.search(r'name="csrf" value="([^"]+)"', page)
    key = re.search(r'name="idempotency_key" value="([^"]+)"', page)
    assert token
    return {"csrf": token[1]} | ({"idempotency_key": key[1]} if key else {})


async def sent(browser: AsyncClient, page: str, path: str, **more: Any) -> Response:
    """Fill in a form of a page, and send it."""
    shown = await browser.get(page)
    assert shown.status_code == 200, shown.text[:500]
    return await browser.post(path, data={**fields(shown.text), **more})


async def signed_in(bridged: Bridged, office: Office, username: str, role: Any) -> AsyncClient:
    await office.add_staff(username, role=role)
    browser = bridged.site.client(headers=HTML, follow_redirects=True)
    page = await browser.get("/reports/sign-in")
    token = fields(page.text)["csrf"]
    told = {"csrf": token, "office": office.id, "username": username, "password": PASSWORD}
    answer = await browser.post("/reports/sign-in", data=told)
    assert answer.status_code == 200, answer.text[:500]
    return browser


async def test_a_manager_agrees_rules_with_an_agency_and_makes_its_token(
    bridged: Bridged, office: Office, citizen: AsyncClient
) -> None:
    damkar = bridged.agencies[0]
    manager = await signed_in(bridged, office, "mira", "manager")
    listed = "/reports/desk/agencies"
    unknown = await sent(manager, listed, listed, slug="nobody-here", name="Tidak ada", kind="fire")
    assert unknown.status_code == 409
    assert "kentongan agency add nobody-here" in unknown.text
    added = await sent(manager, listed, listed, slug=damkar.name, name="Damkar Palu", kind="fire")
    assert added.status_code == 200
    page = f"{listed}/{damkar.name}"
    rule: dict[str, Any] = {"purpose": "Pemadaman", "tier": "assist", "least_severity": "minor", "expires_at": ""}
    wrong = await sent(manager, f"{page}/rules/new", f"{page}/rules/new", **rule, area='{"type":"Point"}')
    assert wrong.status_code == 422
    assert "area-error" in wrong.text
    told = {**rule, "categories": ["fight"], "area": json.dumps(AREA)}
    proposed = await sent(manager, f"{page}/rules/new", f"{page}/rules/new", **told)
    assert "Pemadaman" in proposed.text
    made = await sent(manager, page, f"{page}/tokens", name="Ruang kendali")
    token = re.search(r"kta_[\w-]+", made.text)
    assert token
    assert token[0] not in (await manager.get(page)).text, "it is shown once"
    async with bridged.site.client(headers=HTML, follow_redirects=True) as agency:
        assert "/reports/agency/sign-in" in str((await agency.get("/reports/agency")).url)
        refused = await sent(agency, "/reports/agency/sign-in", "/reports/agency/sign-in", token="kta_wrong")
        assert refused.status_code == 401
        own = await sent(agency, "/reports/agency/sign-in", "/reports/agency/sign-in", token=token[0])
        (rule_id,) = re.findall(r'data-rule="([^"]+)"', own.text)
        assert (await sent(agency, "/reports/agency", f"/reports/agency/rules/{rule_id}/accept")).status_code == 200
        incident = (await office.filed(citizen, category="fight", words="kenari-cerita"))["id"]
        async with bridged.site.client() as program:
            program.headers["authorization"] = f"Bearer {token[0]}"
            await mirrored(program, incident)
        own = await agency.get("/reports/agency")
        assert incident in own.text
        assert "kenari" not in own.text
        at = f"/reports/agency/incidents/{incident}"
        await sent(agency, at, f"{at}/acknowledge", reference="D-9")
        await sent(agency, at, f"{at}/unit", unit="Pemadam 1", status="en-route")
        said = await sent(agency, at, f"{at}/say", words="Kami berangkat")
        assert "Kami berangkat" in said.text
        desk = f"/reports/desk/incidents/{incident}/agencies"
        replied = await sent(manager, desk, f"{desk}/reply", agency=damkar.name, words="Lewat gerbang utara")
        for words in ("Damkar Palu", "D-9", "Pemadam 1", "Kami berangkat", "Lewat gerbang utara", "Pemadaman"):
            assert words in replied.text
        assert desk in (await manager.get(f"/reports/desk/incidents/{incident}")).text
        assert "Lewat gerbang utara" in (await agency.get(at)).text
        ended = await sent(manager, page, f"{page}/rules/{rule_id}/end", reason="selesai")
        assert ended.status_code == 200
        removed = await sent(manager, page, f"{page}/remove", reason="selesai")
        assert removed.status_code == 200
        assert "/reports/agency/sign-in" in str((await agency.get("/reports/agency")).url)
    await manager.aclose()


async def test_a_dispatcher_shares_by_hand_and_takes_a_drill_away_but_makes_no_rules(
    bridged: Bridged, office: Office
) -> None:
    damkar = bridged.agencies[0]
    await damkar.joins(office, categories=("noise",))
    async with office.staff("tono") as api:
        drill = {
            "category": "fight",
            "words": "Latihan gempa",
            "place": {"latitude": -0.89, "longitude": 119.87, "words": "Lapangan"},
            "exercise": True,
        }
        incident = (await api.post(f"{office.path}/incidents", json=drill)).json()["id"]
    dispatcher = await signed_in(bridged, office, "dina", "dispatcher")
    assert (await dispatcher.get("/reports/desk/agencies")).status_code == 403
    desk = f"/reports/desk/incidents/{incident}/agencies"
    shared = await sent(dispatcher, desk, f"{desk}/share", agency=damkar.name, tier="view", purpose="Latihan bersama")
    assert shared.status_code == 200
    async with bridged.program(office, damkar) as program:
        assert (await mirrored(program, incident))["exercise"] is True
        twice = await sent(dispatcher, desk, f"{desk}/share", agency=damkar.name, tier="view", purpose="Lagi saja")
        assert twice.status_code == 409
        assert "Latihan bersama" in twice.text
        gone = await sent(dispatcher, desk, f"{desk}/remove-exercise", reason="selesai")
        assert gone.status_code == 200
        assert (await mirrored(program, incident, change="ended"))["ended"] == "exercise-removed"
        (kept,) = await office.site.reports.store.load(Incident, "id", [incident])
        assert kept.removed
        assert (await dispatcher.get(desk)).status_code == 404
    await dispatcher.aclose()


async def test_desk_and_programs_have_the_same_by_json(bridged: Bridged, office: Office, citizen: AsyncClient) -> None:
    damkar = bridged.agencies[0]
    rule = await damkar.joins(office, categories=("fight",))
    incident = (await office.filed(citizen, category="fight"))["id"]
    api = "/reports/api/v1"
    async with office.staff("mira", role="manager") as manager, bridged.program(office, damkar) as program:
        await mirrored(program, incident)
        (agency,) = (await manager.get(f"{api}/agencies")).json()
        assert (agency["slug"], agency["in_force"]) == (damkar.name, 1)
        (shared,) = (await manager.get(f"{api}/incidents/{incident}/agencies")).json()
        assert (shared["rule"], shared["by_hand"], shared["has_it"]) == (rule, False, True)
        body = {"agency": damkar.name, "words": "Halo"}
        assert (await manager.post(f"{api}/incidents/{incident}/agencies/messages", json=body)).status_code == 204
        told = (await program.get(f"{api}/agency/incidents/{incident}/messages")).json()
        assert [(one["side"], one["words"]) for one in told] == [("office", "Halo")]
        made = (await manager.post(f"{api}/agencies/{damkar.name}/tokens", json={"name": "x"})).json()
        listed = (await manager.get(f"{api}/agencies/{damkar.name}/tokens")).json()
        assert made["token"].startswith("kta_")
        assert "token" not in listed[0]
        ended = await manager.post(f"{api}/agencies/{damkar.name}/tokens/{made['id']}/end")
        assert ended.status_code == 204
        hook = await _webhooks_of_a_manager(manager, f"{api}/agencies/{damkar.name}/webhooks")
    async with office.staff("dina", role="dispatcher") as dispatcher:
        assert (await dispatcher.get(f"{api}/agencies/{damkar.name}/webhooks")).status_code == 403
    elsewhere = await office.site.open_office()
    async with elsewhere.staff("mira", role="manager") as stranger:
        assert (await stranger.get(f"{api}/agencies")).json() == []
        hooks = f"{api}/agencies/{damkar.name}/webhooks"
        assert (await stranger.get(hooks)).json() == []
        assert (await stranger.delete(f"{hooks}/{hook}")).status_code == 404
        body = {"name": "x", "url": "https://1.1.1.1/hook"}
        assert (await stranger.post(hooks, json=body)).status_code == 404
        assert (await stranger.get(f"{api}/incidents/{incident}/agencies")).status_code == 404
        assert (await stranger.post(f"{api}/agencies/{damkar.name}/tokens", json={"name": "x"})).status_code == 404


async def _webhooks_of_a_manager(manager: AsyncClient, hooks: str) -> str:
    """Everything that a manager can do with them; returns the id of one that stays."""
    body = {"name": "Ruang kendali", "url": "https://1.1.1.1/hook"}
    made = (await manager.post(hooks, json=body)).json()
    assert made["secret"].startswith("whsec_")
    at = f"{hooks}/{made['id']}"
    (listed,) = (await manager.get(hooks)).json()
    assert "secret" not in listed
    assert listed == (await manager.get(at)).json()
    off = (await manager.post(f"{at}/disable")).json()
    assert (off["state"], off["reason"]) == ("disabled", "switched off by the office")
    replayed = (await manager.post(f"{at}/replay", json={"since": "2026-03-02T00:00:00Z"})).json()
    assert replayed["replay_from"] == "2026-03-02T00:00:00Z"
    for bad in ({"since": "kemarin"}, {"since": "2026-03-02T00:00:00"}, {}):
        assert (await manager.post(f"{at}/replay", json=bad)).status_code == 422
    assert (await manager.post(hooks, json={**body, "url": "https://10.0.0.1/"})).status_code == 422
    assert (await manager.delete(at)).status_code == 204
    assert (await manager.get(at)).status_code == 404
    last = (await manager.post(hooks, json=body)).json()
    for step, state in (("disable", "disabled"), ("enable", "active"), ("disable", "disabled")):
        assert (await manager.post(f"{hooks}/{last['id']}/{step}")).json()["state"] == state
    return str(last["id"])
