"""A package that was exported is intact, and any change of any byte of it is found."""

import io
import json
import random
import zipfile
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.reports.domain.custody import CustodyEntry, canonical, sha256
from services.reports.domain.evidence import CameraFacts, Evidence
from services.reports.domain.manifest import manifest
from services.reports.entrypoints.evidence.package_page import package_page
from services.reports.evidence import verify
from services.reports.evidence.package import Papers, package
from services.reports.evidence.verify import LOG, MANIFEST, Broken
from shared.contracts.reports.evidence import AddEvidence, Media, Recording, StoredFile
from tests.reports.evidence.media import noise
from tests.reports.scene import OFFICE

ORIGINAL = b"\xff\xd8\xff\xe0" + noise(3000)
AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class Exported(NamedTuple):
    """A package and what was told of it."""

    files: dict[str, bytes]
    fingerprint: str
    data: bytes


def history(looks: int = 3) -> tuple[Evidence, list[CustodyEntry]]:
    """Evidence that was collected, looked at and exported."""
    wanted = AddEvidence(
        office=OFFICE,
        incident="incident-1",
        via="desk",
        original=StoredFile("original/e", len(ORIGINAL), sha256(ORIGINAL), "image/jpeg"),
        media=Media("photo", 320, 200, "jpeg"),
        name="Kasus <b>Ümit</b>.jpg",
        note="Pelat “DN 1234”",
        recording=Recording("camera-1", AT, AT + timedelta(minutes=5), "Flash disk"),
        working_copy=StoredFile("copy/e", 10, sha256(b"copy"), "image/jpeg"),
    )
    camera = CameraFacts("camera-1", "Simpang", "Toko Maju", 37, AT)
    evidence, entry = Evidence.collect("evidence-1", "2026-000001", wanted, camera, AT, "citizen")
    log = [entry]
    log += [evidence.access("viewed", "copy", "", AT + timedelta(minutes=n), "staff/dewi")[1] for n in range(looks)]
    log.append(evidence.access("exported", "original", "Jaksa", AT + timedelta(hours=1), "staff/maria")[1])
    return evidence, log


async def exported(looks: int = 3) -> Exported:
    evidence, log = history(looks)

    async def original() -> AsyncIterator[bytes]:
        for at in range(0, len(ORIGINAL), 700):
            yield ORIGINAL[at : at + 700]

    papers = Papers(
        canonical(manifest(evidence, len(log))), [e.line() for e in log], package_page(evidence, log, "a.jpg")
    )
    data = b"".join([piece async for piece in package("a.jpg", original(), papers)])
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        return Exported({name: opened.read(name) for name in opened.namelist()}, evidence.head, data)


def packed(path: Path, files: dict[str, bytes], *, sums: bool = True) -> Path:
    """A package of these files, with checksums that fit unless they shall not."""
    if sums:
        others = {name: data for name, data in files.items() if name != verify.SUMS}
        lines = "".join(f"{sha256(others[name])}  {name}\n" for name in sorted(others))
        files = {**others, verify.SUMS: lines.encode()}
    with zipfile.ZipFile(path, "w") as target:
        for name, data in files.items():
            target.writestr(name, data)
    return path


async def test_an_exported_package_is_intact(tmp_path: Path) -> None:
    whole = await exported()
    path = tmp_path / "package.zip"
    path.write_bytes(whole.data)
    found = verify.verify(path, whole.fingerprint)
    assert found["sha256"] == sha256(ORIGINAL)
    assert found["entries"] == 5
    assert found["fingerprint"] == whole.fingerprint
    assert verify.main([str(path), "--fingerprint", whole.fingerprint.upper()]) == 0
    assert verify.main([str(path)]) == 0
    assert verify.main([]) == 2


async def test_the_readable_page_says_it_all_and_runs_nothing() -> None:
    page = (await exported()).files[verify.PAGE].decode()
    assert "Kasus &lt;b&gt;Ümit&lt;/b&gt;.jpg" in page
    assert "<script" not in page
    assert "http" not in page.replace("<!doctype html>", "")


async def test_the_manifest_has_the_cameras_clock_put_right() -> None:
    sheet = json.loads((await exported()).files[MANIFEST])
    assert sheet["recorded"]["starts_at_camera_clock"] == "2026-03-02T08:00:00.000Z"
    assert sheet["recorded"]["starts_at_true"] == "2026-03-02T07:59:23.000Z"
    assert sheet["camera"]["clock_offset_seconds"] == 37


