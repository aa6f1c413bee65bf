"""Evidence comes in by the tus protocol and by plain forms, from reporters and from the staff."""

import base64
import hashlib
import re

import pytest
from httpx import AsyncClient

from services.reports.domain.evidence import Evidence
from services.reports.entrypoints.evidence import quotas
from services.reports.entrypoints.evidence.quotas import Quota
from tests.reports.evidence.media import SECRET, jpeg, noise, video
from tests.reports.evidence_steps import TUS, UPLOADS, added, begun, given, patched, sha256, token_of
from tests.reports.running import API, Office, Site
from tests.support.site import HTML, of, problem_of


async def test_a_reporter_adds_a_photo_in_pieces(office: Office, citizen: AsyncClient, dispatcher: AsyncClient) -> None:
    filed = await office.filed(citizen)
    data = jpeg(6)
    answer = await begun(citizen, len(data), report=token_of(filed), filename="IMG_2026.jpg", note="Pelat nomor")
    assert answer.status_code == 201
    assert answer.headers["tus-resumable"] == "1.0.0"
    address = answer.headers["location"]
    first = await patched(citizen, address, 0, data[:1000])
    assert (first.status_code, first.headers["upload-offset"]) == (204, "1000")
    assert "upload-expires" in first.headers
    looked = await citizen.head(address, headers=TUS)
    assert (looked.headers["upload-offset"], looked.headers["upload-length"]) == ("1000", str(len(data)))
    assert looked.headers["cache-control"] == "no-store"
    assert (await patched(citizen, address, 1000, data[1000:])).status_code == 204
    outcome = of(await citizen.get(address), 200)
    assert outcome["status"] == "taken"
    known = of(await dispatcher.get(f"{API}/evidence/{outcome['evidence']}"), 200)
    assert known["original"] == {"media_type": "image/jpeg", "size": len(data), "sha256": sha256(data)}
    assert (known["name"], known["note"], known["via"]) == ("IMG_2026.jpg", "Pelat nomor", "reporter")
    assert (known["media"]["width"], known["media"]["height"]) == (200, 320)
    assert [entry["action"] for entry in known["log"]] == ["collected"]
    copy = await given(dispatcher, outcome["evidence"])
    assert SECRET.encode() not in copy
    assert sha256(copy) == known["working_copy"]["sha256"]


async def test_the_original_stays_as_it_came(site: Site, office: Office, citizen: AsyncClient) -> None:
    filed, data = await office.filed(citizen), jpeg(3)
    evidence = await added(citizen, data, report=token_of(filed))
    async with office.staff("maria", role="manager") as manager:
        assert await given(manager, evidence, access="downloaded", variant="original", reason="Perkara 12") == data
    (kept,) = await site.reports.store.load(Evidence, "id", [evidence])
    assert kept.original.sha256 == sha256(data)


async def test_a_video_of_the_staff_with_its_camera(
    office: Office, citizen: AsyncClient, dispatcher: AsyncClient
) -> None:
    incident = (await office.filed(citizen))["id"]
    data = video("matroska", "libx264", frames=10)
    evidence = await added(
        dispatcher,
        data,
        incident=incident,
        filename="ch01.mkv",
        starts_at="2026-03-02T08:00:00+08:00",
        ends_at="2026-03-02T08:05:00+08:00",
        how="Disalin ke flash disk",
    )
    known = of(await dispatcher.get(f"{API}/evidence/{evidence}"), 200)
    assert known["collected_by"] == "staff/dewi"
    assert known["recording"]["how"] == "Disalin ke flash disk"
    assert known["media"]["codec"] == "h264"
    assert known["true_starts_at"] is None  # nobody has compared the clock
    lines = of(await dispatcher.get(f"{API}/incidents/{incident}/evidence"), 200)
    assert [line["id"] for line in lines] == [evidence]


async def test_the_server_says_what_it_can(citizen: AsyncClient) -> None:
    answer = await citizen.options(UPLOADS)
    assert answer.status_code == 204
    assert answer.headers["tus-version"] == "1.0.0"
    assert set(answer.headers["tus-extension"].split(",")) == {"creation", "termination", "expiration", "checksum"}
    assert int(answer.headers["tus-max-size"]) >= 512 * 1024 * 1024


