"""Evidence is given out only to who may, after it is written down; and what was exported can be verified anywhere."""

import asyncio
import subprocess
import sys
import zipfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from httpx import AsyncClient

from services.reports.evidence.files import FileMissing
from shared.contracts.reports.evidence import RecordAccess
from shared.messaging.errors import Pending, Transient
from tests.reports.evidence.media import jpeg, video
from tests.reports.evidence_steps import added, given, granted, sha256, token_of
from tests.reports.running import API, Office, Site
from tests.support.site import of, problem_of

PHOTO = jpeg(6)


@pytest.fixture
async def manager(office: Office) -> AsyncIterator[AsyncClient]:
    """Who answers for the desk, signed in."""
    async with office.staff("maria", role="manager") as client:
        yield client


@pytest.fixture
async def evidence(office: Office, citizen: AsyncClient) -> str:
    """A photo that a reporter has added."""
    return await added(citizen, PHOTO, report=token_of(await office.filed(citizen)), filename="IMG_1.jpg")


async def ran(*command: str) -> "subprocess.CompletedProcess[str]":
    """A program that has come to its end."""
    return await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=False)


async def log_of(client: AsyncClient, evidence: str) -> list[Any]:
    log: list[Any] = of(await client.get(f"{API}/evidence/{evidence}"), 200)["log"]
    return log


async def test_each_look_is_an_entry_of_the_log(dispatcher: AsyncClient, evidence: str) -> None:
    told = await granted(dispatcher, evidence)
    log = await log_of(dispatcher, evidence)
    assert [(e["action"], e["actor"]) for e in log] == [("collected", "citizen"), ("viewed", "staff/dewi")]
    assert (told["entries"], told["head"]) == (2, log[-1]["hash"])