async def test_the_verifier_writes_as_the_service_does() -> None:
    _, log = history()
    for entry in log:
        assert verify.canonical(entry.content()) == canonical(entry.content())
        assert verify.sha256(verify.canonical(entry.content())) == entry.hash


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.randoms(use_true_random=False))
def test_any_changed_byte_of_evidence_manifest_or_log_is_found(where: random.Random, tmp_path: Path) -> None:
    whole = _whole()
    name = where.choice(["original/a.jpg", MANIFEST, LOG])
    data = bytearray(whole.files[name])
    at = where.randrange(len(data))
    data[at] ^= 1 << where.randrange(8)
    with pytest.raises(Broken):
        verify.verify(packed(tmp_path / "p.zip", {**whole.files, name: bytes(data)}, sums=where.random() < 0.8))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.randoms(use_true_random=False))
def test_any_changed_byte_of_the_package_itself_is_found_or_harmless(where: random.Random, tmp_path: Path) -> None:
    whole = _whole()
    data = bytearray(whole.data)
    data[where.randrange(len(data))] ^= 1 << where.randrange(8)
    path = tmp_path / "p.zip"
    path.write_bytes(bytes(data))
    try:
        found = verify.verify(path, whole.fingerprint)
    except Broken:
        return
    with zipfile.ZipFile(path) as opened:  # a byte of the container's own, such as a file's date
        assert opened.read("original/a.jpg") == ORIGINAL
        assert opened.read(LOG) == whole.files[LOG]
    assert found["sha256"] == sha256(ORIGINAL)


Tamper = Callable[[list[Any]], list[Any]]


@pytest.mark.parametrize(
    "tamper",
    [
        lambda log: log[:2] + log[3:],
        lambda log: log[1:],
        lambda log: log[:-1],
        lambda log: [log[0], log[2], log[1], *log[3:]],
        lambda log: [*log[:2], log[1], *log[2:]],
        lambda log: [],
        lambda log: [{**log[0], "actor": "staff/other"}, *log[1:]],
        lambda log: [*log[:-1], {**log[-1], "details": {}}],
    ],
    ids=["removed", "first removed", "cut", "swapped", "repeated", "empty", "other actor", "other details"],
)
async def test_a_log_that_was_tampered_with_is_found(tamper: Tamper, tmp_path: Path) -> None:
    whole = await exported()
    log = [json.loads(line) for line in whole.files[LOG].splitlines()]
    changed = b"".join(canonical(entry) + b"\n" for entry in tamper(log))
    with pytest.raises(Broken):
        verify.verify(packed(tmp_path / "p.zip", {**whole.files, LOG: changed}))


async def test_a_log_that_was_written_anew_does_not_fit_the_fingerprint(tmp_path: Path) -> None:
    whole, (evidence, log) = await exported(), history(looks=1)
    files = {
        **whole.files,
        LOG: b"".join(entry.line() + b"\n" for entry in log),
        MANIFEST: canonical(manifest(evidence, len(log))),
    }
    path = packed(tmp_path / "p.zip", files)
    assert verify.verify(path)["entries"] == 3  # it holds in itself
    with pytest.raises(Broken, match="fingerprint"):
        verify.verify(path, whole.fingerprint)


async def test_what_is_missing_or_too_much_is_found(tmp_path: Path) -> None:
    whole = await exported()
    for name in whole.files:
        left = {other: data for other, data in whole.files.items() if other != name}
        with pytest.raises(Broken):
            verify.verify(packed(tmp_path / "p.zip", left, sums=False))
    with pytest.raises(Broken):
        verify.verify(packed(tmp_path / "p.zip", {**whole.files, "original/b.jpg": b"more"}))
    for nonsense in (b"", b"PK", noise(1000)):
        path = tmp_path / "nonsense.zip"
        path.write_bytes(nonsense)
        with pytest.raises(Broken):
            verify.verify(path)


_KEPT: list[Exported] = []


def _whole() -> Exported:
    import asyncio

    if not _KEPT:
        _KEPT.append(asyncio.run(exported()))
    return _KEPT[0]


async def test_the_command_says_whether_a_package_holds(tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from services.reports.cli import app

    whole, path = await exported(), tmp_path / "package.zip"
    path.write_bytes(whole.data)
    runner = CliRunner()
    good = runner.invoke(app, ["evidence", "verify", str(path), "--fingerprint", whole.fingerprint])
    assert good.exit_code == 0, good.output
    changed = packed(tmp_path / "changed.zip", {**whole.files, "original/a.jpg": ORIGINAL + b"!"})
    assert runner.invoke(app, ["evidence", "verify", str(changed)]).exit_code == 1