async def test_what_a_client_says_wrongly_is_told(office: Office, citizen: AsyncClient) -> None:
    token = token_of(await office.filed(citizen))
    problem_of(await citizen.post(UPLOADS, headers={"upload-length": "5"}), 412, "tus-version")
    problem_of(await begun(citizen, 5), 401, "sign-in-needed")
    problem_of(await begun(citizen, 5, report="no.proof"), 404, "incident-unknown")
    problem_of(await begun(citizen, 0, report=token), 422, "file-empty")
    broken = {**TUS, "upload-length": "9", "upload-metadata": "report !!!"}
    problem_of(await citizen.post(UPLOADS, headers=broken), 400, "bad-request")
    for length in ("", "x", "-1", "1e9", "9" * 40):
        headers = {**TUS, "upload-length": length, "upload-metadata": ""}
        problem_of(await citizen.post(UPLOADS, headers=headers), 400, "bad-request")
    address = (await begun(citizen, 5000, report=token)).headers["location"]
    told = {**TUS, "upload-offset": "0", "content-type": "application/octet-stream"}
    problem_of(await citizen.patch(address, content=b"x", headers=told), 415, "unsupported-media-type")
    problem_of(await patched(citizen, address, 7, b"x"), 409, "upload-elsewhere")
    problem_of(await patched(citizen, address, 0, noise(5001)), 413, "upload-overfull")
    assert (await citizen.head(address[:-2] + "__", headers=TUS)).status_code == 404


async def test_a_part_that_arrives_broken_is_sent_again(office: Office, citizen: AsyncClient) -> None:
    token, data = token_of(await office.filed(citizen)), jpeg()
    address = (await begun(citizen, len(data), report=token)).headers["location"]
    right = base64.b64encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()
    wrong = base64.b64encode(hashlib.sha1(b"other", usedforsecurity=False).digest()).decode()
    refused = await patched(citizen, address, 0, data, **{"upload-checksum": f"sha1 {wrong}"})
    assert refused.status_code == 460
    assert (await citizen.head(address, headers=TUS)).headers["upload-offset"] == "0"
    unknown = await patched(citizen, address, 0, data, **{"upload-checksum": "md5 eA=="})
    assert unknown.status_code == 400
    assert (await patched(citizen, address, 0, data, **{"upload-checksum": f"sha1 {right}"})).status_code == 204
    assert of(await citizen.get(address), 200)["status"] == "taken"


async def test_an_upload_can_be_given_up(office: Office, citizen: AsyncClient) -> None:
    token, data = token_of(await office.filed(citizen)), jpeg()
    address = (await begun(citizen, len(data), report=token)).headers["location"]
    await patched(citizen, address, 0, data[:500])
    assert (await citizen.delete(address, headers=TUS)).status_code == 204
    assert (await citizen.head(address, headers=TUS)).status_code == 404


@pytest.mark.parametrize(
    ("data", "status", "slug"),
    [
        (b"<html><script>alert(1)</script></html>" + b" " * 200_000, 415, "file-not-recognised"),
        (b"\xff\xd8\xff\xe0" + noise(100_000), 422, "file-damaged"),
        (jpeg()[:-3000], 422, "file-damaged"),
        (jpeg(more=b"\n<script>alert(1)</script>"), 415, "file-disguised"),
    ],
    ids=["page", "noise", "half", "polyglot"],
)
async def test_what_is_no_honest_photo_is_refused(
    site: Site, office: Office, citizen: AsyncClient, data: bytes, status: int, slug: str
) -> None:
    filed = await office.filed(citizen)
    address = (await begun(citizen, len(data), report=token_of(filed), filename="foto.jpg")).headers["location"]
    problem_of(await patched(citizen, address, 0, data), status, slug)
    assert await site.app.state.evidence_room.views.of_incident(filed["id"]) == []
    answer = await citizen.get(address)
    assert answer.status_code == 404 or answer.json()["reason"] == slug