async def test_nothing_is_given_out_that_is_not_written_down(
    site: Site, dispatcher: AsyncClient, evidence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = site.app.state.gateway

    for failure, status in ((Pending("a-command-id"), 202), (Transient("away"), 503)):

        async def fails(*_: Any, failure: Exception = failure, **__: Any) -> Any:
            raise failure

        with monkeypatch.context() as broken:
            broken.setattr(type(gateway), "ask", fails)
            answer = await dispatcher.post(f"{API}/evidence/{evidence}/accesses", json={})
        assert answer.status_code == status
        assert "address" not in answer.text
    assert len(await log_of(dispatcher, evidence)) == 1


async def test_a_pass_is_worth_something_to_one_person_for_a_while(
    site: Site, office: Office, dispatcher: AsyncClient, evidence: str
) -> None:
    address = (await granted(dispatcher, evidence))["address"]
    assert (await dispatcher.get(address)).status_code == 200
    async with office.staff("budi") as colleague, site.client() as stranger:
        problem_of(await colleague.get(address), 403, "forbidden")
        problem_of(await stranger.get(address), 401, "sign-in-needed")
    problem_of(await dispatcher.get(address.replace(".copy.", ".original.")), 403, "forbidden")
    problem_of(await dispatcher.get(f"{API}/evidence/files/nonsense"), 403, "forbidden")
    passes = site.app.state.evidence_room.passes
    clock, passes._clock = passes._clock, lambda: datetime.now(UTC) + timedelta(hours=3)
    try:
        problem_of(await dispatcher.get(address), 403, "forbidden")
    finally:
        passes._clock = clock


async def test_a_player_gets_any_part_of_a_video(office: Office, citizen: AsyncClient, dispatcher: AsyncClient) -> None:
    data = video("mp4", "libx264", frames=50)
    id = await added(citizen, data, report=token_of(await office.filed(citizen)))
    address = (await granted(dispatcher, id))["address"]
    whole = await dispatcher.get(address)
    copy = whole.content
    assert whole.headers["accept-ranges"] == "bytes"
    assert whole.headers["content-type"] == "video/mp4"
    for wanted, start, end in (
        ("bytes=0-99", 0, 100),
        ("bytes=1000-", 1000, len(copy)),
        ("bytes=-500", len(copy) - 500, len(copy)),
        (f"bytes=10-{len(copy) * 2}", 10, len(copy)),
    ):
        part = await dispatcher.get(address, headers={"range": wanted})
        assert (part.status_code, part.content) == (206, copy[start:end]), wanted
        assert part.headers["content-range"] == f"bytes {start}-{end - 1}/{len(copy)}"
    for wanted in (f"bytes={len(copy)}-", "bytes=5-4", "bytes=-", "lines=1-2"):
        refused = await dispatcher.get(address, headers={"range": wanted})
        assert refused.status_code == 416
    changed = await dispatcher.get(address, headers={"range": "bytes=0-9", "if-range": '"other"'})
    assert (changed.status_code, len(changed.content)) == (200, len(copy))
    assert len(await log_of(dispatcher, id)) == 2  # however often the player asks


async def test_the_original_is_for_who_answers_for_it_and_says_why(
    dispatcher: AsyncClient, manager: AsyncClient, evidence: str
) -> None:
    body = {"access": "downloaded", "variant": "original", "reason": "Perkara 12"}
    problem_of(await dispatcher.post(f"{API}/evidence/{evidence}/accesses", json=body), 403, "forbidden")
    address = f"{API}/evidence/{evidence}/accesses"
    problem_of(await manager.post(address, json={**body, "reason": ""}), 422, "reason-missing")
    answer = await manager.get((await granted(manager, evidence, **body))["address"])
    assert answer.content == PHOTO
    assert answer.headers["content-disposition"].startswith("attachment;")
    last = (await log_of(manager, evidence))[-1]
    assert last["details"] == {"variant": "original", "reason": "Perkara 12"}


async def test_an_exported_package_is_verified_without_us(manager: AsyncClient, evidence: str, tmp_path: Path) -> None:
    told = await granted(manager, evidence, access="exported", reason="Berkas perkara 12")
    answer = await manager.get(told["address"])
    assert answer.headers["content-type"] == "application/zip"
    path = tmp_path / "bukti.zip"
    path.write_bytes(answer.content)
    with zipfile.ZipFile(path) as package:
        (original,) = [name for name in package.namelist() if name.startswith("original/")]
        assert package.read(original) == PHOTO
        (tmp_path / "verify.py").write_bytes(package.read("verify.py"))
    command = [sys.executable, "-I", "-S", str(tmp_path / "verify.py"), str(path)]
    done = await ran(*command, "--fingerprint", told["head"])
    assert done.returncode == 0, done.stderr
    assert sha256(PHOTO) in done.stdout
    other = await ran(*command, "--fingerprint", "0" * 64)
    assert other.returncode == 1
    assert "NOT INTACT" in other.stderr


async def test_an_export_after_a_change_is_made_anew(manager: AsyncClient, evidence: str) -> None:
    told = await granted(manager, evidence, access="exported", reason="Perkara 12")
    body = {"how": "Diserahkan pelapor di kantor"}
    of(await manager.put(f"{API}/evidence/{evidence}/recording", json=body), 200)
    problem_of(await manager.get(told["address"]), 409, "evidence-changed-meanwhile")
    again = await granted(manager, evidence, access="exported", reason="Perkara 12")
    assert (await manager.get(again["address"])).status_code == 200


async def test_a_hold_keeps_it_and_its_release_lets_it_go(
    dispatcher: AsyncClient, manager: AsyncClient, evidence: str
) -> None:
    here = f"{API}/evidence/{evidence}"
    problem_of(await dispatcher.post(f"{here}/holds", json={"reason": "Perkara 12"}), 403, "forbidden")
    held = of(await manager.post(f"{here}/holds", json={"reason": "Perkara 12"}), 201)
    problem_of(await manager.post(f"{here}/destroy", json={"reason": "Lama"}), 409, "evidence-held")
    (hold,) = held["holds"]
    problem_of(await manager.post(f"{here}/holds/other/release", json={"reason": "x"}), 404, "hold-unknown")
    of(await manager.post(f"{here}/holds/{hold['id']}/release", json={"reason": "Selesai"}), 200)
    gone = of(await manager.post(f"{here}/destroy", json={"reason": "Lama"}), 200)
    assert gone["state"] == "destroyed"


async def test_what_is_destroyed_leaves_its_hash_and_its_log(
    site: Site, dispatcher: AsyncClient, manager: AsyncClient, evidence: str
) -> None:
    address = (await granted(dispatcher, evidence))["address"]
    of(await manager.post(f"{API}/evidence/{evidence}/destroy", json={"reason": "Permintaan pemilik"}), 200)
    problem_of(await dispatcher.get(address), 404, "not-found")
    problem_of(await dispatcher.post(f"{API}/evidence/{evidence}/accesses", json={}), 410, "evidence-gone")
    room = site.app.state.evidence_room
    await room.chores.do()
    known = of(await dispatcher.get(f"{API}/evidence/{evidence}"), 200)
    assert known["state"] == "erased"
    assert known["original"]["sha256"] == sha256(PHOTO)
    assert known["name"] == ""
    assert [entry["action"] for entry in known["log"]] == ["collected", "viewed", "destroyed", "erased"]
    for key in (f"original/{evidence}", f"copy/{evidence}"):
        with pytest.raises(FileMissing):
            await room.files.size(key)
    await room.chores.do()
    assert len(await log_of(dispatcher, evidence)) == 4


async def test_retention_destroys_by_itself_and_not_before(
    site: Site, manager: AsyncClient, evidence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, room = f"{API}/evidence/{evidence}", site.app.state.evidence_room
    past = datetime.now(UTC) - timedelta(days=1)
    body = {"until": past.isoformat(), "reason": "Singkat"}
    problem_of(await manager.put(f"{here}/retention", json=body), 422, "retention-past")
    until = datetime.now(UTC) + timedelta(seconds=2)
    of(await manager.put(f"{here}/retention", json={"until": until.isoformat(), "reason": "Singkat"}), 200)
    assert of(await manager.get(here), 200)["state"] == "kept"
    monkeypatch.setattr(room.chores, "_clock", lambda: until + timedelta(minutes=6))
    for _ in range(2):
        await room.chores.do()
    assert of(await manager.get(here), 200)["state"] == "erased"
    assert (await log_of(manager, evidence))[-2]["actor"] == "system"


async def test_another_offices_staff_see_nothing(site: Site, evidence: str) -> None:
    elsewhere = await site.open_office()
    async with elsewhere.staff(role="manager") as stranger:
        problem_of(await stranger.get(f"{API}/evidence/{evidence}"), 404, "evidence-unknown")
        problem_of(await stranger.post(f"{API}/evidence/{evidence}/accesses", json={}), 404, "evidence-unknown")


async def test_roles(office: Office, evidence: str) -> None:
    async with office.staff("rani", role="officer") as officer:
        await granted(officer, evidence)
        problem_of(await officer.post(f"{API}/evidence/{evidence}/destroy", json={"reason": "x"}), 403, "forbidden")
        problem_of(await officer.put(f"{API}/evidence/{evidence}/recording", json={}), 403, "forbidden")
    async with office.staff("tono", role="administrator") as administrator:
        problem_of(await administrator.get(f"{API}/evidence/{evidence}"), 403, "forbidden")


async def test_no_event_says_what_a_sender_or_an_officer_wrote(
    site: Site, office: Office, citizen: AsyncClient, manager: AsyncClient
) -> None:
    canary = "Burung-Kenari-77"
    filed = await office.filed(citizen)
    id = await added(citizen, PHOTO, report=token_of(filed), filename=f"{canary}.jpg", note=canary)
    key = f"access-of-{id}"[:40].replace("_", "-")
    reason = {"access": "downloaded", "variant": "original", "reason": canary}
    answer = await manager.post(f"{API}/evidence/{id}/accesses", json=reason, headers={"idempotency-key": key})
    assert answer.status_code == 201
    for command in (id, key):
        entry = await site.journal(command)
        assert entry.events
        assert all(canary.encode() not in (event.value or b"") for event in entry.events)
    assert RecordAccess.classification == "personal"


async def test_the_bytes_of_a_gone_file_are_a_clean_error(site: Site, dispatcher: AsyncClient, evidence: str) -> None:
    address = (await granted(dispatcher, evidence))["address"]
    await site.app.state.evidence_room.files.delete(f"copy/{evidence}")
    try:
        answer = await dispatcher.get(address)
    except FileMissing:  # the test's own client sees what a server's would cut the connection for
        return
    assert answer.status_code >= 400


async def test_the_working_copy_alone_is_no_proof_of_the_original(dispatcher: AsyncClient, evidence: str) -> None:
    known = of(await dispatcher.get(f"{API}/evidence/{evidence}"), 200)
    copy = await given(dispatcher, evidence)
    assert known["original"]["sha256"] != known["working_copy"]["sha256"] == sha256(copy)
