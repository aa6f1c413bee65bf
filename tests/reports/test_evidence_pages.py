"""The pages of evidence and cameras, with a browser that has no JavaScript."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from httpx import AsyncClient, Response

from services.reports.domain.incident import Incident
from shared.contracts.reports.cameras import AddCamera, CameraAdded, CheckCamera
from shared.contracts.reports.incidents import FileReport, IncidentReported
from tests.reports.evidence.media import SECRET, jpeg, video
from tests.reports.evidence.scene import PLAN
from tests.reports.evidence_steps import added, token_of
from tests.reports.running import API, Office, Site
from tests.reports.scene import HERE
from tests.support.site import HTML, PASSWORD, of, problem_of

PHOTO = jpeg(6)


class Person:
    """Somebody of the staff at a browser."""

    def __init__(self, browser: AsyncClient) -> None:
        self.browser = browser

    async def see(self, address: str, status: int = 200) -> str:
        """A page."""
        answer = await self.browser.get(address)
        assert answer.status_code == status, f"{answer.status_code} {answer.url}: {answer.text[:300]}"
        return answer.text

    async def fill(self, page: str, action: str, **written: str) -> Response:
        """Send the form of a page that goes to an address."""
        html = await self.see(page)
        form = html.split(f'action="{action}"')[1].split("</form>")[0]
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))
        return await self.browser.post(action, data={**hidden, **written})


@pytest.fixture
async def maria(site: Site, office: Office) -> AsyncIterator[Person]:
    """Who answers for the desk, signed in."""
    await office.add_staff("maria", role="manager")
    async with site.client(headers=HTML, follow_redirects=True) as browser:
        person = Person(browser)
        told = {"office": office.id, "username": "maria", "password": PASSWORD}
        assert (await person.fill("/reports/sign-in", "/reports/sign-in", **told)).status_code == 200
        yield person


@pytest.fixture
async def incident(office: Office) -> str:
    """Something that has just happened."""
    command = FileReport(office=office.id, category="theft", words="Motor dicuri", place=HERE)
    reported = await office.site.do(command, actor="citizen")
    assert isinstance(reported, IncidentReported)
    return reported.incident


@pytest.fixture
async def evidence(office: Office, citizen: AsyncClient) -> str:
    """A photo that a reporter has added."""
    return await added(citizen, PHOTO, report=token_of(await office.filed(citizen)), note="Pelat nomor")


async def hung(office: Office) -> str:
    """A camera that sees where the incidents are."""
    camera = await office.site.do(AddCamera(office=office.id, plan=PLAN), actor="staff/maria")
    assert isinstance(camera, CameraAdded)
    return camera.camera


async def test_to_look_at_a_photo_is_written_down_first(site: Site, maria: Person, evidence: str) -> None:
    here = f"/reports/evidence/{evidence}"
    assert "Pelat nomor" in await maria.see(here)
    shown = await maria.fill(here, f"{here}/show")
    assert f"{here}/view/" in str(shown.url)
    source = re.search(r'<img src="([^"]+)"', shown.text)
    assert source is not None
    picture = await maria.browser.get(source[1])
    assert picture.headers["content-type"] == "image/jpeg"
    assert SECRET.encode() not in picture.content
    actions = [entry.action for entry in await site.app.state.evidence_room.views.log(evidence)]
    assert actions == ["collected", "viewed"]


async def test_an_address_that_was_passed_on_shows_nothing(
    site: Site, office: Office, maria: Person, evidence: str
) -> None:
    here = f"/reports/evidence/{evidence}"
    shown = await maria.fill(here, f"{here}/show")
    await office.add_staff("budi", role="dispatcher")
    async with site.client(headers=HTML, follow_redirects=True) as browser:
        other = Person(browser)
        told = {"office": office.id, "username": "budi", "password": PASSWORD}
        await other.fill("/reports/sign-in", "/reports/sign-in", **told)
        again = await browser.get(str(shown.url))
        assert str(again.url).endswith(here)  # back to where it must be asked for
    async with site.client(headers=HTML) as stranger:
        assert (await stranger.get(str(shown.url))).status_code == 303


async def test_a_video_is_played_from_its_page(office: Office, citizen: AsyncClient, maria: Person) -> None:
    data = video("mp4", "libx264", frames=10)
    id = await added(citizen, data, report=token_of(await office.filed(citizen)))
    shown = await maria.fill(f"/reports/evidence/{id}", f"/reports/evidence/{id}/show")
    source = re.search(r'<video src="([^"]+)"', shown.text)
    assert source is not None
    part = await maria.browser.get(source[1], headers={"range": "bytes=0-99"})
    assert part.status_code == 206
    assert "media-src 'self'" in part.headers["content-security-policy"]


async def test_a_package_and_an_original_need_a_reason(maria: Person, evidence: str) -> None:
    here = f"/reports/evidence/{evidence}"
    for way in ("export", "original"):
        refused = await maria.fill(here, f"{here}/{way}", reason=" ")
        assert refused.status_code == 422
    package = await maria.fill(here, f"{here}/export", reason="Perkara 12")
    assert package.headers["content-type"] == "application/zip"
    original = await maria.fill(here, f"{here}/original", reason="Perkara 12")
    assert original.content == PHOTO
    assert "attachment" in original.headers["content-disposition"]


async def test_holds_and_retention_by_forms(maria: Person, evidence: str) -> None:
    here = f"/reports/evidence/{evidence}"
    held = await maria.fill(here, f"{here}/holds", reason="Perkara 12")
    assert held.status_code == 200
    assert "Perkara 12" in held.text
    refused = await maria.fill(here, f"{here}/destroy", reason="Lama")
    assert refused.status_code == 409
    release = re.search(rf'action="({here}/holds/[^"]+/release)"', await maria.see(here))
    assert release is not None
    assert (await maria.fill(here, release[1], reason="Selesai")).status_code == 200
    for until in ("2001-01-01", "nonsense", ""):
        assert (await maria.fill(here, f"{here}/retention", until=until, reason="x")).status_code == 422
    until = (datetime.now(UTC) + timedelta(days=900)).date().isoformat()
    assert (await maria.fill(here, f"{here}/retention", until=until, reason="Lebih lama")).status_code == 200
    gone = await maria.fill(here, f"{here}/destroy", reason="Lama")
    assert gone.status_code == 200
    assert f'action="{here}/show"' not in gone.text


async def test_camera_and_time_are_entered_by_the_offices_clock(
    office: Office, maria: Person, evidence: str, dispatcher: AsyncClient
) -> None:
    camera, here = await hung(office), f"/reports/evidence/{evidence}"
    check = CheckCamera(office=office.id, camera=camera, health="working", clock_offset_seconds=60)
    await office.site.do(check, actor="staff/maria")
    told = {"camera": camera, "starts_at": "2026-03-02T20:00:00", "ends_at": "2026-03-02T20:05", "how": "Flash disk"}
    assert (await maria.fill(here, f"{here}/recording", **told)).status_code == 200
    known = of(await dispatcher.get(f"{API}/evidence/{evidence}"), 200)
    starts = datetime.fromisoformat(known["recording"]["starts_at"])
    assert starts.astimezone(UTC).isoformat() == "2026-03-02T12:00:00+00:00"
    assert datetime.fromisoformat(known["true_starts_at"]) == starts - timedelta(seconds=60)
    assert (await maria.fill(here, f"{here}/recording", **{**told, "starts_at": "later"})).status_code == 422


async def test_a_desk_adds_evidence_by_a_form(site: Site, maria: Person, incident: str) -> None:
    page = f"/reports/incidents/{incident}"
    html = await maria.see(page)
    action = re.search(rf'action="({page}/evidence[^"]*)"', html)
    assert action is not None
    form = html.split(action[0])[1].split("</form>")[0]
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))
    sent = await maria.browser.post(
        action[1], data={**hidden, "note": "Dari CCTV"}, files=[("files", ("a.jpg", jpeg(), "image/jpeg"))]
    )
    assert sent.status_code == 200
    assert sent.url.path.endswith(f"/incidents/{incident}")
    (line,) = await site.app.state.evidence_room.views.of_incident(incident)
    assert (line.via, line.collected_by) == ("desk", "staff/maria")
    assert f"/reports/evidence/{line.id}" in sent.text


async def test_back_never_leads_elsewhere(maria: Person, incident: str) -> None:
    page = f"/reports/incidents/{incident}"
    form = (await maria.see(page)).split(f'action="{page}/evidence')[1].split("</form>")[0]
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))
    sent = await maria.browser.post(
        f"{page}/evidence?back=https://example.com/",
        data=hidden,
        files=[("files", ("a.jpg", jpeg(), "image/jpeg"))],
        follow_redirects=False,
    )
    assert sent.headers["location"].startswith(page)


# Cameras -------------------------------------------------------------------------------------------------

WRITTEN = {
    "name": "Pasar Inpres", "owner": "Toko Maju", "owner_kind": "business", "address": "Jalan 1", "latitude": "-0.8917",
    "longitude": "119.8700", "bearing": "90", "angle": "60", "range_metres": "100", "retention_hours": "72",
    "contact": "Ibu Rina", "note": "",
}  # fmt: skip


async def test_a_camera_from_its_first_line_to_its_last(maria: Person, dispatcher: AsyncClient) -> None:
    new = "/reports/cameras/new"
    for wrong in ({"latitude": "north"}, {"retention_hours": "0"}, {"name": ""}, {"bearing": "400"}):
        refused = await maria.fill(new, new, **{**WRITTEN, **wrong})
        assert refused.status_code == 422
        assert "aria-invalid" in refused.text
        assert "Toko Maju" in refused.text  # what was written is still there
    page = await maria.fill(new, new, **WRITTEN)
    assert "Pasar Inpres" in page.text
    here = page.url.path
    assert (await maria.fill(here, here, **{**WRITTEN, "retention_hours": "240"})).status_code == 200
    wrong_clock = await maria.fill(here, f"{here}/check", health="working", offset="soon")
    assert wrong_clock.status_code == 422
    checked = await maria.fill(here, f"{here}/check", health="working", offset="-37", note="Lensa bersih")
    assert "0:00:37" in checked.text
    assert (await maria.fill(here, f"{here}/retire", reason="")).status_code == 422
    assert (await maria.fill(here, f"{here}/retire", reason="Dibongkar")).status_code == 200
    (camera,) = of(await dispatcher.get(f"{API}/cameras"), 200)
    assert (camera["retention_hours"], camera["clock_offset_seconds"]) == (240, -37)
    assert camera["retired_at"] is not None


async def test_an_owner_is_asked_from_the_incidents_page(
    office: Office, maria: Person, incident: str, dispatcher: AsyncClient
) -> None:
    camera = await hung(office)
    check = CheckCamera(office=office.id, camera=camera, health="working", clock_offset_seconds=125)
    await office.site.do(check, actor="staff/maria")
    (near,) = of(await dispatcher.get(f"{API}/incidents/{incident}/cameras"), 200)
    assert (near["sees"], near["camera"]["id"]) == (True, camera)
    shift = datetime.fromisoformat(near["camera_starts_at"]) - datetime.fromisoformat(near["starts_at"])
    assert shift == timedelta(seconds=125)
    page = f"/reports/incidents/{incident}"
    html = await maria.see(page)
    assert PLAN.name in html
    starts = re.search(r'name="starts_at" type="datetime-local" value="([^"]+)"', html)
    ends = re.search(r'name="ends_at" type="datetime-local" value="([^"]+)"', html)
    assert starts is not None
    assert ends is not None
    asked = await maria.fill(page, f"{page}/requests", starts_at=starts[1], ends_at=ends[1], note="Motor merah")
    assert asked.status_code == 200
    here = asked.url.path
    assert here.startswith("/reports/requests/")
    letter = await maria.see(f"{here}/letter")
    assert PLAN.owner in letter
    assert "Motor merah" in letter
    (again,) = of(await dispatcher.get(f"{API}/incidents/{incident}/cameras"), 200)
    assert again["requested"] == here.rpartition("/")[2]
    assert (await maria.fill(here, f"{here}/answer", answer="nothing")).status_code == 422
    assert (await maria.fill(here, f"{here}/answer", answer="promised", note="Besok")).status_code == 200
    assert here in await maria.see("/reports/cameras")  # still to come
    assert (await maria.fill(here, f"{here}/withdraw", reason="Sudah ada")).status_code == 200
    problem_of(await dispatcher.post(f"{API}{here[8:]}/answer", json={"answer": "received"}), 409, "request-over")


async def test_cameras_near_are_those_that_see_it_then_by_distance(
    site: Site, office: Office, incident: str, dispatcher: AsyncClient
) -> None:
    from dataclasses import replace

    beside = replace(PLAN, name="Membelakangi", bearing=270)
    far = replace(PLAN, name="Jauh", longitude=119.8600)
    for plan in (beside, far, PLAN):
        await office.site.do(AddCamera(office=office.id, plan=plan), actor="staff/maria")
    near = of(await dispatcher.get(f"{API}/incidents/{incident}/cameras"), 200)
    assert [(one["camera"]["name"], one["sees"]) for one in near] == [(PLAN.name, True), ("Membelakangi", False)]
    (known,) = await site.reports.store.load(Incident, "id", [incident])
    assert known.latitude == HERE.latitude


async def test_reminders_come_by_themselves(
    site: Site, office: Office, incident: str, dispatcher: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    camera, now = await hung(office), datetime.now(UTC)
    body = {"camera": camera, "starts_at": (now - timedelta(hours=1)).isoformat(), "ends_at": now.isoformat()}
    asked = of(await dispatcher.post(f"{API}/incidents/{incident}/requests", json=body), 201)
    room = site.app.state.evidence_room
    await room.chores.do()
    assert of(await dispatcher.get(f"{API}/requests/{asked['id']}"), 200)["reminders"] == 0
    (due,) = [document["due"] for document in await _due(room, asked["id"])]
    assert now < due < datetime.fromisoformat(asked["deadline"])
    monkeypatch.setattr(room.chores, "_clock", lambda: due + timedelta(seconds=1))
    await room.chores.do()  # the worker's own clock says that it is too early, so nothing comes of it
    assert of(await dispatcher.get(f"{API}/requests/{asked['id']}"), 200)["reminders"] == 0


async def _due(room: object, id: str) -> list[dict[str, datetime]]:
    found: list[dict[str, datetime]] = await room.chores._requests.find({"_id": id}).to_list(1)  # type: ignore[attr-defined]
    return found


async def test_strangers_and_administrators_see_none_of_it(site: Site, office: Office, evidence: str) -> None:
    async with site.client(headers=HTML) as stranger:
        for address in (f"/reports/evidence/{evidence}", "/reports/cameras", "/reports/cameras/new"):
            assert (await stranger.get(address)).status_code == 303
    async with office.staff("tono", role="administrator") as administrator:
        problem_of(await administrator.get(f"{API}/cameras"), 403, "forbidden")