async def test_nobody_fills_the_store_by_one_link(
    office: Office, citizen: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(quotas.QUOTAS, "reporter", Quota(2, 1, 1))
    token, data = token_of(await office.filed(citizen)), jpeg()
    problem_of(await begun(citizen, 2 * 1024 * 1024, report=token), 413, "too-many-bytes")
    await added(citizen, data, report=token)
    assert (await begun(citizen, 900_000, report=token)).status_code == 201
    problem_of(await begun(citizen, 10, report=token), 409, "too-many-files")
    other = token_of(await office.filed(citizen))
    assert (await begun(citizen, 10, report=other)).status_code == 201


async def test_another_offices_staff_add_nothing_here(site: Site, office: Office, citizen: AsyncClient) -> None:
    incident = (await office.filed(citizen))["id"]
    elsewhere = await site.open_office()
    async with elsewhere.staff() as stranger:
        problem_of(await begun(stranger, 100, incident=incident), 403, "forbidden")


async def test_nothing_is_added_to_a_closed_report(office: Office, citizen: AsyncClient) -> None:
    from shared.contracts.reports.incidents import CloseIncident, ResolveIncident

    filed = await office.filed(citizen)
    resolve = ResolveIncident(office=office.id, incident=filed["id"], disposition="settled", words="Selesai")
    await office.site.do(resolve, actor="staff/dewi")
    await office.site.do(
        CloseIncident(office=office.id, incident=filed["id"], reason="Sudah selesai"), actor="staff/dewi"
    )
    data = jpeg()
    address = (await begun(citizen, len(data), report=token_of(filed))).headers["location"]
    problem_of(await patched(citizen, address, 0, data), 409, "incident-over")


# Forms ---------------------------------------------------------------------------------------------------


async def form_of(browser: AsyncClient, page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form that a page has for an address."""
    answer = await browser.get(page)
    assert answer.status_code == 200, answer.text[:500]
    form = answer.text.split(f'action="{action}')[1].split("</form>")[0]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))


def files(*contents: bytes) -> list[tuple[str, tuple[str, bytes, str]]]:
    return [("files", (f"C:\\foto\\{n}.jpg", data, "image/jpeg")) for n, data in enumerate(contents)]


async def test_a_form_without_javascript_adds_photos(site: Site, office: Office, citizen: AsyncClient) -> None:
    filed = await office.filed(citizen)
    token, room = token_of(filed), site.app.state.evidence_room
    async with site.client(headers=HTML) as browser:
        hidden = await form_of(browser, "/reports/sign-in", "/reports/sign-in")
        told = {"csrf": hidden["csrf"], "idempotency_key": "a-key-of-this-form-1", "note": "Dua foto"}
        sent = await browser.post(f"/reports/r/{token}/evidence", data=told, files=files(jpeg(), jpeg(6)))
        assert sent.status_code == 303, sent.text
        assert sent.headers["location"].startswith(f"/reports/r/{token}?sent=")
        lines = await room.views.of_incident(filed["id"])
        assert [line.name for line in lines] == ["0.jpg", "1.jpg"]
        again = await browser.post(f"/reports/r/{token}/evidence", data=told, files=files(jpeg(), jpeg(6)))
        assert again.status_code == 303
        assert len(await room.views.of_incident(filed["id"])) == 2


async def test_a_form_that_is_not_ours_adds_nothing(site: Site, office: Office, citizen: AsyncClient) -> None:
    filed = await office.filed(citizen)
    token = token_of(filed)
    async with site.client(headers=HTML) as browser:
        for csrf in ("", "made-up"):
            told = {"csrf": csrf, "idempotency_key": "a-key-of-this-form-2"}
            sent = await browser.post(f"/reports/r/{token}/evidence", data=told, files=files(jpeg()))
            assert sent.status_code == 403
    assert await site.app.state.evidence_room.views.of_incident(filed["id"]) == []


async def test_a_form_says_which_file_was_refused(site: Site, office: Office, citizen: AsyncClient) -> None:
    filed = await office.filed(citizen)
    token = token_of(filed)
    async with site.client(headers=HTML) as browser:
        hidden = await form_of(browser, "/reports/sign-in", "/reports/sign-in")
        told = {"csrf": hidden["csrf"], "idempotency_key": "a-key-of-this-form-3"}
        sent = await browser.post(f"/reports/r/{token}/evidence", data=told, files=files(jpeg(), b"<html>", jpeg(2)))
        assert sent.status_code == 415
        assert "text/html" in sent.headers["content-type"]
        empty = await browser.post(f"/reports/r/{token}/evidence", data=told, files=[("files", ("", b"", "x/y"))])
        assert empty.status_code == 422
        none = await browser.post(f"/reports/r/{token}/evidence", data=told)
        assert none.status_code == 415
    assert len(await site.app.state.evidence_room.views.of_incident(filed["id"])) == 1
